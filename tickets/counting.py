"""Counts that end where more would tell nobody more, and cost: "99+"."""

from __future__ import annotations

MOST = 100


def in_words(counted: int) -> str:
    """Write a count as far as it was counted."""
    return f"{MOST - 1}+" if counted >= MOST else str(counted)
