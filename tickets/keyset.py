"""Pages that begin behind a row: its columns compared as one value, along an index.

And the keys of rows, as addresses and forms have them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Func, Value
from django.db.models.lookups import GreaterThan, LessThan

LONGEST_KEY = 18  # digits; PostgreSQL has no key of more


class Row(Func):
    """Columns as one row value: PostgreSQL compares it along the index."""

    function = ""
    output_field = BooleanField()


def is_key(text: str) -> bool:
    """Whether a row may have this key."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


def behind(**place: Any) -> GreaterThan:
    """What follows a place, in the order of its columns: `behind(due_at=at, id=pk)`.

    PostgreSQL estimates the first column alone. One that has few values belongs in front of it,
    as an equality of its own, or the plan expects no rows and sorts everything.
    """
    return GreaterThan(Row(*place), Row(*map(Value, place.values())))


def before(**place: Any) -> LessThan:
    """What follows a place where all columns descend, as `behind` does where they ascend."""
    return LessThan(Row(*place), Row(*map(Value, place.values())))
