"""The verbs of putting a ticket off: it leaves the agents' lists, and its promises run on.

They are verbs like those of `services`: lock, take the time, check, write, record one event. What
brings a ticket back by itself stands in `waking`.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import waking
from tickets.events import Moment, hold, record
from tickets.models import Event, Ticket
from tickets.services import Refused, check_works
from tickets.states import Actor

LONGEST = timedelta(days=366)
MORNING = time(8)
MONDAY = 0


def snooze(ticket: Ticket, *, by: User, until: datetime, moment: Moment | None = None) -> Ticket:
    """Put the ticket off until then (UTC), a customer's reply or a breach, whichever comes first.

    Until the same time as before is no change and no event. Raises `Refused` for what is solved or
    closed, for a time that has passed or is over a year off, and for what is not `by`'s to work on.
    """
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        check_works(by, ticket)
        if not ticket.is_working:
            raise Refused(
                _("%(number)s is solved or closed: there is nothing to put off.")
                % {"number": ticket.number}
            )
        if until <= moment.at:
            raise Refused(_("Choose a time that has not passed yet."))
        if until > moment.at + LONGEST:
            raise Refused(_("Choose a time within a year."))
        if ticket.snoozed_until == until:
            return ticket
        ticket.snoozed_until = until
        ticket.save(update_fields=["snoozed_until"])
        data = {"until": until.astimezone(UTC).isoformat()}
        record(moment, Event.Type.SNOOZED, by=by, actor=Actor.AGENT, data=data)
        return ticket


def wake(ticket: Ticket, *, by: User, moment: Moment | None = None) -> Ticket:
    """Bring a snoozed ticket back by hand; one that is not snoozed stays as it is."""
    with hold(ticket, moment) as moment:
        check_works(by, moment.ticket)
        waking.wake(moment, why=waking.BY_HAND, by=by)
        return moment.ticket


def later(now: datetime) -> datetime:
    """Return in three hours."""
    return now + timedelta(hours=3)


def tomorrow(now: datetime) -> datetime:
    """Return tomorrow morning, in the active zone."""
    return _morning(now, days=1)


def monday(now: datetime) -> datetime:
    """Return the morning of next Monday, in the active zone; on a Monday, that of the next one."""
    return _morning(now, days=7 - (timezone.localtime(now).weekday() - MONDAY))


def _morning(now: datetime, *, days: int) -> datetime:
    here = timezone.localtime(now)
    day = here.date() + timedelta(days=days)
    return datetime.combine(day, MORNING, tzinfo=here.tzinfo)
