"""The verbs: everything that can be done to a ticket.

Each locks the ticket, takes the time, checks, writes, records one event and returns.
Verbs that share a `Moment` are one transaction with one time and one batch.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from tickets import clock, hanging_up, queue, waking
from tickets.events import Moment, actor_of, hold, record
from tickets.models import Answer, Attachment, Event, Message, Tag, Ticket
from tickets.permissions import can_work
from tickets.states import Actor, Status, may_become
from tickets.submission import Submission


class Refused(Exception):
    """A verb that cannot be done as things stand; its text is for the person who tried."""


class NotTheirs(Refused):
    """Somebody who does not work on this ticket tried to."""


@transaction.atomic(savepoint=False)
def open_ticket(submission: Submission, *, by: User | None) -> Ticket:
    """File a ticket: the row, its answers, first message, files and `opened` event.

    A submission whose draft was filed before returns that ticket: sending twice is once.
    `by` is the requester, the agent who logs a call, or None where a mail filed itself.
    Raises `Refused` where somebody else than an agent says that they spoke to the customer.
    """
    filed = Ticket.objects.filter(draft_key=submission.draft_key)
    if submission.draft_key is not None and filed.exists():
        return filed.get()
    now, actor = clock.now(), _opens(submission, by=by)
    ticket = Ticket(**_columns(submission, now=now))
    ticket.queue_rank = queue.rank(ticket)
    ticket.save(force_insert=True)
    Answer.objects.bulk_create(
        Answer(ticket=ticket, position=position, **vars(given))
        for position, given in enumerate(submission.answers)
    )
    message = _say(
        ticket,
        kind=Message.Kind.PUBLIC,
        actor=Actor.REQUESTER,
        author=submission.requester,
        body=submission.description,
        at=ticket.created_at,
        files=submission.attachments,
    )
    record(
        Moment(ticket=ticket, at=now),
        Event.Type.OPENED,
        by=by,
        actor=actor,
        message=message,
        data=opening(ticket) | _live(submission) | {**submission.log},
    )
    return ticket


def reply(
    ticket: Ticket,
    *,
    by: User | None,
    body: str,
    files: Sequence[Attachment] = (),
    automatic: bool = False,
    moment: Moment | None = None,
) -> Message:
    """Say something to everybody on the ticket; a customer's words bring a snoozed one back.

    An agent's first one answers the first-response promise, as of when it was said. Raises
    `Refused` on a closed ticket; it changes no status: `conversation.answer` composes that.
    """
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        if ticket.status == Status.CLOSED:
            raise Refused(_("This ticket is closed. File a new one about it."))
        actor = actor_of(ticket, by)
        message = _say(
            ticket,
            kind=Message.Kind.PUBLIC,
            actor=actor,
            author=by,
            body=body,
            at=moment.said_at,
            files=files,
            automatic=automatic,
        )
        if actor == Actor.AGENT and not automatic:
            answered(ticket, at=moment.said_at)
        data = {"automatic": automatic}
        record(moment, Event.Type.REPLIED, by=by, actor=actor, message=message, data=data)
        if actor == Actor.REQUESTER:
            waking.wake(moment, why=waking.REPLY)
        return message


def note(
    ticket: Ticket,
    *,
    by: User,
    body: str,
    files: Sequence[Attachment] = (),
    moment: Moment | None = None,
) -> Message:
    """Say something among agents only; no promise and no customer hears of it."""
    with hold(ticket, moment) as moment:
        message = _say(
            moment.ticket,
            kind=Message.Kind.NOTE,
            actor=Actor.AGENT,
            author=by,
            body=body,
            at=moment.said_at,
            files=files,
        )
        record(moment, Event.Type.NOTED, by=by, actor=Actor.AGENT, message=message)
        return message


def set_status(ticket: Ticket, *, by: User | None, to: str, moment: Moment | None = None) -> Ticket:
    """Take the ticket to another status; to the one it has is no change and no event.

    Raises `Refused` where the table of `states` has no such step for this actor.
    """
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        came_from, actor = ticket.status, actor_of(ticket, by)
        if came_from == to:
            return ticket
        if not may_become(came_from, to, actor=actor):
            raise Refused(
                _("A ticket that is “%(status)s” cannot become “%(to)s”.")
                % {"status": ticket.get_status_display(), "to": Status(to).label}
            )
        if to == Status.CLOSED:
            hanging_up.hang_up(moment, by=by)
        ticket.status = to
        ticket.solved_at = _solved_at(ticket, at=moment.at)
        if not ticket.is_working:
            ticket.snoozed_until = None
        ticket.save(update_fields=["status", "solved_at", "snoozed_until"])
        record(
            moment,
            Event.Type.STATUS_CHANGED,
            by=by,
            actor=actor,
            data={"from": came_from, "to": to},
        )
        return ticket


def set_level(
    ticket: Ticket, *, by: User, to: int, reason: str, moment: Moment | None = None
) -> Ticket:
    """Change the level, 1 (most urgent) to 4, with a reason that the customer is told."""
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        came_from = ticket.level_id
        if came_from == to:
            return ticket
        if not reason.strip():
            raise Refused(_("Say why the level changes: the customer is told."))
        ticket.level_id = to
        ticket.save(update_fields=["level"])
        record(
            moment,
            Event.Type.LEVEL_CHANGED,
            by=by,
            actor=Actor.AGENT,
            data={"from": came_from, "to": to, "reason": reason.strip()},
        )
        return ticket


def assign(
    ticket: Ticket, *, by: User | None, to: User | None, moment: Moment | None = None
) -> Ticket:
    """Give the ticket to an agent who may work on it, or (None) back to everybody."""
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        came_from = ticket.assignee_id
        if came_from == (to.pk if to else None):
            return ticket
        if to is not None and not may_work(to, ticket):
            raise Refused(_("%(agent)s cannot work on this ticket.") % {"agent": to})
        ticket.assignee = to
        ticket.save(update_fields=["assignee"])
        record(
            moment,
            Event.Type.ASSIGNED,
            by=by,
            actor=actor_of(ticket, by),
            data={"from": came_from, "to": ticket.assignee_id},
        )
        return ticket


def set_team(ticket: Ticket, *, by: User, to: Team | None, moment: Moment | None = None) -> Ticket:
    """Give the ticket to a team that serves its brand, or (None) to none of them."""
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        came_from = ticket.team
        if came_from == to:
            return ticket
        if to is not None and not ticket.brand.teams.filter(pk=to.pk).exists():
            raise Refused(
                _("%(team)s does not work for %(brand)s.") % {"team": to, "brand": ticket.brand}
            )
        ticket.team = to
        ticket.save(update_fields=["team"])
        record(
            moment,
            Event.Type.TEAM_CHANGED,
            by=by,
            actor=Actor.AGENT,
            data={
                "from": came_from.pk if came_from else None,
                "to": to.pk if to else None,
                "name": str(to or ""),
            },
        )
        return ticket


def set_tags(
    ticket: Ticket, *, by: User, to: Collection[Tag], moment: Moment | None = None
) -> Ticket:
    """Mark the ticket with exactly these tags; what it has already is no change and no event."""
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        before, after = set(ticket.tags.all()), set(to)
        if before == after:
            return ticket
        ticket.tags.set(after)
        record(
            moment,
            Event.Type.TAGS_CHANGED,
            by=by,
            actor=Actor.AGENT,
            data={
                "added": sorted(tag.name for tag in after - before),
                "removed": sorted(tag.name for tag in before - after),
            },
        )
        return ticket


def promise_attributes(ticket: Ticket) -> dict[str, Any]:
    """What a promise may depend on beside the level, as the event log keeps it."""
    return {
        "organization": ticket.organization_id,
        "brand": ticket.brand_id,
        "product": ticket.product,
        "request_type": ticket.request_type_id,
    }


def opening(ticket: Ticket) -> dict[str, Any]:
    """What the log must know of a ticket's beginning to compute its promises again."""
    return {
        "level": ticket.level_id,
        "channel": ticket.channel,
        "attributes": promise_attributes(ticket),
    }


def may_work(user: User, ticket: Ticket) -> bool:
    """Whether this user may have this ticket to work on, asked anew of the database."""
    return (
        user.has_perm("tickets.work_ticket")
        and Ticket.objects.on_desk_of(user).filter(pk=ticket.pk).exists()
    )


def answered(ticket: Ticket, *, at: datetime) -> None:
    """Note when an agent answered first, be it an answer that came in after others.

    For verbs that answer, while they hold the ticket.
    """
    if ticket.answered_at is None or at < ticket.answered_at:
        ticket.answered_at = at
        ticket.save(update_fields=["answered_at"])


def check_works(user: User, ticket: Ticket) -> None:
    """Raise `NotTheirs` where this user may not act on this ticket as an agent."""
    if not (can_work(user, ticket) and may_work(user, ticket)):
        raise NotTheirs(_("You cannot work on %(number)s.") % {"number": ticket.number})


def _columns(submission: Submission, *, now: datetime) -> dict[str, Any]:
    """Return the row; what came in later than now, by a clock that is wrong, came in now."""
    taken = (
        "brand",
        "request_type",
        "subcategory",
        "product",
        "requester",
        "kind",
        "affected",
        "ability",
        "urgent",
        "channel",
        "phone_answer",
        "phone_reference",
        "restricted",
        "subject",
        "draft_key",
        "follows",
    )
    received_at = min(submission.received_at or now, now)
    return {
        **{name: getattr(submission, name) for name in taken},
        "prefix": submission.brand.number_prefix,
        "organization_id": submission.requester.organization_id,
        "level_id": submission.level,
        "created_at": received_at,
        "answered_at": received_at if submission.live else None,
        "updated_at": now,
    }


def _opens(submission: Submission, *, by: User | None) -> str:
    """Say in which part `by` files a request; only an agent has its customer on the line."""
    actor = Actor.AGENT if by not in (None, submission.requester) else Actor.REQUESTER
    if submission.live and actor != Actor.AGENT:
        raise Refused(_("Only an agent who logs a call has the customer on the line."))
    return actor


def _live(submission: Submission) -> dict[str, Any]:
    """Note for the log that the customer was on the line, which answers them."""
    return {"live": True} if submission.live else {}


def _say(ticket: Ticket, *, at: datetime, files: Sequence[Attachment], **columns: Any) -> Message:
    """Store a message and bind its files to it: from then on they are nowhere else."""
    message = Message.objects.create(
        ticket=ticket, channel=columns.pop("channel", ticket.channel), created_at=at, **columns
    )
    if files:
        Attachment.objects.filter(pk__in=[file.pk for file in files], message=None).update(
            draft=None, token_hash="", message=message
        )
    return message


def _solved_at(ticket: Ticket, *, at: datetime) -> datetime | None:
    if ticket.status == Status.SOLVED:
        return at
    return ticket.solved_at if ticket.status == Status.CLOSED else None
