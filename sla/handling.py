"""What managers do about broken promises, several at once: hand tickets over, note, acknowledge.

Each ticket is a transaction of its own, so that one which cannot be had keeps no other one waiting;
what is not done to a ticket is not done at all, and said with the reason.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from accounts.models import User
from sla.acknowledging import acknowledge
from sla.models import Action, Breach, Reason
from tickets import permissions, services
from tickets.catalog.models import Brand
from tickets.events import Moment, hold
from tickets.models import Event, Ticket
from tickets.querysets import HIDDEN
from tickets.services import Refused
from tickets.states import Status

# Does one thing to a ticket that is held, about these of its breaches; returns whether that is new.
Deed = Callable[[Moment, Sequence[Breach]], bool]


@dataclass(frozen=True)
class Note:
    """Words for agents that go along. Sent twice, with the same key, they are written once."""

    body: str = ""
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class Outcome:
    """Numbers of the tickets on which something was done; and of others, each with why not."""

    done: Sequence[str]
    skipped: Sequence[tuple[str, str]]


def chosen(keys: Iterable[int], *, by: User) -> list[Breach]:
    """Return those of the breaches that this person reads of, in the order of their tickets."""
    return list(
        Breach.objects.standing()
        .filter(pk__in=list(keys), clock__brand__in=Brand.objects.served_by(by).values("pk"))
        .exclude(clock__ticket__outcome__in=HIDDEN)
        .select_related("clock__ticket")
        .order_by("clock__ticket", "pk")
    )


def hand_over(breaches: Sequence[Breach], *, by: User, to: User | None, note: Note) -> Outcome:
    """Give the tickets to an agent, or (None) back to everybody."""

    def give(moment: Moment, _of_ticket: Sequence[Breach]) -> bool:
        ticket = moment.ticket
        if not can_handle(by, ticket):
            raise Refused(_("You may not work on this ticket."))
        if ticket.status == Status.CLOSED:
            raise Refused(_("It is closed."))
        if ticket.assignee_id == (to.pk if to else None):
            return False
        services.assign(ticket, by=by, to=to, moment=moment)
        return True

    was = _("It is %(agent)s's already.") % {"agent": to} if to else _("It is nobody's already.")
    return _on_each_ticket(breaches, give, by=by, note=note, unchanged=was)


def add_note(breaches: Sequence[Breach], *, by: User, note: Note) -> Outcome:
    """Write the same internal note on each ticket."""
    return _on_each_ticket(
        breaches,
        lambda _moment, _of_ticket: False,
        by=by,
        note=note,
        unchanged=_("This note is on it already."),
    )


def acknowledge_all(
    breaches: Sequence[Breach], *, by: User, reason: Reason, action: Action, note: Note
) -> Outcome:
    """Say of all of them why they were broken and what is done about it."""

    def say(moment: Moment, of_ticket: Sequence[Breach]) -> bool:
        said = [
            acknowledge(breach, by=by, reason=reason, action=action, moment=moment)
            for breach in of_ticket
        ]
        return any(said)

    was = _("It is acknowledged so already.")
    return _on_each_ticket(breaches, say, by=by, note=note, unchanged=was)


def can_handle(user: User, ticket: Ticket) -> bool:
    """Whether this user acts on the ticket as an agent, asked anew of the database."""
    return permissions.can_work(user, ticket) and services.may_work(user, ticket)


def _on_each_ticket(
    breaches: Sequence[Breach], do: Deed, *, by: User, note: Note, unchanged: str
) -> Outcome:
    done, skipped = [], []
    for ticket, of_ticket in _by_ticket(breaches):
        try:
            is_new = _handle(ticket, of_ticket, do, by=by, note=note)
        except Refused as refused:
            skipped.append((ticket.number, str(refused)))
        else:
            if is_new:
                done.append(ticket.number)
            else:
                skipped.append((ticket.number, unchanged))
    return Outcome(done, skipped)


def _by_ticket(breaches: Sequence[Breach]) -> list[tuple[Ticket, list[Breach]]]:
    found: dict[int, list[Breach]] = defaultdict(list)
    for breach in breaches:
        found[breach.clock.ticket_id].append(breach)
    return [(of_ticket[0].clock.ticket, of_ticket) for of_ticket in found.values()]


def _handle(ticket: Ticket, of_ticket: Sequence[Breach], do: Deed, *, by: User, note: Note) -> bool:
    """Do it under the ticket's lock, with the note; return whether either is new."""
    with hold(ticket) as moment:
        moment = replace(moment, batch=note.key)
        is_done = do(moment, of_ticket)
        return _write(note, moment, by=by) or is_done


def _write(note: Note, moment: Moment, *, by: User) -> bool:
    if not note.body:
        return False
    if not can_handle(by, moment.ticket):
        raise Refused(_("You may not work on this ticket."))
    if _is_written(note, moment.ticket):
        return False
    services.note(moment.ticket, by=by, body=note.body, moment=moment)
    return True


def _is_written(note: Note, ticket: Ticket) -> bool:
    """Whether the same form was sent before; the key of a note is its batch in the log."""
    return ticket.events.filter(
        type=Event.Type.NOTED, batch=note.key, message__body=note.body
    ).exists()
