"""How much of its time a promise has left: what a paused one goes on with, and what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sla import engine, history, policies, terms
from sla.engine import ALWAYS_OPEN
from sla.models import Clock
from sla.policies import Book
from tickets.states import Status

Key = tuple[int, str, int]


def remaining(clocks: Iterable[Clock], *, now: datetime) -> dict[int, timedelta]:
    """Say by clock id what has open time left, where the row alone does not tell.

    That is what is paused, and what counts by opening hours: until Monday morning is long, and
    little of it open. In a constant number of queries; none where there is no such clock.
    """
    clocks = list(clocks)
    paused = {
        (clock.ticket_id, clock.metric, clock.cycle): clock.pk
        for clock in clocks
        if clock.stopped_at is None and clock.due_at is None
    }
    by_hours = [
        (clock, clock.calendar_version_id, clock.due_at)
        for clock in clocks
        if clock.stopped_at is None and clock.calendar_version_id and clock.due_at
    ]
    if not (paused or by_hours):
        return {}
    book = policies.book()
    return {
        clock.pk: book.hours[version].open_between(now, due_at)
        for clock, version, due_at in by_hours
    } | _if_they_went_on(paused, book=book, now=now)


def in_open_time(clocks: Iterable[Clock], *, now: datetime) -> dict[int, timedelta]:
    """Say by clock id what has open time left, of those that count by opening hours and run.

    Where those hours are in memory already, which never change, that asks no query.
    """
    by_hours = [
        (clock.pk, clock.calendar_version_id, clock.due_at)
        for clock in clocks
        if clock.calendar_version_id and clock.due_at
    ]
    if not by_hours:
        return {}
    hours = policies.hours({version for _clock, version, _due_at in by_hours})
    return {clock: hours[version].open_between(now, due_at) for clock, version, due_at in by_hours}


def _if_they_went_on(
    paused: Mapping[Key, int], *, book: Book, now: datetime
) -> dict[int, timedelta]:
    """Ask the engine what would be left of paused clocks that went on right now."""
    if not paused:
        return {}
    going_on = engine.Event(id="going on", at=now, type="status", data={"to": Status.OPEN.value})
    logs = history.logs({ticket for ticket, _metric, _cycle in paused})
    return {
        paused[which]: _hours(book, state.calendar).open_between(now, state.due_at)
        for ticket, log in logs.items()
        for state in history.states(log, book=book, as_of=now, more=[going_on])
        if (which := (ticket, state.metric, state.cycle)) in paused and state.due_at
    }


def _hours(book: Book, version: terms.Key | None) -> engine.Calendar:
    return ALWAYS_OPEN if version is None else book.hours[version]
