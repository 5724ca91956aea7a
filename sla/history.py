"""What happened to a ticket, told to the engine: its promise-relevant events as engine events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sla import engine
from sla.engine import ClockState
from sla.policies import Book
from tickets.models import Event

# Notes and assignments are not here: no promise depends on them.
TOLD_AS: Mapping[str, str] = {
    Event.Type.OPENED: "created",
    Event.Type.REPLIED: "message",
    Event.Type.STATUS_CHANGED: "status",
    Event.Type.LEVEL_CHANGED: "level",
    Event.Type.POLICY_CHANGED: "policy",
    Event.Type.CALENDAR_CHANGED: "calendar",
}


def states(
    events: Sequence[Event], *, book: Book, as_of: datetime, more: Sequence[engine.Event] = ()
) -> tuple[ClockState, ...]:
    """Fold a ticket's events, and perhaps `more`, by what the book said when it was filed.

    Nothing that is written into the book later changes what a filed ticket was promised.
    """
    opened = next((event for event in events if event.type == Event.Type.OPENED), None)
    if opened is None:
        return ()
    terms = book.terms(opened.recorded_at)
    log = [told(event) for event in events if event.type in TOLD_AS]
    return engine.fold([*log, *more], policies=terms.policies, rules=terms.rules, as_of=as_of)


def told(event: Event) -> engine.Event:
    """Say the same as the engine says it: "automatic" is "auto", whoever acted is "by"."""
    data = {**event.data, "by": event.actor}
    if event.type == Event.Type.REPLIED:
        data |= {"public": True, "auto": event.data["automatic"]}
    return engine.Event(id=event.pk, at=event.at, type=TOLD_AS[event.type], data=data)
