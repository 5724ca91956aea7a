"""What other pages show of promises: how they stand on tickets, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from sla import engine, history, policies
from sla.models import Breach, Clock
from sla.standing import Standing, standing
from sla.words import LABELS, moment
from tickets import clock as time
from tickets.models import Event, Ticket
from tickets.states import Status
from tickets.timeline import Entry

Which = tuple[int, str, int]


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
        left = _left([clock for clock in clocks if _is_paused(clock)], now=now)
        shown = defaultdict(list)
        for clock in clocks:
            shown[clock.ticket_id].append(
                (clock, standing(clock, now=now, left=left.get(_which(clock))))
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


def _is_paused(clock: Clock) -> bool:
    return clock.stopped_at is None and clock.due_at is None


def _which(clock: Clock) -> Which:
    return clock.ticket_id, clock.metric, clock.cycle


def _next(pairs: Sequence[tuple[Clock, Standing]]) -> Standing | None:
    """Pick what is due first; what is paused comes after, what has stopped never."""
    waiting = [pair for pair in pairs if pair[0].stopped_at is None]
    return min(waiting, key=lambda pair: pair[0].due_at or time.NEVER, default=(None, None))[1]


def _left(clocks: Sequence[Clock], *, now: datetime) -> Mapping[Which, timedelta]:
    """Say how much time paused clocks have left: ask the engine as if they went on right now."""
    if not clocks:
        return {}
    logs, book = _logs({clock.ticket_id for clock in clocks}), policies.book()
    going_on = engine.Event(id="going on", at=now, type="status", data={"to": Status.OPEN.value})
    return {
        (ticket, state.metric, state.cycle): state.due_at - now
        for ticket, log in logs.items()
        for state in history.states(log, book=book, as_of=now, more=[going_on])
        if state.due_at
    }


def _logs(tickets: Iterable[int]) -> Mapping[int, list[Event]]:
    logs = defaultdict(list)
    for event in Event.objects.filter(ticket__in=tickets, type__in=history.TOLD_AS):
        logs[event.ticket_id].append(event)
    return logs
