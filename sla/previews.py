"""Long work on open tickets: what a proposal would do to them, and what a saved version does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sla import clocks, editing, history, policies
from sla.consequences import (
    Change,
    Consequence,
    consequences,
    open_tickets,
    to_calendar_version,
    to_policy_version,
    to_proposed_calendar,
    to_proposed_policy,
)
from sla.edited import CALENDAR, edited
from sla.models import CalendarVersion, PolicyVersion
from sla.moves import count, empty_tally
from sla.proposals import terms_of
from sla.readback import tickets_in_words
from tickets import clock, jobs
from tickets.events import record_many
from tickets.models import Job, Ticket
from tickets.states import WORKING, Actor

# Tickets folded between two looks at the time, and tickets locked in one transaction.
FOLDED, LOCKED = 500, 100


def preview(job: Job, *, until: datetime) -> bool:
    """Fold open tickets without and with what is proposed, and count; nothing is written.

    Every ticket is looked at as of the moment when the preview began.
    """
    _begin(job)
    change = _proposed(job.params)
    at = datetime.fromisoformat(job.state["at"])
    while clock.now() < until:
        ids = _next(job, FOLDED)
        if not ids or not change.old:
            return True
        for found in consequences(history.logs(ids), change, book=policies.book(), at=at):
            count(job.result, found.ticket_id, found.moves)
        _went_on(job, ids)
    return False


def apply(job: Job, *, until: datetime) -> bool:
    """Change open tickets to a saved version, some at a time, each under its lock.

    What somebody holds right now comes again. A ticket that has the version already is left as it
    is, so what was done twice is done once.
    """
    _begin(job)
    change = _saved(job.params)
    while clock.now() < until:
        ids = _next(job, LOCKED)
        if ids:
            _change(job, ids, change)
        elif job.state["again"]:
            ids, job.state["again"] = job.state["again"][:LOCKED], job.state["again"][LOCKED:]
            _change(job, ids, change)
            if set(ids) <= set(job.state["again"]):
                return False  # all of them are still held: another slice
        else:
            _tell(job)
            return True
    return False


def _begin(job: Job) -> None:
    if not job.state:
        job.state = {"last": 0, "at": clock.now().isoformat(), "again": []}
        job.result = empty_tally()
        job.total = open_tickets().count()


def _next(job: Job, number: int) -> list[int]:
    return list(open_tickets(after=job.state["last"]).values_list("pk", flat=True)[:number])


def _went_on(job: Job, ids: Sequence[int]) -> None:
    job.state["last"] = max(job.state["last"], *ids)
    job.done += len(ids)
    job.total = max(job.total or 0, job.done)


def _proposed(params: Mapping[str, Any]) -> Change:
    if params["edited"] == CALENDAR.name:
        return to_proposed_calendar(params["id"], said=params["said"])
    return to_proposed_policy(params["id"], terms=terms_of(params["said"]))


def _saved(params: Mapping[str, Any]) -> Change:
    if params["edited"] == CALENDAR.name:
        return to_calendar_version(CalendarVersion.objects.get(pk=params["to"]))
    return to_policy_version(PolicyVersion.objects.get(pk=params["to"]))


@transaction.atomic
def _change(job: Job, ids: Sequence[int], change: Change) -> None:
    """Lock these tickets, take the time, write an event each, and store what follows."""
    tickets = {
        ticket.pk: ticket
        for ticket in Ticket.objects.filter(pk__in=ids, status__in=WORKING)
        .order_by("pk")
        .select_for_update(no_key=True, skip_locked=True)
    }
    at = clock.now()
    held = open_tickets().filter(pk__in=set(ids) - tickets.keys()).values_list("pk", flat=True)
    found = list(consequences(history.logs(tickets), change, book=policies.book(), at=at))
    for each in found:
        count(job.result, each.ticket_id, each.moves)
    _record(job, [(tickets[each.ticket_id], each) for each in found], change, at=at)
    job.state["again"] += list(held)
    _went_on(job, ids)
    job.done -= len(held)
    jobs.keep(job)


def _record(
    job: Job, found: Sequence[tuple[Ticket, Consequence]], change: Change, *, at: datetime
) -> None:
    """Write the events, then the clocks as the log says from then on."""
    name = str(edited(job.params).row(job.params).versions.get(pk=job.params["to"]))
    record_many(
        [
            (ticket, {**each.data, "name": name, "moved": bool(each.moves)})
            for ticket, each in found
        ],
        change.type,
        by=job.by,
        actor=Actor.SYSTEM,
        at=at,
    )
    clocks.refold([ticket for ticket, _each in found], at=at)


@transaction.atomic
def _tell(job: Job) -> None:
    """Leave in the history what came of it, once."""
    if "words" in job.result:
        return
    what = edited(job.params)
    row = what.row(job.params)
    words = _(
        "“%(version)s” applied to open tickets: %(all)s got it, promises moved on %(moved)s, "
        "and were broken by it on %(broken)s."
    ) % {
        "version": row.versions.get(pk=job.params["to"]),
        "all": tickets_in_words(job.result["tickets"]),
        "moved": tickets_in_words(job.result["moved"]),
        "broken": tickets_in_words(job.result["breached"]),
    }
    job.result["words"] = words
    editing.log(row, by=job.by, words=words)
    jobs.keep(job)
