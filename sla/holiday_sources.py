"""Holidays from elsewhere: those of a country, or those that an iCalendar file lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import holidays
import icalendar

from sla.opening import YEARS
from sla.yearly import UnknownRule, yearly

MOST_YEARS = 20
MOST_BYTES = 1024 * 1024
MOST_EVENTS = 1_000
MOST_DAYS = 5_000
LONGEST_EVENT = 366
LONGEST_NAME = 200
# However an event repeats, no calendar of holidays needs to be looked through for longer.
EARLIEST = 1900
LANGUAGE = "en_US"


class NotHolidays(ValueError):
    """Holidays that cannot be had; the text says why, and what to do."""


def countries() -> Mapping[str, tuple[str, ...]]:
    """Return the ISO codes of the countries that `from_country` knows, with their subdivisions'."""
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(subdivisions) for code, subdivisions in known.items()}


def from_country(country: str, subdivision: str | None, years: Collection[int]) -> dict[date, str]:
    """Return the public holidays of a country, by its ISO code ("US"), in these years, by date.

    With a `subdivision`, by its ISO code ("NY"), they are those that are kept there. A holiday
    that is observed on another day is listed for both days. Raises NotHolidays.
    """
    _check(years)
    known = countries()
    if country not in known:
        raise NotHolidays(f"“{country}” is no country code that is known; write one like “US”.")
    if subdivision and subdivision not in known[country]:
        raise NotHolidays(
            f"“{subdivision}” is no part of {country} that is known; "
            f"leave it out, or take one of {', '.join(known[country]) or 'none'}."
        )
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=years, language=LANGUAGE
    )
    days = {day: name for day, name in found.items() if day.year in years}
    if not days:
        raise NotHolidays(f"No holidays of {country} are known from {min(years)} to {max(years)}.")
    return dict(sorted(days.items()))


def from_ical(file: str | bytes, years: Collection[int]) -> dict[date, str]:
    """Return the days that an iCalendar file (.ics) lists in these years, by date.

    Events that take whole days count, each of their days, yearly ones in each year. What is
    cancelled or has a time of day does not. Raises NotHolidays.
    """
    _check(years)
    days: dict[date, list[str]] = {}
    for day, name in _days(_events(file), years):
        names = days.setdefault(day, [])
        if name and name not in names:
            names.append(name)
        if len(days) > MOST_DAYS:
            raise NotHolidays(f"The file lists more than {MOST_DAYS} days.")
    if not days:
        raise NotHolidays(
            f"The file lists no whole days from {min(years)} to {max(years)}; "
            "are its events at times of day, or in other years?"
        )
    return {day: "; ".join(names)[:LONGEST_NAME] for day, names in sorted(days.items())}


def _check(years: Collection[int]) -> None:
    if not years or len(years) > MOST_YEARS:
        raise NotHolidays(f"Ask for 1 to {MOST_YEARS} years at a time.")
    if wrong := [year for year in years if year not in YEARS]:
        raise NotHolidays(f"{wrong[0]} is not from {YEARS[0]} to {YEARS[-1]}.")


def _events(file: str | bytes) -> list[Any]:
    if len(file) > MOST_BYTES:
        raise NotHolidays(f"The file is larger than {MOST_BYTES // 1024} KB.")
    try:
        events = list(icalendar.Calendar.from_ical(file).walk("VEVENT"))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise NotHolidays(
            "The file is not in the iCalendar format; it begins with BEGIN:VCALENDAR and usually "
            "ends in .ics."
        ) from None
    if len(events) > MOST_EVENTS:
        raise NotHolidays(f"The file lists more than {MOST_EVENTS} events.")
    return events


def _days(events: list[Any], years: Collection[int]) -> Iterator[tuple[date, str]]:
    moved = {
        (str(event.get("UID")), moved)
        for event in events
        for moved in _dates(event, "RECURRENCE-ID")
    }
    for event in events:
        if "CANCELLED" in map(str, _listed(event, "STATUS")):
            continue
        name = " ".join(" ".join(map(str, _listed(event, "SUMMARY"))).split())
        try:
            for first, length in _spans(event, years, moved):
                for number in range(length):
                    day = first + timedelta(days=number)
                    if day.year in years:
                        yield day, name
        except (ValueError, OverflowError) as wrong:
            raise NotHolidays(f"The event “{name}” of the file is refused: {wrong}.") from None


def _spans(
    event: Any, years: Collection[int], moved: set[tuple[str, date]]
) -> Iterator[tuple[date, int]]:
    """List when the event begins, each time, and how many days it takes. Raises ValueError."""
    if event.errors:
        raise ValueError(f"its {event.errors[0][0]} cannot be read")
    first = _one(event, "DTSTART")
    if first is None:
        raise ValueError("it does not say when it begins")
    if isinstance(first, datetime) or not isinstance(first, date):
        return
    if first.year < EARLIEST:
        raise ValueError(f"it begins before {EARLIEST}")
    length, left_out = _length(event, first), _dates(event, "EXDATE")
    for begins in sorted({*_repeats(event, first, years), *_dates(event, "RDATE")}):
        is_moved = "RECURRENCE-ID" not in event and (str(event.get("UID")), begins) in moved
        if begins not in left_out and not is_moved:
            yield begins, length


def _length(event: Any, first: date) -> int:
    ends, lasts = _one(event, "DTEND"), _one(event, "DURATION")
    if isinstance(ends, date):
        length = (_date(ends) - first).days
    else:
        length = lasts.days if isinstance(lasts, timedelta) else 1
    # A day that ends on itself is meant as that day, which some programs write.
    if not 0 <= length <= LONGEST_EVENT:
        raise ValueError(f"it takes {length} days, and may take from 1 to {LONGEST_EVENT}")
    return max(length, 1)


def _repeats(event: Any, first: date, years: Collection[int]) -> Iterator[date]:
    rules = _listed(event, "RRULE")
    if len(rules) > 1:
        raise ValueError("it repeats by more than one rule")
    if not rules:
        yield first
        return
    try:
        # What begins in December may last into the first of these years.
        yield from yearly(rules[0], first=first).days(min(years) - 1, max(years))
    except UnknownRule as unknown:
        raise ValueError(f"{unknown}, and only what is yearly is taken") from None


def _one(event: Any, name: str) -> Any:
    """Return what a property says, None where it is not there. Raises ValueError if it is twice."""
    found = _listed(event, name)
    if len(found) > 1:
        raise ValueError(f"it says its {name} more than once")
    return found[0].dt if found else None


def _dates(event: Any, name: str) -> set[date]:
    """Return the dates of a property, as far as they are dates."""
    said = (each for found in _listed(event, name) for each in getattr(found, "dts", [found]))
    dates = (getattr(each, "dt", None) for each in said)
    return {_date(at) for at in dates if isinstance(at, date)}


def _listed(event: Any, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _date(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at
