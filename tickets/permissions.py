"""Who may do what to a ticket: asked by views, templates and admin alike."""

from __future__ import annotations

from accounts.models import User
from tickets.models import Ticket
from tickets.states import Status


def can_see_restricted(user: User) -> bool:
    """Whether restricted tickets, of brands that this user serves, are tickets like others."""
    return user.has_perm("tickets.view_restricted_ticket")


def can_see_notes(user: User, ticket: Ticket) -> bool:
    """Staff who see the ticket read what agents say among themselves; its requester never."""
    return user.pk != ticket.requester_id and user.has_perm("tickets.view_ticket")


def can_work(user: User, ticket: Ticket) -> bool:
    """Whether this user acts on the ticket as an agent."""
    return user.pk != ticket.requester_id and user.has_perm("tickets.work_ticket")


def can_take_part(user: User, ticket: Ticket) -> bool:
    """The people of a ticket and its agents act on it; who only reads the desk does not."""
    return (
        can_work(user, ticket)
        or not user.has_perm("tickets.view_ticket")
        or user.pk == ticket.requester_id
    )


def can_reply(user: User, ticket: Ticket) -> bool:
    """Whether this user may answer now: nobody does once it is closed."""
    return ticket.status != Status.CLOSED and can_take_part(user, ticket)


def can_solve(user: User, ticket: Ticket) -> bool:
    return can_reply(user, ticket) and ticket.is_working


def can_reopen(user: User, ticket: Ticket) -> bool:
    return can_reply(user, ticket) and ticket.status == Status.SOLVED


def can_follow_up(user: User, ticket: Ticket) -> bool:
    """Whether this user, as a customer, may file a new request that goes on from this one."""
    return (
        ticket.status == Status.CLOSED
        and can_take_part(user, ticket)
        and not can_work(user, ticket)
    )
