"""How much time a paused promise will have when it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sla import engine, history, policies
from sla.models import Clock
from tickets.states import Status


def remaining(clocks: Iterable[Clock], *, now: datetime) -> dict[int, timedelta]:
    """Say by clock id what the paused ones among these have left, in a constant number of queries.

    The row does not know, so the engine is asked as if they went on right now.
    """
    paused = {
        (clock.ticket_id, clock.metric, clock.cycle): clock.pk
        for clock in clocks
        if _is_paused(clock)
    }
    if not paused:
        return {}
    going_on = engine.Event(id="going on", at=now, type="status", data={"to": Status.OPEN.value})
    book = policies.book()
    return {
        paused[which]: state.due_at - now
        for ticket, log in history.logs({ticket for ticket, _metric, _cycle in paused}).items()
        for state in history.states(log, book=book, as_of=now, more=[going_on])
        if (which := (ticket, state.metric, state.cycle)) in paused and state.due_at
    }


def _is_paused(clock: Clock) -> bool:
    return clock.stopped_at is None and clock.due_at is None
