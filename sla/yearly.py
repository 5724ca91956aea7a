"""Yearly repetitions: the days of a year on which a rule of an iCalendar file falls (RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil import rrule

# Ends the search after one year: dateutil would go on to the year 9999 where a rule finds nothing.
ONE_YEAR = 10_000
# What is counted must be gone through from the first year on.
LONGEST_COUNT = 30
WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
# What dateutil calls each list of numbers, and up to which they go, from the end as well.
LISTS = {
    "BYMONTH": ("bymonth", 12),
    "BYMONTHDAY": ("bymonthday", 31),
    "BYYEARDAY": ("byyearday", 366),
    "BYWEEKNO": ("byweekno", 53),
    "BYSETPOS": ("bysetpos", 366),
}
WEEKS_OF_MONTH, WEEKS_OF_YEAR = 5, 53
KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *LISTS}
NAMES_A_DAY = {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}


class UnknownRule(ValueError):
    """A rule that repeats in another way than yearly; the text says in which."""


@dataclass(frozen=True)
class Yearly:
    """Every `interval`-th year from that of `first` on, up to `until`, `count` times at most."""

    first: date
    interval: int
    count: int | None
    until: date | None
    by: Mapping[str, Any]

    def days(self, since: int, until: int) -> Iterator[date]:
        """List the days in order, of these years and perhaps of some before. Raises UnknownRule."""
        left = self.count
        if left is not None and until - self.first.year > LONGEST_COUNT:
            raise UnknownRule(f"it counts repetitions over more than {LONGEST_COUNT} years")
        for year in range(self.first.year, until + 1, self.interval):
            if year < since and left is None:
                continue
            for day in self._days_of(year):
                if left == 0 or (self.until and day > self.until):
                    return
                left = left and left - 1
                yield day

    def _days_of(self, year: int) -> list[date]:
        found = rrule.rrule(
            rrule.YEARLY, interval=ONE_YEAR, dtstart=datetime(year, 1, 1), **self.by
        )
        return [each.date() for each in found if each.date() >= self.first]


def yearly(rule: Mapping[str, Sequence[Any]], *, first: date) -> Yearly:
    """Read a rule, as icalendar parses it, of an event that begins on `first`.

    Raises UnknownRule where it does not repeat yearly, or cannot be read.
    """
    [frequency] = rule.get("FREQ") or [""]
    if str(frequency).upper() != "YEARLY":
        raise UnknownRule(f"it repeats {str(frequency).lower()}")
    if unknown := sorted(rule.keys() - KNOWN):
        raise UnknownRule(f"it repeats by {unknown[0]}")
    try:
        return Yearly(
            first=first,
            interval=max(1, *rule.get("INTERVAL", [1])),
            count=next(iter(rule.get("COUNT", [])), None),
            until=next(map(_day, rule.get("UNTIL", [])), None),
            by=_by(rule, first=first),
        )
    except (TypeError, ValueError) as wrong:
        raise UnknownRule(f"its repetition cannot be read ({wrong})") from None


def _by(rule: Mapping[str, Sequence[Any]], *, first: date) -> dict[str, Any]:
    by: dict[str, Any] = {
        name: [_number(number, most=most) for number in rule[said]]
        for said, (name, most) in LISTS.items()
        if said in rule
    }
    if "BYDAY" in rule:
        weeks = WEEKS_OF_MONTH if "BYMONTH" in rule else WEEKS_OF_YEAR
        by["byweekday"] = [_weekday(str(day), weeks=weeks) for day in rule["BYDAY"]]
    if not NAMES_A_DAY & rule.keys():
        by.setdefault("bymonth", [first.month])
        by["bymonthday"] = [first.day]
    return by


def _weekday(said: str, *, weeks: int) -> rrule.weekday:
    found = WEEKDAY.fullmatch(said.upper())
    if not found:
        raise ValueError(f"“{said}” is no day of the week")
    weekday = getattr(rrule, found[2])
    return weekday(_number(found[1], most=weeks)) if found[1] else weekday


def _number(said: Any, *, most: int) -> int:
    number = int(said)
    if not 1 <= abs(number) <= most:
        raise ValueError(f"{number} is not from 1 to {most}")
    return number


def _day(said: date) -> date:
    return said.date() if isinstance(said, datetime) else said
