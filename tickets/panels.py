"""What other apps show on tickets: each in its own template, loaded for many at once."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


def load(tickets, user) -> dict[int, list[dict]]:
    """Return each ticket's panels: `template` and `context`, in the order of the settings."""
    panels: dict[int, list[dict]] = defaultdict(list)
    for provider in _providers():
        for ticket_id, context in provider.load(tickets, user).items():
            panels[ticket_id].append({"template": provider.template, "context": context})
    return panels


@cache
def _providers():
    return tuple(import_string(path) for path in settings.TICKET_PANELS)
