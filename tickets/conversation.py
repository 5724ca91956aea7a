"""One POST on a ticket: the verbs it composes, in one transaction, with one time and batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Team, User
from tickets import services
from tickets.events import Moment, actor_of, hold
from tickets.models import Attachment, Tag, Ticket
from tickets.services import Refused
from tickets.states import Actor, Status, after_reply


class Stale(Refused):
    """The ticket changed since the person who acts on it last looked."""


class SentBefore(Refused):
    """The same turn was taken already: its form was sent twice."""


@dataclass(frozen=True)
class Turn:
    """What an agent does to a ticket in one go; None and "" leave things as they are.

    `key` names the form that it comes from: one turn is taken of it, and its events carry it as
    their batch. `version` is the ticket's version that the agent saw; a newer one raises `Stale`.
    `assignee` and `team` count only with `reassign` and `reteam`: None then is nobody, and none.
    """

    key: UUID | None = None
    version: int | None = None
    body: str = ""
    public: bool = True
    files: Sequence[Attachment] = ()
    status: str = ""
    level: int | None = None
    reason: str = ""
    reassign: bool = False
    assignee: User | None = None
    reteam: bool = False
    team: Team | None = None
    tags: Iterable[Tag] | None = None


def answer(
    ticket: Ticket,
    *,
    by: User,
    body: str,
    files: Sequence[Attachment] = (),
    solve: bool = False,
    happened_at: datetime | None = None,
) -> Ticket:
    """Reply, and take the ticket where that leads: a customer's answer resumes or reopens.

    `happened_at` (UTC) is when it was written, where that is earlier than it came in.
    """
    with hold(ticket, happened_at=happened_at) as moment:
        services.reply(ticket, by=by, body=body, files=files, moment=moment)
        actor = actor_of(moment.ticket, by)
        to = Status.SOLVED if solve else after_reply(moment.ticket.status, actor=actor)
        return services.set_status(ticket, by=by, to=to, moment=moment)


def take_turn(ticket: Ticket, *, by: User, turn: Turn) -> Ticket:
    """Do all of an agent's turn or nothing of it.

    Raises `SentBefore` where it was taken already, `Stale` where the ticket changed meanwhile,
    `Refused` where a verb cannot be done. Replying takes an unassigned ticket.
    """
    with hold(ticket) as held:
        moment = held if turn.key is None else replace(held, batch=turn.key)
        refuse_twice(moment.ticket, key=turn.key)
        if turn.version is not None and turn.version != moment.ticket.version:
            raise Stale(_("This ticket changed while you wrote. Look at what is new first."))
        _speak(moment, by=by, turn=turn)
        _mark(moment, by=by, turn=turn)
        services.set_status(ticket, by=by, to=_status_after(moment, turn), moment=moment)
        if turn.reassign:
            services.assign(ticket, by=by, to=turn.assignee, moment=moment)
        elif turn.body and turn.public and moment.ticket.assignee_id is None:
            services.assign(ticket, by=by, to=by, moment=moment)
        return moment.ticket


def refuse_twice(ticket: Ticket, *, key: UUID | None) -> None:
    """Raise `SentBefore` where the form of this key was sent already."""
    if key is not None and was_taken(ticket, key):
        raise SentBefore(_("This was sent already. Nothing was sent twice."))


def was_taken(ticket: Ticket, key: UUID) -> bool:
    """Whether the form of this key was sent already."""
    return ticket.events.filter(batch=key).exists()


def was_said(ticket: Ticket, body: str, *, key: UUID) -> bool:
    """Whether these very words were sent with the form of this key; others are not sent yet."""
    return ticket.events.filter(batch=key, message__body=body).exists()


def _mark(moment: Moment, *, by: User, turn: Turn) -> None:
    ticket = moment.ticket
    if turn.level is not None:
        services.set_level(ticket, by=by, to=turn.level, reason=turn.reason, moment=moment)
    if turn.reteam:
        services.set_team(ticket, by=by, to=turn.team, moment=moment)
    if turn.tags is not None:
        services.set_tags(ticket, by=by, to=list(turn.tags), moment=moment)


def _speak(moment: Moment, *, by: User, turn: Turn) -> None:
    if not turn.body and not turn.files:
        return
    say = services.reply if turn.public else services.note
    say(moment.ticket, by=by, body=turn.body, files=turn.files, moment=moment)


def _status_after(moment: Moment, turn: Turn) -> str:
    status = moment.ticket.status
    if turn.status:
        return turn.status
    return after_reply(status, actor=Actor.AGENT) if turn.body and turn.public else status
