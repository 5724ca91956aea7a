"""Periods of whole days in one zone: what a report is about, and what it is held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# Longer ones would read years for a page that somebody waits for.
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included, as the clocks of `zone` have them."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """Return when it begins (UTC)."""
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """Return when it is over (UTC): the first moment that is no longer part of it."""
        return _midnight(self.last + DAY, self.zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """Return the period to compare with: as many days before, of whole months the months."""
        if self.first.day == 1 and (self.last + DAY).day == 1:
            return replace(
                self, first=_months_back(self.first, self._months()), last=self.first - DAY
            )
        return replace(self, first=self.first - timedelta(self.days), last=self.first - DAY)

    def weeks(self) -> Iterator[Period]:
        """Yield its weeks, from Monday on; the first and the last may be cut short by it."""
        first = self.first
        while first <= self.last:
            sunday = first + timedelta(days=6 - first.weekday())
            yield replace(self, first=first, last=min(sunday, self.last))
            first = sunday + DAY

    def _months(self) -> int:
        end = self.last + DAY
        return (end.year - self.first.year) * 12 + end.month - self.first.month


def last_days(number: int, *, today: date, zone: ZoneInfo) -> Period:
    """Return so many days, the last of which is today."""
    return Period(today - timedelta(days=number - 1), today, zone)


def month_of(day: date, *, zone: ZoneInfo) -> Period:
    """Return the calendar month that a day lies in."""
    first = day.replace(day=1)
    return Period(first, _months_back(first, -1) - DAY, zone)


def last_month(*, today: date, zone: ZoneInfo) -> Period:
    """Return the calendar month before the one that today lies in."""
    return month_of(today.replace(day=1) - DAY, zone=zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins (UTC); where it has no midnight, as clocks are put on then, after.

    `fold=0` takes the first of two midnights, so that no hour belongs to no day (PEP 495).
    """
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _months_back(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
