"""The verbs of reading along: who follows a ticket, who is asked to, and who does no more.

They are verbs like those of `services`: lock, take the time, check, write, record one event.
Nobody is copied by somebody else's word: an address is proposed, gets one mail with a link, and
reads the ticket once its owner, signed in, agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.querysets import normal_email
from tickets import letters, tokens
from tickets.events import Moment, actor_of, hold, record
from tickets.models import Event, Proposal, Ticket, Watcher
from tickets.services import Refused
from tickets.states import Status

# On one ticket, asked and copied together.
MOST = 10


def watch(
    ticket: Ticket, *, by: User, added_by: User | None = None, moment: Moment | None = None
) -> Watcher:
    """Have `by` read along, who may see the ticket or was asked to by `added_by`; once."""
    with hold(ticket, moment) as moment:
        watcher, is_new = Watcher.objects.get_or_create(
            ticket=moment.ticket,
            user=by,
            defaults={"created_at": moment.at, "added_by": added_by or by},
        )
        if is_new:
            _record(moment, Event.Type.WATCHED, by=by, data={"user": by.pk, "name": str(by)})
        return watcher


def unwatch(ticket: Ticket, *, user: User, by: User, moment: Moment | None = None) -> None:
    """End that `user` reads along: at once, on every page and in every mail still to be made."""
    with hold(ticket, moment) as moment:
        removed, _rows = Watcher.objects.filter(ticket=moment.ticket, user=user).delete()
        if removed:
            data = {"user": user.pk, "name": str(user)}
            _record(moment, Event.Type.UNWATCHED, by=by, data=data)


def propose(ticket: Ticket, *, email: str, by: User, moment: Moment | None = None) -> None:
    """Ask an address whether it wants to read along, known here or not; once while that waits.

    Raises `Refused` on a restricted or closed ticket, for one's own address, and when there
    are many already.
    """
    with hold(ticket, moment) as moment:
        ticket, email = moment.ticket, normal_email(email)
        _check(moment, email=email, by=by)
        waiting = ticket.proposals.filter(email=email)
        if waiting.filter(expires_at__gt=moment.at).exists() or _hears(ticket, email):
            return
        waiting.delete()
        token = tokens.new()
        Proposal.objects.create(
            ticket=ticket,
            email=email,
            token_hash=tokens.hash_of(token),
            proposed_by=by,
            created_at=moment.at,
            expires_at=moment.at + timedelta(days=settings.COPY_DAYS),
        )
        _record(moment, Event.Type.COPY_PROPOSED, by=by, data={"email": email})
        letters.send(
            "copy",
            brand_id=ticket.brand_id,
            to=email,
            path=reverse("copy", args=[token]),
            number=ticket.number,
            by=_who(by),
        )


def propose_all(ticket: Ticket, *, emails: Sequence[str]) -> None:
    """Ask whom a new request names, as its requester wishes; whom it cannot be is left out.

    That is never a reason not to file the request.
    """
    if not emails:
        return
    with hold(ticket) as moment:
        for email in emails:
            with suppress(Refused):
                propose(ticket, email=email, by=moment.ticket.requester, moment=moment)


def withdraw(proposal: Proposal, *, by: User, moment: Moment | None = None) -> None:
    """Take a proposal back: its link opens nothing from now on."""
    with hold(proposal.ticket, moment) as moment:
        removed, _rows = Proposal.objects.filter(pk=proposal.pk).delete()
        if removed:
            _record(moment, Event.Type.COPY_WITHDRAWN, by=by, data={"email": proposal.email})


def agree(proposal: Proposal, *, by: User, moment: Moment | None = None) -> Ticket:
    """Have the owner of the proposed address read along. Raises `Refused` for anybody else."""
    with hold(proposal.ticket, moment) as moment:
        held = Proposal.objects.filter(pk=proposal.pk, expires_at__gt=moment.at).first()
        if held is None or moment.ticket.restricted:
            raise Refused(_("This link does not work any more."))
        if held.email != by.email:
            raise Refused(_("This link was mailed to another address."))
        watch(moment.ticket, by=by, added_by=held.proposed_by, moment=moment)
        held.delete()
        return moment.ticket


def _who(by: User) -> str:
    """Name customers by their address: a name is whatever they typed, and strangers read this."""
    return str(by) if by.is_staff else by.email


def _check(moment: Moment, *, email: str, by: User) -> None:
    ticket = moment.ticket
    waiting = ticket.proposals.filter(expires_at__gt=moment.at)
    if ticket.restricted:
        raise Refused(_("Nobody can be copied on a restricted ticket."))
    if ticket.status == Status.CLOSED:
        raise Refused(_("This ticket is closed. File a new one about it."))
    if email == by.email:
        raise Refused(_("That is your own address. You read this ticket already."))
    if ticket.watchers.count() + waiting.count() >= MOST:
        raise Refused(
            _("At most %(count)d people can be copied on one ticket. Remove somebody first.")
            % {"count": MOST}
        )


def _hears(ticket: Ticket, email: str) -> bool:
    is_copied = ticket.watchers.filter(user__email=email).exists()
    return is_copied or ticket.requester.email == email


def _record(moment: Moment, type: str, *, by: User, data: dict) -> None:
    record(moment, type, by=by, actor=actor_of(moment.ticket, by), data=data)
