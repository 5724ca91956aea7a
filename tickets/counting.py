"""Counts that end where more would tell nobody more, and cost: "99+"."""

from __future__ import annotations

MOST = 100


def in_words(counted: int, *, most: int | None = None) -> str:
    """Write a count as far as it was counted: to `MOST`, unless it says to another number."""
    most = MOST if most is None else most
    return f"{most - 1}+" if counted >= most else str(counted)
