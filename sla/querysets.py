"""Questions about many clocks, breaches, verdicts, replay checks and subscriptions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from sla.measures import took
from sla.places import TICK, BreachedPlace, DuePlace, LatestPlace, SlowestPlace, instant
from tickets.keyset import before, behind
from tickets.states import WORKING


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

    def unanswered(self):
        """First responses that ended without an answer: somebody solved the ticket before.

        What was merged goes on elsewhere, and to spam and deleted ones nothing was ever promised.
        Of an open one the level, or the policy, came to promise no answer; that is no solution.
        """
        ended = self.filter(metric="first_response", stop_kind="void", ticket__outcome="")
        return ended.exclude(ticket__status__in=WORKING)

    def unrecorded(self, *, before: datetime):
        """Promises due before some time that no sweep made a breach of; found by an index."""
        return self.still_open().filter(
            due_at__lt=before, effective_from__lte=before, breached_at=None
        )

    def soonest_first(self, *, after: DuePlace | None) -> list[ClockQuerySet]:
        """Return those due first, and what is paused at the end; to be read like the above."""
        found = self.order_by("due_at", "id")
        if after is None:
            return [found]
        paused = found.filter(due_at=None)
        if after.is_paused:
            return [paused.filter(pk__gt=after.clock)]
        return [found.filter(behind(due_at=instant(after.ticks), id=after.clock)), paused]

    def latest_first(self, *, after: LatestPlace | None) -> ClockQuerySet:
        """Return those that ended last first."""
        found = self.order_by("-stopped_at", "-id")
        if after is None:
            return found
        return found.filter(before(stopped_at=instant(after.ticks), id=after.clock))


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

    def decided(self, *, since: datetime, until: datetime):
        """Those that were met or broken from `since` on and before `until`."""
        return self.filter(decided_at__gte=since, decided_at__lt=until)

    def worst_first(self, *, after: BreachedPlace | None) -> list[VerdictQuerySet]:
        """Return the broken ones that are open, then those that ended: by level, then how late.

        Read one queryset after the other. Each starts in an index where the place is, so years
        of ended ones cost nothing while a page is full without them.
        """
        still_open = self.filter(ended_at=None).order_by("level_id", "decided_at", "pk")
        ended = (
            self.filter(ended_at__isnull=False)
            .annotate(earliness=F("decided_at") - F("ended_at"))
            .order_by("level_id", "earliness", "pk")
        )
        if after is None:
            return [still_open, ended]
        if after.has_ended:
            found, later = ended, behind(earliness=-after.ticks * TICK, pk=after.clock)
        else:
            found, later = still_open, behind(decided_at=instant(after.ticks), pk=after.clock)
        rest = [found.filter(later, level=after.level), found.filter(level__gt=after.level)]
        return rest if after.has_ended else [*rest, ended]

    def latest_first(self, *, after: LatestPlace | None) -> VerdictQuerySet:
        """Return those that were decided last first."""
        found = self.order_by("-decided_at", "-pk")
        if after is None:
            return found
        return found.filter(before(decided_at=instant(after.ticks), pk=after.clock))

    def slowest_first(self, *, after: SlowestPlace | None, now: datetime) -> VerdictQuerySet:
        """Return those that took longest first; what is still open, by what it took until `now`."""
        found = self.annotate(took=Coalesce(took(now), 0)).order_by("-took", "-pk")
        return found.filter(before(took=after.seconds, pk=after.clock)) if after else found


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
