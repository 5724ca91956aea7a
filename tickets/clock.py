"""The one clock: what time it is, as the database says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import connection

# Stands where an order needs a time and there is none: paused clocks, tickets without a promise.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)

_moving: ContextVar[Callable[[], datetime] | None] = ContextVar("moving_clock", default=None)


def now() -> datetime:
    """Return the current time in UTC: the database's, so that every process agrees.

    Inside a transaction it moves on (`clock_timestamp()`), which lets a verb take its
    time after it holds the ticket's lock.
    """
    moving = _moving.get()
    if moving is not None:
        return moving()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)


@contextmanager
def moving_clock(read: Callable[[], datetime]) -> Iterator[None]:
    """Let `read()` say what time it is: for tests and for living through a demo's past."""
    token = _moving.set(read)
    try:
        yield
    finally:
        _moving.reset(token)


@contextmanager
def standing_still() -> Iterator[None]:
    """Let it be one time for as long as this lasts: for a page, which shows one moment.

    Never around a verb: each takes its time after it holds the ticket's lock.
    """
    moment = now()
    with moving_clock(lambda: moment):
        yield
