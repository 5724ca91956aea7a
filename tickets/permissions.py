"""Who may do what to a ticket: asked by views, templates and admin alike."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from tickets.catalog.models import Brand
from tickets.models import Job, Ticket
from tickets.states import Status


def can_see_restricted(user: User) -> bool:
    """Whether restricted tickets, of brands that this user serves, are tickets like others."""
    return user.has_perm("tickets.view_restricted_ticket")


def can_see_organization(user: User) -> bool:
    """Whether this user sees colleagues' tickets; without an organization there are none."""
    return user.sees_organization and user.organization_id is not None


def can_see_notes(user: User, ticket: Ticket) -> bool:
    """Staff who see the ticket on their desk read what agents say there; its requester never.

    Whoever of the staff is only copied, or a colleague, reads what customers read.
    """
    is_staff = user.pk != ticket.requester_id and user.has_perm("tickets.view_ticket")
    return is_staff and serves(user, ticket)


def can_work(user: User, ticket: Ticket) -> bool:
    """Whether this user acts on the ticket as an agent."""
    is_agent = user.pk != ticket.requester_id and user.has_perm("tickets.work_ticket")
    return is_agent and serves(user, ticket)


def serves(user: User, ticket: Ticket) -> bool:
    """Whether it is of a brand and a kind that this user serves.

    What `TicketQuerySet.on_desk_of` says of many: what was found there is not asked again. Like
    permissions, brands are read once.
    """
    if ticket.restricted and not can_see_restricted(user):
        return False
    if getattr(ticket, "found_for", None) == user.pk:
        return True
    asked: Any = user
    if not hasattr(asked, "_served_brands"):
        asked._served_brands = frozenset(Brand.objects.served_by(user).values_list("pk", flat=True))
    return ticket.brand_id in asked._served_brands


def can_take_part(user: User, ticket: Ticket) -> bool:
    """The people of a ticket and its agents act on it; who only reads the desk does not."""
    return can_work(user, ticket) or not can_see_notes(user, ticket)


def can_reply(user: User, ticket: Ticket) -> bool:
    """Whether this user may answer now: nobody does once it is closed."""
    return ticket.status != Status.CLOSED and can_take_part(user, ticket)


def can_solve(user: User, ticket: Ticket) -> bool:
    return can_reply(user, ticket) and ticket.is_working and can_decide(user, ticket)


def can_decide(user: User, ticket: Ticket) -> bool:
    """Whether it is for this user to say that it is solved: who is only copied may not."""
    is_theirs = can_work(user, ticket) or user.pk == ticket.requester_id
    return is_theirs or sees_as_colleague(user, ticket)


def can_reopen(user: User, ticket: Ticket) -> bool:
    return can_reply(user, ticket) and ticket.status == Status.SOLVED


def sees_as_colleague(user: User, ticket: Ticket) -> bool:
    """Whether this user sees the ticket because their whole organization's are shown to them."""
    return (
        user.sees_organization
        and user.organization_id is not None
        and user.organization_id == ticket.organization_id
        and not ticket.restricted
    )


def can_follow(user: User, ticket: Ticket) -> bool:
    """Whether this user sees the ticket anyway, and may choose to hear of it by mail."""
    return user.pk != ticket.requester_id and sees_as_colleague(user, ticket)


def can_remove_copies(user: User, ticket: Ticket) -> bool:
    """Whose ticket it is, and who works on it, may end what others read of it."""
    return user.pk == ticket.requester_id or can_work(user, ticket)


def can_copy(user: User, ticket: Ticket) -> bool:
    """Whether this user may have others asked to read along: never on a restricted ticket."""
    is_open = ticket.status != Status.CLOSED and not ticket.restricted
    return is_open and can_remove_copies(user, ticket)


def can_follow_up(user: User, ticket: Ticket) -> bool:
    """Whether this user, as a customer, may file a new request that goes on from this one."""
    return (
        ticket.status == Status.CLOSED
        and can_take_part(user, ticket)
        and not can_work(user, ticket)
    )


def can_see_job(user: User, job: Job) -> bool:
    """Whether this user of the desk asked for this long work, or may see everybody's."""
    return user.is_staff and (user.pk == job.by_id or user.has_perm("tickets.view_job"))
