"""Questions about many breaches."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce

from tickets.catalog.models import Brand


class BreachQuerySet(models.QuerySet):
    def standing(self):
        """Breaches that no late news has proved wrong."""
        return self.filter(retracted_at=None)

    def served_by(self, user):
        """Breaches of the brands that this user serves, restricted tickets included.

        A number on a manager's page must equal its list, so a restricted ticket is listed;
        whoever shows it leaves its words out.
        """
        return self.filter(clock__ticket__brand__in=Brand.objects.served_by(user).values("pk"))

    def worst_first(self, *, as_of: datetime):
        """Order: still open before answered late, then by level, then by how late at `as_of`."""
        return self.annotate(
            is_answered=ExpressionWrapper(Q(clock__stopped_at__isnull=False),
                                          output_field=models.BooleanField()),
            level=F("clock__level"),
            over=Coalesce("clock__stopped_at", Value(as_of)) - F("breached_at"),
        ).order_by("is_answered", "level", "-over", "id")

    def after(self, *, is_answered: bool, level: int, over: timedelta, pk: int):
        """Of `worst_first`, what comes after the breach at this place."""
        less_late = Q(over__lt=over) | Q(over=over, pk__gt=pk)
        lower = Q(level__gt=level) | Q(level=level) & less_late
        return self.filter(Q(is_answered__gt=is_answered) | Q(is_answered=is_answered) & lower)
