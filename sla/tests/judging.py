"""A second way to the verdicts: read from the raw rows and logs, a promise at a time.

No fold and no code of `sla.verdicts`: who had a ticket is asked of its assignments, and how long
a clock ran of its changes of status and of opening hours, a quarter of an hour at a time. It
knows policies that pause while a ticket is pending; windows begin and end on a quarter.
"""

from __future__ import annotations

from datetime import timedelta

from sla.models import Breach, CalendarVersion, Clock, Verdict
from sla.tests.openings import ROUND_THE_CLOCK, open_time
from tickets.models import Event

ABOUT = (
    "brand_id",
    "request_type_id",
    "subcategory_id",
    "product",
    "organization_id",
    "team_id",
    "restricted",
)
DONE = ("solved", "closed")
SECOND = timedelta(seconds=1)


def judged(*tickets):
    """Say what the verdicts of these tickets must be, by clock."""
    clocks = Clock.objects.filter(ticket__in=tickets).select_related("ticket").order_by("pk")
    found = {clock.pk: _of(clock) for clock in clocks}
    return {pk: told for pk, told in found.items() if told is not None}


def stored(*tickets):
    """Return the verdicts that are stored of these tickets, likewise."""
    rows = Verdict.objects.filter(ticket__in=tickets).order_by("pk")
    return {row["clock_id"]: row for row in rows.values()}


def assert_judged(*tickets):
    assert stored(*tickets) == judged(*tickets)


def _of(clock):
    ticket = clock.ticket
    breach = Breach.objects.filter(clock=clock, retracted_at=None).first()
    is_met = clock.stop_kind == "met" and clock.breached_at is None
    if ticket.outcome in ("spam", "deleted") or not (breach or is_met):
        return None
    return {
        **{name: getattr(ticket, name) for name in ABOUT},
        "clock_id": clock.pk,
        "ticket_id": ticket.pk,
        "breach_id": breach and breach.pk,
        "metric": clock.metric,
        "level_id": clock.level_id,
        "assignee_id": _had_it(ticket, at=clock.stopped_at),
        "decided_at": breach.breached_at if breach else clock.stopped_at,
        "ended_at": clock.stopped_at,
        "target_seconds": clock.target_seconds,
        "took_seconds": clock.stopped_at and _ran(clock) // SECOND,
    }


def _had_it(ticket, *, at):
    given = Event.objects.filter(ticket=ticket, type="assigned").order_by("at", "id")
    if at is not None:
        given = given.filter(at__lte=at)
    last = given.last()
    return last.data["to"] if last else None


def _ran(clock):
    """Add up the open time of the stretches, between changes of status, in which it ran."""
    hours = _hours(clock)
    ran, status, since = timedelta(0), "new", clock.started_at
    for at, to in [*_moves(clock.ticket), (clock.stopped_at, "")]:
        at = min(max(at, clock.started_at), clock.stopped_at)
        if status not in DONE and not (status == "pending" and clock.metric != "first_response"):
            ran += open_time(hours, since, at) if hours is not ROUND_THE_CLOCK else at - since
        status, since = to, at
    return ran


def _moves(ticket):
    """List the changes of status; one to its end comes before others of that instant."""
    events = Event.objects.filter(ticket=ticket, type="status_changed")
    moves = [(each.at, each.data["to"] not in DONE, each.pk, each.data["to"]) for each in events]
    return [(at, to) for at, _goes_on, _key, to in sorted(moves)]


def _hours(clock):
    if clock.calendar_version_id is None:
        return ROUND_THE_CLOCK
    version = CalendarVersion.objects.get(pk=clock.calendar_version_id)
    return {
        "tz": version.zone,
        "always_open": version.always_open,
        "weekly": version.weekly,
        "holidays": version.holidays,
        "exceptions": version.exceptions,
    }
