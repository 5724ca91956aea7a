"""Opening hours as people type and read them: "09:00-12:00, 13:00-17:00"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from sla import zones
from sla.opening import WEEKDAYS, OpeningHours, calendar_of

Pairs = Sequence[Sequence[str]]
# Between the two ends of a window people also write a longer dash or a word.
BETWEEN = re.compile(r" ?(?:-|–|—|to|until) ?")
TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
CLOSED = {"", "closed", "-", "–"}
ALL_DAY = {"all day", "24 h", "24h"}
DAYS_SHOWN = 14


class NotHours(ValueError):
    """A text that is no hours or no dates; the message says what to write."""


def read_windows(said: str) -> list[list[str]]:
    """Return the windows that a day's text names: "9-12, 13:00-17:00"; "" is closed.

    Only the writing is read here; whether the hours make sense `sla.opening` says.
    """
    text = " ".join(said.split()).lower()  # a search through many blanks would take minutes
    if text in CLOSED:
        return []
    if text in ALL_DAY:
        return [["00:00", "24:00"]]
    return [_window(part) for part in re.split(r"[,;]", text) if part.strip()]


def write_windows(windows: Pairs) -> str:
    return ", ".join(f"{opens}-{closes}" for opens, closes in windows)


def read_holidays(said: str) -> dict[str, str]:
    """Return names by date of lines like "2026-12-25 Christmas"."""
    return dict(_dated(said))


def write_holidays(holidays: Mapping[str, str] | Sequence[str]) -> str:
    named = holidays if isinstance(holidays, Mapping) else dict.fromkeys(holidays, "")
    return "\n".join(f"{day} {named[day]}".strip() for day in sorted(named))


def read_exceptions(said: str) -> dict[str, list[list[str]]]:
    """Return windows by date of lines like "2026-12-24 09:00-12:00" or "2026-12-31 closed"."""
    return {day: read_windows(rest) for day, rest in _dated(said)}


def write_exceptions(exceptions: Mapping[str, Pairs]) -> str:
    return "\n".join(
        f"{day} {write_windows(exceptions[day]) or 'closed'}" for day in sorted(exceptions)
    )


def calendar_lines(said: Mapping[str, Any]) -> dict[str, str]:
    """Return each thing that a calendar says, by what it is about, in the order of reading."""
    holidays, exceptions = said["holidays"], said["exceptions"]
    lines = {_("Time zone"): said["tz"]}
    if said["always_open"]:
        lines[_("Weekly hours")] = _("open around the clock")
    else:
        for day, name in WEEKDAYS.items():
            lines[_(name)] = write_windows(said["weekly"].get(day, [])) or _("closed")
    lines[_("Holidays")] = "; ".join(write_holidays(holidays).splitlines()) or _("none")
    lines[_("Exceptions")] = "; ".join(write_exceptions(exceptions).splitlines()) or _("none")
    return lines


def days_ahead(said: Mapping[str, Any], *, now: datetime) -> list[tuple[date, str, str]]:
    """Return the next days in the calendar's zone: the date, its open hours, and why those."""
    today = now.astimezone(zones.zone(said["tz"])).date()
    hours = calendar_of(said, key=None)
    days = [today + timedelta(days=number) for number in range(DAYS_SHOWN)]
    return [(day, _hours_on(hours, day), _reason(said, day)) for day in days]


def _hours_on(hours: object, day: date) -> str:
    if not isinstance(hours, OpeningHours):
        return _("open around the clock")
    windows = [
        f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
        for opens, closes in hours.windows_on(day)
    ]
    return ", ".join(windows) or _("closed")


def _reason(said: Mapping[str, Any], day: date) -> str:
    """Say why a day is not like others of its weekday."""
    key, holidays = day.isoformat(), said["holidays"]
    if key in said["exceptions"]:
        return _("exception")
    if key not in holidays:
        return ""
    return (holidays[key] if isinstance(holidays, Mapping) else "") or _("holiday")


def _window(said: str) -> list[str]:
    ends = BETWEEN.split(said.strip())
    if len(ends) != 2:
        raise NotHours(
            _("“%(said)s” is no stretch of time; write one like “09:00-17:00”.")
            % {"said": said.strip()}
        )
    return [_time(end) for end in ends]


def _time(said: str) -> str:
    found = TIME.fullmatch(said)
    if not found:
        raise NotHours(_("“%(said)s” is no time; write one like “09:00”.") % {"said": said})
    return f"{int(found[1]):02}:{found[2] or '00'}"


def _dated(said: str) -> Iterator[tuple[str, str]]:
    """Yield the date of each line, and the rest of it. Raises NotHours, over a date twice too."""
    seen: set[str] = set()
    for line in _lines(said):
        day, _space, rest = line.partition(" ")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            raise NotHours(
                _("“%(line)s” begins with no date; write one like “2026-12-25”.") % {"line": line}
            )
        if day in seen:
            raise NotHours(_("%(day)s stands there twice.") % {"day": day})
        seen.add(day)
        yield day, rest.strip()


def _lines(said: str) -> Iterable[str]:
    return (line.strip() for line in said.splitlines() if line.strip())
