"""Which events of a ticket are told by mail, and as which kind of notice."""

from __future__ import annotations

from tickets.models import Event
from tickets.states import Actor, Status

RECEIVED, REPLIED, SOLVED, LEVEL_CHANGED = "received", "replied", "solved", "level_changed"
# These go to the desk.
ASSIGNED, CUSTOMER_REPLIED = "assigned", "customer_replied"

# Of the events of one POST, the first of these tells of all.
TOLD_FIRST = (SOLVED, REPLIED, LEVEL_CHANGED)


def kind_of(event: Event) -> str | None:
    """Return the kind of notice this event asks for; None where nobody needs a mail.

    What a machine mailed is not acknowledged, an automatic reply is no answer, who solves their own
    request knows it, and so does who takes a ticket.
    """
    if event.type == Event.Type.OPENED:
        return None if event.data.get("quiet") else RECEIVED
    if event.type == Event.Type.REPLIED and not event.data["automatic"]:
        return REPLIED if event.actor == Actor.AGENT else CUSTOMER_REPLIED
    if event.type == Event.Type.STATUS_CHANGED and event.data["to"] == Status.SOLVED:
        return None if event.actor == Actor.REQUESTER else SOLVED
    if event.type == Event.Type.LEVEL_CHANGED:
        return LEVEL_CHANGED
    if event.type == Event.Type.ASSIGNED:
        return None if event.data["to"] in (None, event.by_id) else ASSIGNED
    return None
