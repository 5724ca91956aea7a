"""Mails go where agents take the messages that came of them, in the event's own transaction."""

from __future__ import annotations

from django.db.models import F, OuterRef, Subquery

from tickets.mail.models import InboundEmail
from tickets.models import Event, Message

TAKES_MESSAGES = frozenset({Event.Type.SPLIT, Event.Type.MOVED})


def on_event(event: Event) -> None:
    """Let a mail stand on the ticket that its message stands on now."""
    if event.type not in TAKES_MESSAGES:
        return
    there = Message.objects.filter(pk=OuterRef("became")).values("ticket")[:1]
    taken = InboundEmail.objects.filter(became__ticket=event.data["into"])
    taken.exclude(ticket=F("became__ticket")).update(ticket=Subquery(there))
