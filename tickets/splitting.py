"""The verb that takes messages out of a ticket into a new one, which a customer is told of once.

The messages move as they are: notes stay notes, with their times, authors and files. The new ticket
is promised what it would have been, had its first message come in by itself; on the old one nothing
that was promised changes, for its log stays as it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import queue, services
from tickets.events import Moment, hold, record
from tickets.models import Event, Message, Ticket
from tickets.permissions import sees_as_colleague
from tickets.services import Refused, check_works
from tickets.states import Actor, Outcome, Status, after_reply

# What the new ticket is about, and where: as the old one was, until an agent says otherwise.
KEPT = (
    *("prefix", "brand", "request_type", "subcategory", "product", "team", "kind", "affected"),
    *("ability", "urgent", "phone_answer", "phone_reference", "restricted"),
)


@dataclass(frozen=True)
class Part:
    """What is taken out, by ids of messages, and as what it goes on; `key` files it once."""

    messages: Sequence[int]
    requester: User
    subject: str
    level: int
    key: uuid.UUID


def split(ticket: Ticket, *, by: User, part: Part) -> Ticket:
    """Take these messages out of the ticket and return the new one that they make.

    Sent twice, with the same key, it is done once. Raises `Refused` for what an agent may not work
    on or has ended, for messages that are not there any more, for the ticket's first message, where
    what moves does not begin with a customer's, and for a requester who has not read along so far.
    """
    with hold(ticket) as moment:
        old = moment.ticket
        check_works(by, old)
        done = Ticket.objects.filter(draft_key=part.key).first()
        if done is not None:
            return _done(done, old)
        moved = _moved(old, part)
        first = next(message for message in moved if not message.is_note)
        new = _open(old, part, first=first, now=moment.at)
        Message.objects.filter(pk__in=[message.pk for message in moved]).update(ticket=new)
        into = Moment(ticket=new, at=moment.at, batch=moment.batch)
        _tell(into, moved, first=first, by=by)
        data = {"into": new.pk, "messages": len(moved)}
        record(moment, Event.Type.SPLIT, by=by, actor=Actor.AGENT, data=data)
        if new.answered_at is not None:
            to = after_reply(Status.NEW, actor=Actor.AGENT)
            services.set_status(new, by=by, to=to, moment=into)
        return new


def may_move(ticket: Ticket) -> list[Message]:
    """Return the messages that can be taken out: all but the one that the ticket began with."""
    messages = ticket.messages.exclude(pk__in=[beginning(ticket) or 0])
    return list(messages.select_related("author").prefetch_related("attachments"))


def requesters(ticket: Ticket) -> list[User]:
    """Return whose the new ticket may be: customers who read what is said there now.

    Who only spoke there once does not: they would come to read what was said since.
    """
    copied = set(ticket.watchers.values_list("user", flat=True))
    spoke = ticket.messages.filter(kind=Message.Kind.PUBLIC, actor=Actor.REQUESTER)
    people = Q(pk__in={ticket.requester_id, *copied}) | Q(pk__in=spoke.values("author"))
    found = User.objects.filter(people, is_active=True).order_by("name", "id")
    return [
        person
        for person in found
        if person.pk in {ticket.requester_id, *copied} or sees_as_colleague(person, ticket)
    ]


def _done(new: Ticket, old: Ticket) -> Ticket:
    """Return what the same form made before; a key of something else is a forged one."""
    if new.split_from_id != old.pk:
        raise Refused(_("Load the page again: it has lost its place."))
    return new


def beginning(ticket: Ticket) -> int | None:
    opened = ticket.events.filter(type=Event.Type.OPENED).first()
    return opened.message_id if opened else None


def _moved(old: Ticket, part: Part) -> list[Message]:
    if old.outcome:
        words = {"number": old.number, "outcome": Outcome(old.outcome).label}
        raise Refused(_("%(number)s is over (%(outcome)s): nothing is taken out of it.") % words)
    moved = list(old.messages.filter(pk__in=part.messages))
    if not moved or len(moved) != len(set(part.messages)):
        raise Refused(_("Some of these messages are not on this ticket any more. Look again."))
    if beginning(old) in {message.pk for message in moved}:
        raise Refused(_("The first message stays: it is what the ticket began with."))
    public = [message for message in moved if not message.is_note]
    if not public or public[0].actor != Actor.REQUESTER:
        raise Refused(_("Choose a customer's message first: the new ticket begins with it."))
    if part.requester not in requesters(old):
        raise Refused(
            _("%(name)s does not read this ticket, and would come to read what is taken out.")
            % {"name": part.requester}
        )
    return moved


def _open(old: Ticket, part: Part, *, first: Message, now: datetime) -> Ticket:
    """Store the new ticket, as of the receipt of its first message."""
    new = Ticket(
        **{name: getattr(old, name) for name in KEPT},
        draft_key=part.key,
        split_from=old,
        requester=part.requester,
        organization_id=_organization(old, part.requester),
        level_id=part.level,
        channel=first.channel,
        subject=part.subject,
        created_at=first.created_at,
        updated_at=now,
    )
    new.queue_rank = queue.rank(new)
    new.save(force_insert=True)
    return new


def _organization(old: Ticket, requester: User) -> int | None:
    """Say whose it is: nobody's who could not read it so far."""
    is_theirs = requester.pk == old.requester_id or requester.organization_id == old.organization_id
    return old.organization_id if is_theirs else None


def _tell(into: Moment, moved: Sequence[Message], *, first: Message, by: User) -> None:
    """Write the new ticket's log: what was said when it was said, and then that it was opened.

    What moves was told to everybody when it was new. So it is written without consequences, and the
    opening, which comes last, has them all: promises that know each answer, and one mail.
    """
    new = into.ticket
    Event.objects.bulk_create(_said(into, message) for message in moved if message.pk != first.pk)
    answers = [
        message.created_at
        for message in moved
        if message.actor == Actor.AGENT and not message.is_note and not message.automatic
    ]
    if answers:
        new.answered_at = min(answers)
        new.queue_rank = queue.rank(new)
        new.save(update_fields=["answered_at", "queue_rank"])
    data = services.opening(new) | {"split_from": new.split_from_id}
    record(into, Event.Type.OPENED, by=by, actor=Actor.AGENT, message=first, data=data)


def _said(into: Moment, message: Message) -> Event:
    of_note = {"type": Event.Type.NOTED, "data": {}}
    of_reply = {"type": Event.Type.REPLIED, "data": {"automatic": message.automatic}}
    return Event(
        ticket=into.ticket,
        at=message.created_at,
        recorded_at=into.at,
        actor=message.actor,
        by=message.author,
        message=message,
        batch=into.batch,
        **(of_note if message.is_note else of_reply),
    )
