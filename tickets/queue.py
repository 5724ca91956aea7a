"""Where a ticket stands in the agents' queue."""

from __future__ import annotations

from datetime import datetime

from tickets.models import Channel, PhoneAnswer, Ticket
from tickets.states import Status

FIRST, NORMAL = 0, 1


def rank(ticket: Ticket) -> int:
    """0 for a level 1 or 2 ticket from the portal whose sender did not call, until answered.

    Somebody who should have called and could not must not wait behind anybody.
    """
    not_called = (
        ticket.level_id <= 2
        and ticket.channel == Channel.PORTAL
        and ticket.phone_answer != PhoneAnswer.CALLED
    )
    waits = ticket.answered_at is None and ticket.status != Status.PENDING
    return FIRST if not_called and waits else NORMAL


def set_next_due(ticket: Ticket, *, at: datetime) -> None:
    """Store when this ticket's next promise is due (UTC; `clock.NEVER` for none)."""
    if ticket.next_due_at != at:
        ticket.next_due_at = at
        ticket.save(update_fields=["next_due_at"])
