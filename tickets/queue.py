"""Where a ticket stands in the agents' queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def place(tickets: Sequence[Ticket], *, next_due: Mapping[int, datetime]) -> None:
    """Store where tickets stand, in one statement for all that move.

    `next_due` says by id when each one's next promise is due (UTC; `clock.NEVER` for none).
    """
    moved = []
    for ticket in tickets:
        where = rank(ticket), next_due[ticket.pk]
        if (ticket.queue_rank, ticket.next_due_at) != where:
            ticket.queue_rank, ticket.next_due_at = where
            moved.append(ticket)
    Ticket.objects.bulk_update(moved, ["queue_rank", "next_due_at"])
