"""The verbs of calls that customers wait for: asked for, each try to reach them, not wanted.

Who is reached is answered: the first such call meets the first response. A message on a machine, a
wrong number and nobody at all answer nothing, and the callback goes on waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from tickets import clock, hanging_up, services
from tickets.events import Moment, actor_of, hold, record
from tickets.models import CallAttempt, Callback, Event, Ticket
from tickets.permissions import can_take_part
from tickets.services import NotTheirs, Refused, check_works
from tickets.states import Actor, Status, after_reply
from tickets.words import at_length

Result = CallAttempt.Result


@dataclass(frozen=True)
class Wish:
    """Whom to call and when; `time_zone` is the customer's, the times are instants."""

    number: str
    call_after: datetime
    call_before: datetime
    time_zone: str
    extension: str = ""
    reason: str = ""


class WrongTime(Refused):
    """A call that nobody can have made then."""


def ask(ticket: Ticket, *, by: User, wish: Wish, moment: Moment | None = None) -> Callback:
    """Let a call wait for its customer; one at a time on a ticket. Raises `Refused`."""
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        _check_takes_part(by, ticket)
        if ticket.status == Status.CLOSED:
            raise Refused(_("%(number)s is closed: nobody calls about it.") % _named(ticket))
        if ticket.callbacks.waiting().exists():
            raise Refused(_("A call about %(number)s is waited for already.") % _named(ticket))
        if wish.call_before <= max(wish.call_after, moment.at):
            raise Refused(_("The time to call is over before it begins."))
        callback = Callback.objects.create(
            ticket=ticket, created_at=moment.at, created_by=by, **vars(wish)
        )
        record(
            moment,
            Event.Type.CALLBACK_ASKED,
            by=by,
            actor=actor_of(ticket, by),
            data={
                "after": wish.call_after.isoformat(),
                "before": wish.call_before.isoformat(),
                "time_zone": wish.time_zone,
            },
        )
        return callback


def log_attempt(
    callback: Callback, *, by: User, result: str, note: str = "", moment: Moment | None = None
) -> CallAttempt:
    """Write down a try to reach somebody. Reached ends the callback and answers the customer.

    Whoever holds a moment with `happened_at` logs a call of before: it counts from then on.
    Raises `Refused` where the callback does not wait any more.
    """
    with hold(callback.ticket, moment) as moment:
        ticket, callback = moment.ticket, _waiting(callback)
        _check_works(by, ticket)
        attempt = CallAttempt.objects.create(
            callback=callback, result=result, note=note, at=moment.said_at, by=by
        )
        if result == Result.REACHED:
            hanging_up.end(callback, Callback.End.REACHED, at=moment.said_at)
            services.answered(ticket, at=moment.said_at)
        record(
            moment,
            Event.Type.CALLED_BACK,
            by=by,
            actor=Actor.AGENT,
            data={"result": result, "note": note},
        )
        return attempt


def withdraw(callback: Callback, *, by: User, moment: Moment | None = None) -> Callback:
    """End a callback that is not wanted any more. Raises `Refused` where it does not wait."""
    with hold(callback.ticket, moment) as moment:
        callback = _waiting(callback)
        _check_takes_part(by, moment.ticket)
        hanging_up.end(callback, Callback.End.WITHDRAWN, at=moment.at)
        actor = actor_of(moment.ticket, by)
        record(moment, Event.Type.CALLBACK_ENDED, by=by, actor=actor)
        return callback


def call_back(
    callback: Callback,
    *,
    by: User,
    result: str,
    note: str = "",
    seen: int | None = None,
    happened_at: datetime | None = None,
) -> Ticket:
    """Log a try as a page does: whoever calls takes the ticket that is nobody's yet.

    Who was reached moves the ticket on as a public reply would. `seen` is how many tries the page
    showed: one that was logged meanwhile, or by the same press, is looked at first. `happened_at`
    (UTC) is when the call was, where that is earlier: after it was asked for, or else `WrongTime`
    is raised. All of it or nothing; raises `Refused`.
    """
    if happened_at is not None:
        _check_time(callback, happened_at, now=clock.now())
        happened_at = max(happened_at, callback.created_at)
    with hold(callback.ticket, happened_at=happened_at) as moment:
        if seen is not None and callback.attempts.count() != seen:
            raise Refused(_("A call was logged meanwhile. Look at it, then press again."))
        log_attempt(callback, by=by, result=result, note=note, moment=moment)
        ticket = moment.ticket
        if result == Result.REACHED:
            to = after_reply(ticket.status, actor=Actor.AGENT)
            services.set_status(ticket, by=by, to=to, moment=moment)
        if ticket.assignee_id is None:
            services.assign(ticket, by=by, to=by, moment=moment)
        return ticket


def _check_time(callback: Callback, happened_at: datetime, *, now: datetime) -> None:
    """Whoever writes down a time writes minutes: in that of its wish, a call was made after it."""
    if happened_at > now:
        raise WrongTime(_("A call cannot have been later than now."))
    if happened_at < callback.created_at.replace(second=0, microsecond=0):
        raise WrongTime(
            _("This call was asked for at %(time)s. It cannot have been made before.")
            % {"time": at_length(callback.created_at)}
        )


def _waiting(callback: Callback) -> Callback:
    """Read it anew under the ticket's lock: of two who log that they reached somebody, one does."""
    fresh = Callback.objects.get(pk=callback.pk)
    if fresh.ended_at is not None:
        raise Refused(
            _("This call does not wait any more: %(end)s.") % {"end": fresh.get_end_display()}
        )
    return fresh


def _check_takes_part(by: User, ticket: Ticket) -> None:
    sees = Ticket.objects.visible_to(by).filter(pk=ticket.pk)
    if not (can_take_part(by, ticket) and sees.exists()):
        raise NotTheirs(_("You cannot work on %(number)s.") % _named(ticket))


def _check_works(by: User, ticket: Ticket) -> None:
    check_works(by, ticket)
    if ticket.status == Status.CLOSED:
        raise Refused(_("%(number)s is closed: nobody calls about it.") % _named(ticket))


def _named(ticket: Ticket) -> dict[str, str]:
    return {"number": ticket.number}
