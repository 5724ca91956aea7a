"""What other apps show on tickets: each in its own template, loaded for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from tickets.models import Ticket


def load(tickets, user) -> dict[int, list[dict]]:
    """Return each ticket's panels: `template` and `context`, in the order of the settings."""
    panels: dict[int, list[dict]] = defaultdict(list)
    for provider in _providers():
        for ticket_id, context in provider.load(tickets, user).items():
            panels[ticket_id].append({"template": provider.template, "context": context})
    return panels


def next_promises(tickets, *, now: datetime) -> dict[int, Any]:
    """Return by ticket what is promised next, of those that tell it: for lists, at little cost."""
    return {
        ticket_id: promise
        for provider in _providers()
        if hasattr(provider, "next_promises")
        for ticket_id, promise in provider.next_promises(tickets, now=now).items()
    }


def looked_up(ticket: Ticket, what: str, look_up: Callable[[], Any]) -> Any:
    """Look up what several providers tell of: once only on a ticket that was found for one page.

    Such a ticket has a `looked_up`, which is gone with it; any other is asked about anew.
    """
    known = getattr(ticket, "looked_up", None)
    if known is None:
        return look_up()
    if what not in known:
        known[what] = look_up()
    return known[what]


def next_promise(shown: Iterable[dict]) -> Any | None:
    """Return what is promised next among a ticket's panels, or None."""
    return next((panel["context"]["next"] for panel in shown if panel["context"].get("next")), None)


@cache
def _providers():
    return tuple(import_string(path) for path in settings.TICKET_PANELS)
