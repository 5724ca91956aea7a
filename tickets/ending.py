"""The verbs that end a ticket without solving it (merged, deleted, spam), and that take it back.

They are verbs like those of `services`: lock, take the time, check, write, record one event. The
row stays, closed with an outcome; its promises are void. Taken back, it is as if it had never been.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import hanging_up, merges
from tickets.events import Moment, hold, hold_together, record
from tickets.models import CallAttempt, Callback, Event, Ticket
from tickets.services import Refused, check_works
from tickets.states import Actor, Outcome, Status


class NotConfirmed(Refused):
    """A merge of different customers' tickets, which somebody must want in so many words."""


def merge(
    ticket: Ticket,
    *,
    into: Ticket,
    by: User,
    confirmed: bool = False,
    moment: Moment | None = None,
) -> Ticket:
    """Let `into` go on in place of the ticket, which nothing changes on `into` or its promises.

    Raises `NotConfirmed` where they are of different customers and that was not confirmed, and
    `Refused` for what cannot be merged or is not `by`'s to work on. Whoever holds a moment already
    has locked both, with `hold_together`.
    """
    if ticket.pk == into.pk:
        raise Refused(_("A ticket cannot be merged into itself."))
    with _held(ticket, [into], moment) as (moment, [target]):
        source = moment.ticket
        for each in (source, target):
            check_works(by, each)
        _check_goes_on(source)
        _check_takes_in(target)
        _check_calls(source, target)
        if not confirmed and are_of_different_customers(source, target):
            raise NotConfirmed(
                _("%(source)s and %(target)s are of different customers. Confirm to merge them.")
                % {"source": source.number, "target": target.number}
            )
        call = _handed_on(source, target)
        source.merged_into = target
        return _end(moment, Outcome.MERGED, by=by, more={"into": target.pk, **call})


def unmerge(ticket: Ticket, *, by: User, moment: Moment | None = None) -> Ticket:
    """Take a ticket out of the one it was merged into: it goes on in the status it had.

    Raises `Refused` once somebody replied there in public: that answered this one, too. Whoever
    holds a moment already has locked the ticket and its way, with `hold_together`.
    """
    with _held(ticket, merges.way_of(ticket), moment) as (moment, way):
        source = moment.ticket
        check_works(by, source)
        if source.outcome != Outcome.MERGED:
            raise Refused(_("This ticket is not merged into another one."))
        check_way(source, way)
        if _was_answered(source, way):
            raise Refused(
                _("%(number)s was replied to since the merge, which cannot be taken back any more.")
                % {"number": way[-1].number}
            )
        into = source.merged_into_id
        _give_call_back(source, way)
        return _take_back(moment, Event.Type.UNMERGED, by=by, more={"into": into})


def check_way(source: Ticket, way: Sequence[Ticket]) -> None:
    """Refuse where a merged ticket goes another way than the one that was locked with it."""
    now = [each.pk for each in merges.way_of(source)]
    if source.outcome == Outcome.MERGED and now != [each.pk for each in way]:
        raise Refused(_("This ticket was merged anew meanwhile. Look at it first."))


def delete(ticket: Ticket, *, by: User, moment: Moment | None = None) -> Ticket:
    """Delete a ticket for good: its customers do not see it any more, and its row stays.

    Raises `Refused` for one that is deleted or merged already.
    """
    with hold(ticket, moment) as moment:
        check_works(by, moment.ticket)
        if moment.ticket.outcome != Outcome.SPAM:
            _check_goes_on(moment.ticket)
        hanging_up.hang_up(moment, by=by)
        return _end(moment, Outcome.DELETED, by=by)


def mark_spam(ticket: Ticket, *, by: User, moment: Moment | None = None) -> Ticket:
    """Mark a ticket as spam: nobody works on it, and its sender does not see it any more.

    Raises `Refused` for one that is deleted, merged or spam already.
    """
    with hold(ticket, moment) as moment:
        check_works(by, moment.ticket)
        _check_goes_on(moment.ticket)
        return _end(moment, Outcome.SPAM, by=by)


def not_spam(ticket: Ticket, *, by: User, moment: Moment | None = None) -> Ticket:
    """Take a spam mark back: the ticket goes on in the status it had. Raises `Refused`."""
    with hold(ticket, moment) as moment:
        check_works(by, moment.ticket)
        if moment.ticket.outcome != Outcome.SPAM:
            raise Refused(_("This ticket is not marked as spam."))
        return _take_back(moment, Event.Type.NOT_SPAM, by=by)


# What somebody said to everybody, be it on the phone.
SPOKEN = Q(type=Event.Type.REPLIED, data__automatic=False) | Q(
    type=Event.Type.CALLED_BACK, data__result=CallAttempt.Result.REACHED
)
ENDED_BY = {
    Outcome.MERGED: Event.Type.MERGED,
    Outcome.DELETED: Event.Type.DELETED,
    Outcome.SPAM: Event.Type.SPAM,
}


@contextmanager
def _held(
    ticket: Ticket, others: Sequence[Ticket], moment: Moment | None
) -> Iterator[tuple[Moment, list[Ticket]]]:
    """Lock a ticket and others, or the others only where its moment is held already."""
    locked = others if moment else [ticket, *others]
    with hold_together(*locked) as held:
        yield moment or held[ticket.pk], [held[other.pk].ticket for other in others]


def _check_goes_on(ticket: Ticket) -> None:
    """Refuse what has an outcome: whoever wants another one takes that back first."""
    if ticket.outcome:
        raise Refused(
            {
                Outcome.MERGED: _("%(number)s is merged into another ticket already."),
                Outcome.SPAM: _("%(number)s is marked as spam. Take that back first."),
                Outcome.DELETED: _("%(number)s is deleted."),
            }[Outcome(ticket.outcome)]
            % {"number": ticket.number}
        )


def _check_takes_in(target: Ticket) -> None:
    _check_goes_on(target)
    if target.status == Status.CLOSED:
        raise Refused(
            _("%(number)s is closed: nothing can be added to it.") % {"number": target.number}
        )


def are_of_different_customers(ticket: Ticket, other: Ticket) -> bool:
    """Whether a merge of the two has to be confirmed."""
    return _customer(ticket) != _customer(other)


def _check_calls(source: Ticket, target: Ticket) -> None:
    """Refuse a merge by which somebody who waits for a call would wait in vain."""
    if not source.callbacks.waiting().exists():
        return
    numbers = {"source": source.number, "target": target.number}
    if are_of_different_customers(source, target):
        raise Refused(
            _(
                "Another customer than that of %(target)s waits for a call about %(source)s."
                " Make it first, or withdraw it."
            )
            % numbers
        )
    if target.callbacks.waiting().exists():
        raise Refused(
            _(
                "A call is waited for on both, %(source)s and %(target)s."
                " Make one of them first, or withdraw it."
            )
            % numbers
        )


def _handed_on(source: Ticket, target: Ticket) -> dict[str, int]:
    """Let whoever waits for a call wait for it where the ticket goes on; return what says so."""
    call = source.callbacks.waiting().first()
    if call is None:
        return {}
    call.ticket = target
    call.save(update_fields=["ticket"])
    return {"call": call.pk}


def _give_call_back(source: Ticket, way: Sequence[Ticket]) -> None:
    """Let a call that was handed on wait here again, if it still waits where this one went."""
    merged = source.events.filter(type=Event.Type.MERGED).latest("pk")
    handed_on = Callback.objects.waiting().filter(pk=merged.data.get("call"))
    handed_on.filter(ticket__in=way).update(ticket=source)


def _customer(ticket: Ticket) -> tuple[str, int]:
    """Say whose a ticket is: its organization's, or else its requester's alone."""
    if ticket.organization_id is None:
        return "requester", ticket.requester_id
    return "organization", ticket.organization_id


def _was_answered(source: Ticket, way: Sequence[Ticket]) -> bool:
    """Whether anybody replied, on any ticket it went into, after it had come there."""
    arrived = 0
    for came_from, went_into in pairwise([source, *way]):
        arrived = max(arrived, came_from.events.filter(type=Event.Type.MERGED).latest("pk").pk)
        if went_into.events.filter(SPOKEN, pk__gt=arrived).exists():
            return True
    return False


def _end(
    moment: Moment, outcome: Outcome, *, by: User, more: dict[str, Any] | None = None
) -> Ticket:
    """Close a ticket with an outcome, and note the status to which it would go back."""
    ticket = moment.ticket
    data = {"from": ticket.status, **(more or {})}
    if ticket.snoozed_until is not None:
        data["snoozed_until"] = ticket.snoozed_until.astimezone(UTC).isoformat()
    ticket.status, ticket.outcome, ticket.snoozed_until = Status.CLOSED, outcome, None
    ticket.save(update_fields=["status", "outcome", "merged_into", "snoozed_until"])
    record(moment, ENDED_BY[outcome], by=by, actor=Actor.AGENT, data=data)
    return ticket


def _take_back(
    moment: Moment, type: str, *, by: User, more: dict[str, Any] | None = None
) -> Ticket:
    """Give a ticket back the status it had before its outcome, put off if that is not over."""
    ticket = moment.ticket
    ended = ticket.events.filter(type=ENDED_BY[Outcome(ticket.outcome)]).latest("pk")
    ticket.status, ticket.outcome, ticket.merged_into = ended.data["from"], Outcome.NONE, None
    until = datetime.fromisoformat(ended.data.get("snoozed_until", moment.at.isoformat()))
    ticket.snoozed_until = until if until > moment.at else None
    ticket.save(update_fields=["status", "outcome", "merged_into", "snoozed_until"])
    data = {"to": ticket.status, **(more or {})}
    record(moment, type, by=by, actor=Actor.AGENT, data=data)
    return ticket
