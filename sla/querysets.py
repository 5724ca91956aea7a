"""Questions about many clocks, breaches and replay checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from sla.places import TICK, BreachedPlace, DuePlace, instant
from tickets.keyset import behind
from tickets.querysets import HIDDEN


class ClockQuerySet(models.QuerySet):
    def of_brands(self, brands: Iterable[int | None]):
        """Promises of these brands, restricted tickets included.

        A number on a manager's page must equal its list, so a restricted ticket is listed;
        whoever shows it leaves its words out.
        """
        return self.filter(brand__in=list(brands))

    def still_open(self):
        """Promises that nothing has ended, be they paused or long broken."""
        return self.filter(stopped_at=None)

    def breached(self):
        """Promises that were broken, as far as no late news has proved otherwise.

        To spam nothing was ever promised, and what was deleted is nobody's any more; what was
        merged was a customer's request, and stays broken.
        """
        return self.filter(
            breached_at__isnull=False, breaches__isnull=False, breaches__retracted_at=None
        ).exclude(ticket__outcome__in=HIDDEN)

    def unrecorded(self, *, before: datetime):
        """Promises due before some time that no sweep made a breach of; found by an index."""
        return self.still_open().filter(
            due_at__lt=before, effective_from__lte=before, breached_at=None
        )

    def worst_first(self, *, after: BreachedPlace | None) -> list[ClockQuerySet]:
        """Return the breached ones that are open, then those that ended: by level, then how late.

        Read one queryset after the other. Each starts in an index where the place is, so years
        of ended ones cost nothing while a page is full without them.
        """
        still_open = self.filter(stopped_at=None).order_by("level_id", "breached_at", "id")
        ended = (
            self.filter(stopped_at__isnull=False)
            .annotate(earliness=F("breached_at") - F("stopped_at"))
            .order_by("level_id", "earliness", "id")
        )
        if after is None:
            return [still_open, ended]
        if after.has_ended:
            found, later = ended, behind(earliness=-after.ticks * TICK, id=after.clock)
        else:
            found, later = still_open, behind(breached_at=instant(after.ticks), id=after.clock)
        rest = [found.filter(later, level=after.level), found.filter(level__gt=after.level)]
        return rest if after.has_ended else [*rest, ended]

    def soonest_first(self, *, after: DuePlace | None) -> list[ClockQuerySet]:
        """Return those due first, and what is paused at the end; to be read like the above."""
        found = self.order_by("due_at", "id")
        if after is None:
            return [found]
        paused = found.filter(due_at=None)
        if after.is_paused:
            return [paused.filter(pk__gt=after.clock)]
        return [found.filter(behind(due_at=instant(after.ticks), id=after.clock)), paused]


class BreachQuerySet(models.QuerySet):
    def standing(self):
        """Breaches that no late news has proved wrong."""
        return self.filter(retracted_at=None)


class VerdictQuerySet(models.QuerySet):
    """Met and broken promises, restricted tickets included: see `ClockQuerySet.of_brands`."""

    def of_brands(self, brands: Iterable[int | None]):
        return self.filter(brand__in=list(brands))

    def broken(self):
        return self.filter(breach__isnull=False)

    def met(self):
        return self.filter(breach=None)

    def decided(self, *, since: datetime, until: datetime):
        """Those that were met or broken from `since` on and before `until`."""
        return self.filter(decided_at__gte=since, decided_at__lt=until)


class VerificationQuerySet(models.QuerySet):
    def of_many(self):
        """Checks that say something of the whole, other than those of a ticket or a few."""
        return self.filter(scope__in=("night", "all"))

    def nights(self):
        return self.filter(scope="night")


class DifferenceQuerySet(models.QuerySet):
    def standing(self):
        """What no later check has found gone."""
        return self.filter(settled_at=None)


class SubscriptionQuerySet(models.QuerySet):
    def going_on(self):
        return self.filter(stopped_at=None)

    def due(self, now: datetime):
        """Those whose report is to be written, unless a fault has just put it off."""
        is_ready = Q(retry_at=None) | Q(retry_at__lte=now)
        return self.going_on().filter(is_ready, next_at__lte=now).order_by("next_at", "id")
