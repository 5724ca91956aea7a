"""Opening hours: a calendar with a time zone, weekly windows, holidays and exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sla import zones
from sla.calendars import AlwaysOpen, Calendar, Key
from sla.windows import ZERO, MinutesOfDay, OpenYear, open_year

Windows = tuple[MinutesOfDay, ...]

WEEKDAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
KNOWN = ("tz", "always_open", "weekly", "holidays", "exceptions")
ALL_DAY: Windows = ((0, 24 * 60),)
YEARS = range(1970, 2200)
MOST_DATES = 5_000
LONGEST_CLOSURE = 366
# No target is meant to take a lifetime; without an end, an hour a year would be counted for ever.
HORIZON = 100
COUNTABLE = range(2, 9999)
# What is promised must come sooner, so that it does for tickets of some years ago as well.
LONGEST_WAIT = 90


class NotACalendar(ValueError):
    """Opening hours that are not written as they must be; the text says where and why."""


class NeverOpen(NotACalendar):
    """Opening hours with no open instant in 366 days: a promise by them would never fall due."""


class BeyondHorizon(ValueError):
    """Open time that is not used up within a hundred years."""


@dataclass(frozen=True)
class OpeningHours:
    """A calendar that is open when the clock on its wall stands in a window of its day.

    The windows of a day are its exception, else none on a holiday, else those of its weekday,
    Monday first. `key` tells calendars with the same hours apart.
    """

    key: Key | None
    zone: str
    weekly: tuple[Windows, ...]
    holidays: tuple[tuple[date, str], ...] = ()
    exceptions: tuple[tuple[date, Windows], ...] = ()
    _special: dict[date, Windows] = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        closed: dict[date, Windows] = {day: () for day, _name in self.holidays}
        content = (self.key, self.zone, self.weekly, self.holidays, self.exceptions)
        object.__setattr__(self, "_special", closed | dict(self.exceptions))
        object.__setattr__(self, "_hash", hash(content))

    def __hash__(self) -> int:
        """Return what was computed once: years are looked up by calendar, often."""
        return self._hash

    def windows_on(self, day: date) -> Windows:
        """Return the windows of a local day, in order and apart from each other."""
        special = self._special.get(day)
        return self.weekly[day.weekday()] if special is None else special

    def days_off(self, start: datetime, end: datetime) -> tuple[tuple[date, str], ...]:
        """List the days that `[start, end)` touches and a date closes, with the holidays' names."""
        zone = zones.zone(self.zone)
        first, last = (at.astimezone(zone).date() for at in (start, end - datetime.resolution))
        named = dict(self.holidays)
        return tuple(
            (day, named.get(day, ""))
            for day, windows in sorted(self._special.items())
            if first <= day <= last and not windows and self.weekly[day.weekday()]
        )

    def open_between(self, start: datetime, end: datetime, /) -> timedelta:
        """Say how much of `[start, end)` is open. Raises BeyondHorizon."""
        if end <= start:
            return ZERO
        if end.year - start.year > HORIZON:
            raise BeyondHorizon(f"From {start} to {end} is longer than {HORIZON} years.")
        whole = sum((_year(self, year).total for year in range(start.year, end.year)), ZERO)
        return (
            whole
            + _year(self, end.year).open_until(end)
            - _year(self, start.year).open_until(start)
        )

    def used_up(self, start: datetime, needed: timedelta, /) -> datetime:
        """Say the least instant at which `needed` open time is used up. Raises BeyondHorizon."""
        if needed <= ZERO:
            return start
        goal = needed + _year(self, start.year).open_until(start)
        for year in range(start.year, start.year + HORIZON + 1):
            hours = _year(self, year)
            if goal <= hours.total:
                return hours.used_up(goal)
            goal -= hours.total
        raise _beyond(needed, start=start, years=HORIZON)


@lru_cache(maxsize=512)
def _year(calendar: OpeningHours, year: int) -> OpenYear:
    """Compile a year once for all who ask; the time zones cannot change under a running process."""
    if year not in COUNTABLE:
        raise BeyondHorizon(f"The year {year} is too far away to have opening hours.")
    return open_year(year, zone=calendar.zone, windows_on=calendar.windows_on)


def check_used_up(calendar: Calendar, needed: timedelta, *, since: datetime) -> None:
    """Refuse a promise that might not fall due on a ticket filed at `since` (UTC) or ever later.

    Dates open or close for a while, so it is asked from each New Year up to the last of them.
    Raises BeyondHorizon.
    """
    if not isinstance(calendar, OpeningHours):
        return
    last = max([since.year, *(day.year for day, _ in (*calendar.holidays, *calendar.exceptions))])
    new_years = (datetime(year, 1, 1, tzinfo=UTC) for year in range(since.year + 1, last + 2))
    for start in (since, *new_years):
        if calendar.used_up(start, needed).year - start.year > LONGEST_WAIT:
            raise _beyond(needed, start=start, years=LONGEST_WAIT)


def _beyond(needed: timedelta, *, start: datetime, years: int) -> BeyondHorizon:
    return BeyondHorizon(
        f"{needed / timedelta(hours=1):g} open hours from {start:%Y-%m-%d} are not used up "
        f"within {years} years; open for longer, or promise less."
    )


def calendar_of(said: Mapping[str, Any], *, key: Key | None) -> Calendar:
    """Return the calendar that is written like this, which is how it is stored:

        {"tz": "America/New_York", "always_open": false,
         "weekly": {"mon": [["09:00", "17:00"]]},
         "holidays": ["2026-12-25"], or {"2026-12-25": "Christmas"},
         "exceptions": {"2026-01-07": [["13:00", "14:00"]]}}

    What is always open needs no weekly hours, yet it closes on holidays and by exceptions.
    Raises NotACalendar, and NeverOpen where it would be closed for 366 days or for ever.
    """
    if not isinstance(said, Mapping):
        raise NotACalendar(f"Opening hours are written by name, not as {said!r}.")
    if unknown := [name for name in said if name not in KNOWN]:
        raise NotACalendar(f"“{unknown[0]}” is none of {', '.join(KNOWN)}.")
    zone = _zone(said.get("tz"))
    holidays, exceptions = _holidays(said.get("holidays")), _exceptions(said.get("exceptions"))
    if len(holidays) + len(exceptions) > MOST_DATES:
        raise NotACalendar(f"There are more than {MOST_DATES} holidays and exceptions.")
    if said.get("always_open"):
        if not holidays and not exceptions:
            return AlwaysOpen(key=key)
        hours = OpeningHours(key, zone, (ALL_DAY,) * 7, holidays, exceptions)
    else:
        hours = OpeningHours(key, zone, _weekly(said.get("weekly")), holidays, exceptions)
    _refuse_closure(hours)
    return hours


def _zone(said: Any) -> str:
    if not isinstance(said, str) or said not in zones.names():
        raise NotACalendar(f"Time zone: {said!r} is none; write one like “America/New_York”.")
    return said


def _weekly(said: Any) -> tuple[Windows, ...]:
    """Read the windows of each weekday. Raises NeverOpen where there are none."""
    days = _mapping(said, place="Weekly hours", like='{"mon": [["09:00", "17:00"]]}')
    if unknown := [day for day in days if day not in WEEKDAYS]:
        raise NotACalendar(f"Weekly hours: “{unknown[0]}” is none of {', '.join(WEEKDAYS)}.")
    pairs = {day: _pairs(days.get(day), place=name) for day, name in WEEKDAYS.items()}
    if all(opens == closes for windows in pairs.values() for opens, closes in windows):
        raise NeverOpen(
            "Weekly hours: no day has any, so there comes a day after which it never opens."
        )
    return tuple(_windows(pairs[day], place=name) for day, name in WEEKDAYS.items())


def _holidays(said: Any) -> tuple[tuple[date, str], ...]:
    if isinstance(said, Sequence) and not isinstance(said, str):
        said = dict.fromkeys(map(str, said), "")
    days = _mapping(said, place="Holidays", like='["2026-12-25"]')
    return tuple(sorted((_date(day, place="Holidays"), str(name)) for day, name in days.items()))


def _exceptions(said: Any) -> tuple[tuple[date, Windows], ...]:
    days = _mapping(said, place="Exceptions", like='{"2026-01-07": [["13:00", "14:00"]]}')
    return tuple(
        sorted(
            (_date(day, place="Exceptions"), _windows(_pairs(windows, place=day), place=day))
            for day, windows in days.items()
        )
    )


def _mapping(said: Any, *, place: str, like: str) -> Mapping[str, Any]:
    if said is None or said == []:
        return {}
    if not isinstance(said, Mapping):
        raise NotACalendar(f"{place}: {said!r} is not written like {like}.")
    return said


def _date(said: str, *, place: str) -> date:
    try:
        day = date.fromisoformat(said) if re.fullmatch(r"\d{4}-\d\d-\d\d", said) else None
    except ValueError:
        day = None
    if day is None:
        raise NotACalendar(f"{place}: “{said}” is no date; write one like 2026-12-25.")
    if day.year not in YEARS:
        raise NotACalendar(f"{place}: {said} is not from {YEARS[0]} to {YEARS[-1]}.")
    return day


def _pairs(said: Any, *, place: str) -> list[MinutesOfDay]:
    if said is None:
        return []
    if not isinstance(said, list | tuple):
        raise NotACalendar(f'{place}: {said!r} is not written like [["09:00", "17:00"]].')
    return [_pair(each, place=place) for each in said]


def _pair(said: Any, *, place: str) -> MinutesOfDay:
    if not isinstance(said, list | tuple) or len(said) != 2:
        raise NotACalendar(f'{place}: {said!r} is not written like ["09:00", "17:00"].')
    opens, closes = (_minutes(each, place=place) for each in said)
    return opens, closes


def _minutes(said: Any, *, place: str) -> int:
    """Read a time of day; the midnight at its end is 24:00."""
    found = isinstance(said, str) and re.fullmatch(r"(\d\d):([0-5]\d)", said)
    minutes = 60 * int(found[1]) + int(found[2]) if found else -1
    if not 0 <= minutes <= 24 * 60:
        raise NotACalendar(f"{place}: “{said}” is no time; write one from 00:00 to 24:00.")
    return minutes


def _windows(pairs: Iterable[MinutesOfDay], *, place: str) -> Windows:
    """Put windows in order. Raises NotACalendar where one has no length, or two overlap."""
    windows = tuple(sorted(pairs))
    for opens, closes in windows:
        if opens == closes:
            raise NotACalendar(
                f"{place}: {_words((opens, closes))} takes no time; leave it out or end it later."
            )
        if closes < opens:
            raise NotACalendar(
                f"{place}: {_words((opens, closes))} ends before it begins. A night is two "
                f"windows: {_words((opens, 24 * 60))} here, "
                f"and {_words((0, closes))} on the next day."
            )
    for one, next_one in zip(windows, windows[1:], strict=False):
        if next_one[0] < one[1]:
            raise NotACalendar(f"{place}: {_words(one)} and {_words(next_one)} overlap.")
    return windows


def _words(window: MinutesOfDay) -> str:
    return "–".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in window)


def _refuse_closure(hours: OpeningHours) -> None:
    """Raise NeverOpen where dates close it for so long, whenever that would be.

    Beyond the last date the weekly hours open again; so whatever is counted from, there is an
    open instant in the next 366 days, and a calendar that is accepted once stays good.
    """
    days = [day for day, _ in (*hours.holidays, *hours.exceptions)]
    if len(days) < LONGEST_CLOSURE // 7:
        return
    day, closed = min(days) - timedelta(days=7), 0
    while day <= max(days) + timedelta(days=7):
        closed = 0 if hours.windows_on(day) else closed + 1
        if closed == LONGEST_CLOSURE:
            raise NeverOpen(f"It would be closed for {LONGEST_CLOSURE} days on end, up to {day}.")
        day += timedelta(days=1)
