"""How the settings read what environ has no word for; nonsense stops the process in words."""

from __future__ import annotations

import re

from django.core.exceptions import ImproperlyConfigured


def rate(text: str) -> tuple[int, int]:
    """Read a limit: so many times in so many seconds."""
    if not re.fullmatch(r"\d+/[1-9]\d*", text):
        raise ImproperlyConfigured(f"A limit is written TIMES/SECONDS, like 10/60, not “{text}”.")
    times, seconds = text.split("/")
    return int(times), int(seconds)


def waits(text: str) -> list[int]:
    """Read seconds to wait, one number for each time."""
    if not re.fullmatch(r"\d+(,\d+)*", text):
        raise ImproperlyConfigured(f"Waits are written in seconds, like 60,240, not “{text}”.")
    return [int(seconds) for seconds in text.split(",")]
