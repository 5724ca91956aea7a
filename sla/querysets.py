"""Questions about many breaches."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q, Value
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

    def answered(self, is_answered: bool):
        """Breaches whose clock has stopped since, or those that are still open."""
        return self.filter(clock__stopped_at__isnull=not is_answered)

    def worst_first(self, *, as_of: datetime):
        """Order by level, then by how late each was or is at `as_of`."""
        over = Coalesce("clock__stopped_at", Value(as_of)) - F("breached_at")
        return self.annotate(level=F("clock__level"), over=over).order_by("level", "-over", "id")

    def after(self, *, level: int, over: timedelta, pk: int):
        """Of `worst_first`, what comes after the breach at this place."""
        less_late = Q(over__lt=over) | Q(over=over, pk__gt=pk)
        return self.filter(Q(level__gt=level) | Q(level=level) & less_late)
