"""Lengths of time as people type and read them: "1 h", "90 min", "2 d"."""

from __future__ import annotations

import re
from decimal import Decimal

MINUTE, HOUR, DAY = 60, 3600, 86400
SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
}
PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)")
CLOCK = re.compile(r"(\d+):([0-5]\d)")
LONGEST = 365 * DAY
ADVICE = "write one like “1 h”, “90 min” or “2 d”"


class NotALength(ValueError):
    """A text that is no length of time; the message says what to write."""


def read_length(said: str) -> int:
    """Return how many seconds a text means: at least one minute, at most 365 days.

    Parts may follow each other: "1 d 4 h". "1:30" is an hour and a half. Raises NotALength.
    """
    text = said.strip().lower()
    if clock := CLOCK.fullmatch(text):
        seconds = Decimal(int(clock[1]) * HOUR + int(clock[2]) * MINUTE)
    else:
        seconds = _sum(text)
    if seconds != int(seconds):
        raise NotALength(f"“{said.strip()}” is no whole number of seconds; {ADVICE}.")
    if seconds < MINUTE:
        raise NotALength(f"“{said.strip()}” is less than a minute; {ADVICE}.")
    if seconds > LONGEST:
        raise NotALength(f"“{said.strip()}” is more than 365 days; promise less.")
    return int(seconds)


def write_length(seconds: int) -> str:
    """Return the shortest text that means so many seconds: "24 h", "3 d", "1 h 30 min"."""
    if seconds >= 2 * DAY and seconds % DAY == 0:
        return f"{seconds // DAY} d"
    hours, rest = divmod(seconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    if hours < 2 and minutes and not rest:
        parts = [(hours * 60 + minutes, "min")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _sum(text: str) -> Decimal:
    parts = PART.findall(text)
    if not parts or PART.sub("", text).strip(" ,"):
        if re.fullmatch(r"\d+([.,]\d+)?", text):
            raise NotALength(f"“{text}” of what? Say minutes, hours or days: {ADVICE}.")
        raise NotALength(f"“{text}” is no length of time; {ADVICE}.")
    if unknown := [unit for _number, unit in parts if unit not in SECONDS]:
        raise NotALength(f"“{unknown[0]}” is no unit of time; {ADVICE}.")
    # Exactly: as a float, 1.1 hours are no whole number of seconds.
    lengths = (Decimal(number.replace(",", ".")) * SECONDS[unit] for number, unit in parts)
    return sum(lengths, Decimal())
