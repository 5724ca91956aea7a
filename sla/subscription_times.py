"""When reports are due by their reader's clock, and which days each is about; nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.periods import DAY, Period

WEEK = 7 * DAY


@dataclass(frozen=True)
class Rhythm:
    """At an hour of a zone, every day or, with a `weekday` (0 is Monday), every week."""

    hour: int
    zone: ZoneInfo
    weekday: int | None = None

    def next(self, after: datetime) -> datetime:
        """Return the first moment of it after another (UTC)."""
        day = self._day_of(after)
        while (at := self._on(day)) <= after:
            day += self._step
        return at

    def latest(self, now: datetime) -> datetime:
        """Return the last moment of it until now (UTC)."""
        day = self._day_of(now) + self._step
        while (at := self._on(day)) > now:
            day -= self._step
        return at

    def period(self, at: datetime) -> Period:
        """Return what a report of this moment is about: the day, or the week, before it."""
        today = at.astimezone(self.zone).date()
        if self.weekday is None:
            return Period(today - DAY, today - DAY, self.zone)
        monday = today - timedelta(days=today.weekday())
        return Period(monday - WEEK, monday - DAY, self.zone)

    @property
    def _step(self) -> timedelta:
        return DAY if self.weekday is None else WEEK

    def _day_of(self, moment: datetime) -> date:
        """Return the day of a moment, or the last of its weekdays that is no later."""
        day = moment.astimezone(self.zone).date()
        if self.weekday is None:
            return day
        return day - timedelta(days=(day.weekday() - self.weekday) % 7)

    def _on(self, day: date) -> datetime:
        """Return when it is due on a day (UTC).

        An hour that clocks skip is due when they have; of one that comes twice, the first counts
        (PEP 495).
        """
        return datetime.combine(day, time(self.hour), tzinfo=self.zone).astimezone(UTC)
