"""A promise for tests, in place of the one that settings.PROMISE names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Promise:
    metric: str
    label: str
    seconds: int
    due_at: datetime


def promised(*, level, attributes, at):
    """Promise an answer in as many hours as the level says, a solution in as many days."""
    return [
        Promise("first_response", "First reply", level * 3600, at + timedelta(hours=level)),
        Promise("resolution", "Solved", level * 86400, at + timedelta(days=level)),
    ]


def nothing(*, level, attributes, at):
    """Promise nothing, as where no policy is for a request."""
    return []
