"""Mails go where agents take the messages that came of them, in the event's own transaction."""

from __future__ import annotations

from tickets.mail.models import InboundEmail
from tickets.models import Event

TAKES_MESSAGES = frozenset({Event.Type.SPLIT, Event.Type.MOVED})


def on_event(event: Event) -> None:
    """Let a mail stand on the ticket that its message stands on now."""
    if event.type not in TAKES_MESSAGES:
        return
    into = event.data["into"]
    for message in ("became", "double_of__became"):  # a mail that came twice goes with the other
        taken = InboundEmail.objects.filter(**{f"{message}__ticket": into})
        taken.exclude(ticket=into).update(ticket=into)
