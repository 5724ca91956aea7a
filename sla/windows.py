"""The open windows of one year: in UTC, with the open time that they add up to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sla import zones

MinutesOfDay = tuple[int, int]
"""A window `[start, end)` of a local day, in minutes by the clock on the wall."""

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class OpenYear:
    """The windows of a year (UTC) in order and apart; `opened` is open time up to each end."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    opened: tuple[timedelta, ...]

    @property
    def total(self) -> timedelta:
        return self.opened[-1] if self.opened else ZERO

    def open_until(self, at: datetime) -> timedelta:
        """Say how much of the year before `at` is open."""
        begun = bisect_right(self.starts, at)
        if not begun:
            return ZERO
        return self.opened[begun - 1] - max(self.ends[begun - 1] - at, ZERO)

    def used_up(self, opened: timedelta) -> datetime:
        """Say the least instant before which so much of the year, more than none, is open."""
        window = bisect_left(self.opened, opened)
        return self.ends[window] - (self.opened[window] - opened)


def open_year(
    year: int, *, zone: str, windows_on: Callable[[date], Sequence[MinutesOfDay]]
) -> OpenYear:
    """Compile a year (UTC) of a calendar: each instant whose wall clock stands in a window.

    So an hour that is skipped holds nothing, and one that is repeated counts twice.
    """
    starts: list[datetime] = []
    ends: list[datetime] = []
    opened: list[timedelta] = []
    total = ZERO
    for start, end in _windows(year, zone=zone, windows_on=windows_on):
        total += end - start
        starts.append(start)
        ends.append(end)
        opened.append(total)
    return OpenYear(tuple(starts), tuple(ends), tuple(opened))


def _windows(
    year: int, *, zone: str, windows_on: Callable[[date], Sequence[MinutesOfDay]]
) -> Iterator[tuple[datetime, datetime]]:
    new_year, next_year = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    for stretch in zones.stretches(zone, new_year, next_year):
        for midnight in _days(stretch.start + stretch.offset, stretch.end + stretch.offset):
            for opens, closes in windows_on(midnight.date()):
                start = max(midnight + timedelta(minutes=opens) - stretch.offset, stretch.start)
                end = min(midnight + timedelta(minutes=closes) - stretch.offset, stretch.end)
                if start < end:
                    yield start, end


def _days(start: datetime, end: datetime) -> Iterator[datetime]:
    """List the midnights of the days that `[start, end)` touches, as the wall shows them."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight < end:
        yield midnight
        midnight += timedelta(days=1)
