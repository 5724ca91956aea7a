"""The verbs of what comes by mail: a ticket, an answer, and the move of what was threaded wrongly.

Each mail is somebody's who wrote it as a customer: whatever it says, no agent acts by mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import services, splitting, waking, watching
from tickets.events import Moment, hold, hold_together, record
from tickets.models import Attachment, Channel, Event, Message, Ticket
from tickets.services import Refused, check_works
from tickets.states import Actor, Status, after_reply
from tickets.submission import Submission


@dataclass(frozen=True)
class Words:
    """What somebody answered in a mail that came in at `at` (UTC).

    `quoted` is what it repeats of others; `copies` are addresses to ask whether they read along.
    """

    body: str
    at: datetime
    quoted: str = ""
    files: Sequence[Attachment] = ()
    copies: Sequence[str] = ()


@transaction.atomic
def open_mailed(submission: Submission, *, quoted: str = "") -> Ticket:
    """File a request that came by mail, as its requester would have, and ask whom it copies."""
    ticket = services.open_ticket(submission, by=submission.requester)
    if quoted:
        ticket.messages.update(quoted=quoted)
    watching.propose_all(ticket, emails=submission.copies)
    return ticket


def reply_mailed(ticket: Ticket, *, by: User, words: Words) -> Message:
    """Add what a customer answered by mail, and take the ticket where a customer's answer leads.

    Raises `Refused` on a closed ticket, and where it is theirs no more.
    """
    with hold(ticket, happened_at=words.at) as moment:
        _check_reads(by, moment.ticket)  # before, nobody held it
        said = services.reply(ticket, by=by, body=words.body, files=words.files, moment=moment)
        said.channel, said.quoted = Channel.EMAIL, words.quoted
        said.save(update_fields=["channel", "quoted"])
        to = after_reply(moment.ticket.status, actor=Actor.REQUESTER)
        services.set_status(ticket, by=by, to=to, moment=moment)
        for email in words.copies:
            with suppress(Refused):
                watching.propose(ticket, email=email, by=by, moment=moment)
        return said


def move(message: Message, *, by: User, to: Ticket) -> Message:
    """Take a customer's mailed answer to another ticket, where it does what answers do there.

    That is one of the same customer, or of the same organization; who wrote it reads that one, too.
    Raises `Refused` for the message that a ticket began with, for what did not come by mail, for a
    ticket that is closed or kept from others, and `NotTheirs` where `by` may not work on both.
    """
    with hold_together(message.ticket, to) as moments:
        moved = Message.objects.select_related("author").get(pk=message.pk)
        if moved.ticket_id not in moments or moved.ticket_id == to.pk:
            raise Refused(_("This message is not on that ticket any more. Look again."))
        out_of, into = moments[moved.ticket_id], moments[to.pk]
        _check_move(moved, out_of.ticket, into.ticket, by=by)
        moved.ticket = into.ticket
        moved.save(update_fields=["ticket"])
        data = {"into": to.pk}
        record(out_of, Event.Type.MOVED, by=by, actor=Actor.AGENT, data=data)
        # Among what was said there it stands where it was said.
        then = replace(into, happened_at=max(moved.created_at, into.ticket.created_at))
        record(then, Event.Type.MOVED, by=by, actor=Actor.AGENT, message=moved, data=data)
        _answer_there(into, by=by)
        return moved


def _check_move(message: Message, old: Ticket, to: Ticket, *, by: User) -> None:
    check_works(by, old)
    check_works(by, to)
    if message.channel != Channel.EMAIL or message.actor != Actor.REQUESTER or message.is_note:
        raise Refused(_("Only what a customer sent by mail is moved."))
    if message.pk == splitting.beginning(old):
        raise Refused(_("The first message stays: it is what the ticket began with."))
    if old.outcome or to.status == Status.CLOSED:
        raise Refused(_("Nothing is moved from or to a ticket that is over."))
    is_theirs = old.requester_id == to.requester_id
    is_colleagues = old.organization_id is not None and old.organization_id == to.organization_id
    is_kept_apart = old.restricted or to.restricted
    if not is_theirs and (is_kept_apart or not is_colleagues):
        raise Refused(_("A message is moved to a ticket of the same customer or organization."))
    if is_kept_apart and not (old.restricted and to.restricted):
        raise Refused(_("Nothing is moved between a restricted ticket and one that is not."))
    _check_reads(message.author, to)


def _check_reads(author: User | None, ticket: Ticket) -> None:
    """Refuse who does not read a ticket as its customers do: what they say is not for it."""
    if author is not None and author.pk == ticket.requester_id:
        return
    if author is None or not Ticket.objects.visible_to(author).filter(pk=ticket.pk).exists():
        words = {"name": author, "number": ticket.number}
        raise Refused(_("%(name)s does not read %(number)s.") % words)


def _answer_there(into: Moment, *, by: User) -> None:
    """Do what a customer's answer does to a ticket that waits for one."""
    to = after_reply(into.ticket.status, actor=Actor.REQUESTER)
    services.set_status(into.ticket, by=by, to=to, moment=into)
    waking.wake(into, why=waking.REPLY)
