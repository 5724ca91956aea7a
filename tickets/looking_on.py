"""Agents who hear of a ticket that is not theirs; no event tells of it, and no customer learns."""

from __future__ import annotations

from accounts.models import User
from tickets import clock
from tickets.models import DeskWatch, Ticket


def watch(ticket: Ticket, *, by: User) -> None:
    """Have this agent hear of the ticket; once, however often it is asked."""
    DeskWatch.objects.get_or_create(ticket=ticket, user=by, defaults={"created_at": clock.now()})


def unwatch(ticket: Ticket, *, by: User) -> None:
    DeskWatch.objects.filter(ticket=ticket, user=by).delete()


def who(ticket: Ticket) -> list[User]:
    """Return who looks on, in the order of their names."""
    watches = ticket.desk_watches.select_related("user").order_by("user__name", "user")
    return [watch.user for watch in watches]
