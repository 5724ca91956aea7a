"""Who of the staff read a restricted ticket, or opened a file of it: written down each time."""

from __future__ import annotations

from accounts.models import User
from tickets import clock
from tickets.models import Ticket, Viewing

LONGEST = 200


def note(ticket: Ticket, user: User, *, what: str) -> None:
    """Write down that somebody of the staff saw this of a restricted ticket; of others nothing."""
    # Also who of the staff is only copied on it: their right may be gone, their copy is not.
    is_staff = user.pk != ticket.requester_id and user.has_perm("tickets.view_ticket")
    if ticket.restricted and is_staff:
        Viewing.objects.create(ticket=ticket, user=user, what=what[:LONGEST], at=clock.now())
