"""Who of the staff read a restricted ticket, or opened a file of it: written down each time."""

from __future__ import annotations

from accounts.models import User
from tickets import clock
from tickets.models import Ticket, Viewing
from tickets.permissions import can_see_notes

LONGEST = 200


def note(ticket: Ticket, user: User, *, what: str) -> None:
    """Write down that somebody of the staff saw this of a restricted ticket; of others nothing."""
    if ticket.restricted and can_see_notes(user, ticket):
        Viewing.objects.create(ticket=ticket, user=user, what=what[:LONGEST], at=clock.now())
