"""A moment as people read it in a mail: in their own time zone, and saying which."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo


def zone_of(*names: str) -> tzinfo:
    """Return the first of these time zones that is named and known; UTC where none is."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError):  # a row may be older than the time zones of this machine
            continue
    return UTC


def absolute(at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Return `at` like "Sat 28 Nov, 10:40 am EST", with its year where that is not this one."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    half = "am" if local.hour < 12 else "pm"
    clock = f"{local.hour % 12 or 12}:{local:%M} {half} {local:%Z}"
    return f"{local:%a} {local.day} {local:%b}{year}, {clock}"
