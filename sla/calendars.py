"""Calendars: which time counts towards a target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

Key = str | int
"""Names a policy or a calendar, or one version of it."""

Run = tuple[datetime, datetime | None]
"""A stretch `[start, end)` in which a clock runs; an end of None: it still runs."""


class Calendar(Protocol):
    """Opening hours as a value: equal calendars give equal answers, for ever.

    `key` is what it is kept by, and tells calendars with the same hours apart; None: nobody keeps
    it. Instants are aware datetimes in UTC. Both answers are exact to the microsecond.
    """

    @property
    def key(self) -> Key | None: ...

    def open_between(self, start: datetime, end: datetime, /) -> timedelta:
        """Say how much of `[start, end)` is open; nothing where `end` is not after `start`."""

    def used_up(self, start: datetime, needed: timedelta, /) -> datetime:
        """Say the least instant at which `needed` open time since `start` is used up.

        An hour that ends as the doors close on Friday is used up on Friday, not on Monday.
        """


@dataclass(frozen=True)
class AlwaysOpen:
    """Round the clock: open time is elapsed time, whatever clocks on walls are put to."""

    key: Key | None = None

    def open_between(self, start: datetime, end: datetime, /) -> timedelta:
        return max(end - start, timedelta(0))

    def used_up(self, start: datetime, needed: timedelta, /) -> datetime:
        return start + needed


ALWAYS_OPEN = AlwaysOpen()


def deadline(
    calendar: Calendar, *, start: datetime, needed: timedelta, runs: Iterable[Run]
) -> datetime | None:
    """Say the least instant at which `needed` open, running time since `start` is used up.

    `runs` are in order and apart from each other; only the last may have no end.
    None: they end before so much time has run.
    """
    for began, ended in runs:
        since = max(began, start)
        if ended is None:
            return calendar.used_up(since, needed)
        ran = calendar.open_between(since, ended)
        if needed <= ran:
            return calendar.used_up(since, needed)
        needed -= ran
    return None
