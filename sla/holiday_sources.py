"""Where holidays come from: the law of a country, or a calendar file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import holidays
import icalendar
from dateutil.rrule import rrulestr

MOST_EVENTS = 5_000
LONGEST = 31  # days of one event


class NoHolidays(ValueError):
    """A country, a region or a file that gives no holidays; the text says why."""


def from_country(country: str, subdivision: str, years: Iterable[int]) -> dict[date, str]:
    """Return the public holidays of these years by date, in English where there are words.

    `country` is a code of two letters, `subdivision` that of a part of it or "". Raises NoHolidays.
    """
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise NoHolidays(f"“{country}” is no country whose holidays are known; write one like US.")
    if subdivision and subdivision not in known[country]:
        parts = ", ".join(known[country]) or "none"
        raise NoHolidays(f"“{subdivision}” is no part of {country}; known are: {parts}.")
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=years, language="en_US"
    )
    return {day: str(name) for day, name in sorted(found.items())}


def from_ical(said: str | bytes, years: Iterable[int]) -> dict[date, str]:
    """Return the all-day events of a calendar file in these years by date. Raises NoHolidays."""
    wanted = frozenset(years)
    try:
        events = list(icalendar.Calendar.from_ical(said).walk("VEVENT"))
    except (ValueError, IndexError) as error:
        raise NoHolidays("The file is no iCalendar file.") from error
    if len(events) > MOST_EVENTS:
        raise NoHolidays(f"The file has more than {MOST_EVENTS} events.")
    try:
        found = {
            day: str(event.get("SUMMARY", ""))
            for event in events
            for day in _days(event, wanted)
            if day.year in wanted
        }
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise NoHolidays("An event of the file cannot be read.") from error
    if not found:
        raise NoHolidays("The file has no all-day event in these years.")
    return dict(sorted(found.items()))


def _days(event: icalendar.Component, years: frozenset[int]) -> Iterator[date]:
    """Yield the days of an event; what has a time of day is no holiday."""
    start = event.decoded("DTSTART")
    if isinstance(start, datetime) or not years:
        return
    end = event.decoded("DTEND", start + timedelta(days=1))
    length = min(max((end - start).days, 1), LONGEST)
    for first in _repeated(event, start, years):
        yield from (first + timedelta(days=number) for number in range(length))


def _repeated(event: icalendar.Component, start: date, years: frozenset[int]) -> Iterator[date]:
    if "RRULE" not in event:
        yield start
        return
    begins = datetime(start.year, start.month, start.day)
    said = event["RRULE"].to_ical().decode()  # type: ignore[union-attr]
    rule = rrulestr(said, dtstart=begins, ignoretz=True)
    first, last = datetime(min(years), 1, 1), datetime(max(years), 12, 31)
    for number, at in enumerate(rule.xafter(first - timedelta(days=LONGEST), inc=True)):
        if at > last or number > MOST_EVENTS:
            return
        yield at.date()
