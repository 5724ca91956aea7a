"""What other pages show of promises: how they stand on tickets, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from sla.models import Breach, Clock
from sla.remaining import remaining
from sla.standing import Standing, standing
from sla.words import LABELS, moment
from tickets import clock as time
from tickets.models import Ticket
from tickets.timeline import Entry


class Promises:
    """The panel of a ticket's promises; customers and agents read the same."""

    template = "sla/_promises.html"

    def load(self, tickets: Iterable[Ticket], user: User) -> dict[int, dict[str, Any]]:
        """Return for each ticket with promises how each stands, and `next`, the one due first."""
        now = time.now()
        clocks = list(
            Clock.objects.filter(ticket__in=[ticket.pk for ticket in tickets]).order_by(
                "ticket", "metric", "cycle"
            )
        )
        left = remaining(clocks, now=now)
        shown = defaultdict(list)
        for clock in clocks:
            shown[clock.ticket_id].append(
                (clock, standing(clock, now=now, left=left.get(clock.pk)))
            )
        return {
            ticket: {"promises": [stands for _clock, stands in pairs], "next": _next(pairs)}
            for ticket, pairs in shown.items()
        }


promises = Promises()


def breaches(ticket: Ticket, user: User) -> list[Entry]:
    """Say which promises were missed, each at its deadline."""
    missed = Breach.objects.standing().filter(clock__ticket=ticket).select_related("clock")
    return [
        Entry(
            breach.breached_at,
            kind="breach",
            sentence=_("“%(what)s” by %(time)s was missed")
            % {"what": LABELS[breach.clock.metric], "time": moment(breach.breached_at)},
        )
        for breach in missed.order_by("breached_at", "id")
    ]


def _next(pairs: Sequence[tuple[Clock, Standing]]) -> Standing | None:
    """Pick what is due first; what is paused comes after, what has stopped never."""
    waiting = [pair for pair in pairs if pair[0].stopped_at is None]
    return min(waiting, key=lambda pair: pair[0].due_at or time.NEVER, default=(None, None))[1]
