"""How the settings read what environ has no word for; nonsense stops the process in words."""

from __future__ import annotations

import re
from typing import Any

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


def log_lines(*, level: str) -> dict[str, Any]:
    """Return how to log: everything from this level on, as lines on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
    }
