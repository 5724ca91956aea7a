"""Who reads along on a ticket and who was asked to, as its pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from tickets import permissions
from tickets.models import Proposal, Ticket, Watcher


def shown_to(user: User, ticket: Ticket) -> dict[str, Any]:
    """Return what a page says of copied people, and what its reader may do about them."""
    return shown(
        user,
        ticket,
        watchers=list(ticket.watchers.select_related("user").order_by("id")),
        proposals=asked(user, ticket),
    )


def shown(
    user: User, ticket: Ticket, *, watchers: Sequence[Watcher], proposals: Sequence[Proposal]
) -> dict[str, Any]:
    """Return the same of rows that were found already; staff see all that were asked."""
    return {
        "watchers": watchers,
        "watches": any(watcher.user_id == user.pk for watcher in watchers),
        "proposals": proposals,
        "can_copy": permissions.can_copy(user, ticket),
        "can_remove_copies": permissions.can_remove_copies(user, ticket),
    }


def asked(user: User, ticket: Ticket) -> list[Proposal]:
    """Return who was asked and did not answer yet: for who may take that back, and for staff.

    Until when they may say yes stands beside them; the daily clean-up removes who did not.
    """
    may_remove = permissions.can_remove_copies(user, ticket)
    if not may_remove and not permissions.can_see_notes(user, ticket):
        return []
    return list(ticket.proposals.all())
