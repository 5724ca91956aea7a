"""What other apps show on tickets: each in its own template, loaded for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def load(tickets, user) -> dict[int, list[dict]]:
    """Return each ticket's panels: `template` and `context`, in the order of the settings."""
    panels: dict[int, list[dict]] = defaultdict(list)
    for provider in _providers():
        for ticket_id, context in provider.load(tickets, user).items():
            panels[ticket_id].append({"template": provider.template, "context": context})
    return panels


def next_promises(tickets, user) -> dict[int, Any]:
    """Return what is promised next on each ticket, asking only those who tell it."""
    return {
        ticket_id: context["next"]
        for provider in _providers()
        if getattr(provider, "tells_next", False)
        for ticket_id, context in provider.load(tickets, user).items()
        if context["next"]
    }


def next_promise(shown: Iterable[dict]) -> Any | None:
    """Return what is promised next among a ticket's panels, or None."""
    return next((panel["context"]["next"] for panel in shown if panel["context"].get("next")), None)


@cache
def _providers():
    return tuple(import_string(path) for path in settings.TICKET_PANELS)
