"""Agents who hear of a ticket that is not theirs; no event tells of it, and no customer learns."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet

from accounts.models import User
from tickets import clock
from tickets.models import DeskWatch, Ticket


def watch(ticket: Ticket, *, by: User) -> None:
    """Have this agent hear of the ticket; once, however often it is asked."""
    DeskWatch.objects.get_or_create(ticket=ticket, user=by, defaults={"created_at": clock.now()})


def unwatch(ticket: Ticket, *, by: User) -> None:
    DeskWatch.objects.filter(ticket=ticket, user=by).delete()


def who(ticket: Ticket | OuterRef) -> QuerySet[User]:
    """Ask for who looks on, in the order of their names."""
    watches = DeskWatch.objects.filter(ticket=ticket).values("user")
    return User.objects.filter(pk__in=watches).order_by("name", "id")
