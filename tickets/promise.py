"""The promise for a ticket, or for a request that is not filed yet: asked of whoever keeps it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from tickets.models import Ticket
from tickets.services import promise_attributes


def promised(ticket: Ticket) -> list[Any]:
    """What was promised when the ticket came in, for its level of now."""
    return promised_for(
        level=ticket.level_id, attributes=promise_attributes(ticket), at=ticket.created_at
    )


def promised_for(*, level: int, attributes: dict[str, Any], at: datetime) -> list[Any]:
    """What filing at `at` (UTC) would promise: each with `metric`, `label`, `seconds`, `due_at`."""
    return _source(settings.PROMISE)(level=level, attributes=attributes, at=at)


def foretold(ticket: Ticket, *, attributes: dict[str, Any], at: datetime) -> list[str]:
    """Say which promises of a ticket other attributes would move at `at` (UTC)."""
    said: list[str] = _source(settings.PROMISE_FORETOLD)(ticket, attributes=attributes, at=at)
    return said


@cache
def _source(path):
    return import_string(path)
