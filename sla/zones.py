"""Time zones by the one database that we pin: the same rules on every machine.

The one that a machine brings along may be older, newer or missing, and then the same log would
be due at another time there. New rules come with an upgrade of `tzdata`, and a restart.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

DATABASE = files("tzdata")

# Zones keep an offset for a week at least; a test reads them all.
STEP = timedelta(days=1)


class UnknownZone(ValueError):
    """A name that the time zone database does not have."""


class Stretch(NamedTuple):
    """A part of time, `[start, end)` in UTC, in which a zone keeps the same offset from UTC."""

    start: datetime
    end: datetime
    offset: timedelta


@cache
def names() -> frozenset[str]:
    """Return the IANA names of all zones, such as "America/New_York"."""
    return frozenset(DATABASE.joinpath("zones").read_text(encoding="utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone with this IANA name. Raises UnknownZone."""
    if name not in names():
        raise UnknownZone(name)
    with DATABASE.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def stretches(name: str, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Cut `[start, end)`, whole seconds in UTC, where the zone changes its offset."""
    began, offset, seen = start, _offset(name, start), start
    while seen < end:
        later = min(seen + STEP, end)
        if _offset(name, later) != offset:
            changed = _change(name, seen, later)
            if changed < end:
                yield Stretch(began, changed, offset)
                began, offset = changed, _offset(name, changed)
        seen = later
    yield Stretch(began, end, offset)


def _offset(name: str, at: datetime) -> timedelta:
    wall = at.astimezone(zone(name)).replace(tzinfo=UTC)
    return wall - at


def _change(name: str, before: datetime, after: datetime) -> datetime:
    """Say in which second between these two the offset becomes that of `after`."""
    new = _offset(name, after)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // timedelta(seconds=2) * timedelta(seconds=1)
        before, after = (before, middle) if _offset(name, middle) == new else (middle, after)
    return after
