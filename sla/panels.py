"""What other pages show of promises: how they stand on tickets, and what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _

from accounts.models import User
from sla.models import Breach, Clock
from sla.remaining import in_open_time, remaining
from sla.shown_clocks import clocks_of, has_breaches
from sla.standing import Standing, standing
from sla.told import acknowledgements
from sla.words import LABELS, ON_DESK, moment
from tickets import clock as time
from tickets.models import Ticket
from tickets.permissions import can_see_notes
from tickets.timeline import Entry

# What a list reads of a promise that runs.
IN_LISTS = (
    *("ticket_id", "metric", "target_seconds", "calendar_version_id"),
    *("due_at", "breached_at", "stopped_at", "stop_kind"),
)


class Promises:
    """The panel of a ticket's promises; customers and agents read the same, and agents why."""

    template = "sla/_promises.html"

    def load(self, tickets: Sequence[Ticket], user: User) -> dict[int, dict[str, Any]]:
        """Return for each ticket with promises how each stands, and `next`, the one due first."""
        now = time.now()
        clocks = clocks_of(tickets)
        left = remaining(clocks, now=now)
        waits_for = {ticket.pk: _waits_for(ticket, user) for ticket in tickets}
        asks_why = {ticket.pk for ticket in tickets if can_see_notes(user, ticket)}
        over = {ticket.pk for ticket in tickets if ticket.outcome}
        newest = {(clock.ticket_id, clock.metric): clock.cycle for clock in clocks}
        shown = defaultdict(list)
        for clock in clocks:
            stands = standing(clock, now=now, left=left.get(clock.pk))
            if stands.state == "paused":
                stands = replace(stands, lead=waits_for[clock.ticket_id])
            if stands.state == "void" and clock.ticket_id in over:
                stands = replace(stands, words=_("No longer due"), note="")
            if clock.cycle < newest[clock.ticket_id, clock.metric]:
                stands = replace(stands, note=_("before it was opened again"))
            if clock.ticket_id in asks_why:
                stands = _on_desk(stands)
            shown[clock.ticket_id].append((clock, stands))
        return {
            ticket: {
                "promises": [stands for _clock, stands in pairs],
                "next": _next(pairs),
                "why_url": reverse("why", args=[ticket]) if ticket in asks_why else "",
                "by_rules": _rules(clock for clock, _stands in pairs) if ticket in asks_why else "",
            }
            for ticket, pairs in shown.items()
        }

    def next_promises(self, tickets: Sequence[Ticket], *, now: datetime) -> dict[int, Standing]:
        """Return for each ticket that has one the promise that is due next, for long lists.

        Of a paused one it is not asked what is left of it: that costs a replay.
        """
        running = Clock.objects.still_open().filter(ticket__in=[ticket.pk for ticket in tickets])
        ordered = running.order_by("ticket", "metric", "cycle")
        # Plain rows, of the same names: to make clocks of them takes longer than to read them.
        clocks: list[Any] = list(ordered.values_list("pk", *IN_LISTS, named=True))
        left = in_open_time(clocks, now=now)
        shown = defaultdict(list)
        for clock in clocks:
            stands = standing(clock, now=now, left=left.get(clock.pk))
            shown[clock.ticket_id].append((clock, stands))
        nearest = {ticket: _next(pairs) for ticket, pairs in shown.items()}
        return {ticket: _on_desk(stands) for ticket, stands in nearest.items() if stands}


promises = Promises()


def _on_desk(stands: Standing) -> Standing:
    """Say it in the desk's words: "Resolution" for what customers read as "Solved"."""
    words = _("None came") if stands.words == _("No first reply") else stands.words
    return replace(stands, what=ON_DESK[stands.metric], words=words)


def _rules(clocks: Iterable[Any]) -> str:
    """Name the policies that promised it, and the opening hours that they count by."""
    named = [[clock.policy_name, clock.hours_name] for clock in clocks]
    return "; ".join(dict.fromkeys(", ".join(filter(None, names)) for names in named))


def breaches(ticket: Ticket, user: User) -> list[Entry]:
    """Say which promises were missed, each at its deadline; to agents, what proved otherwise.

    Agents read with what a breach was acknowledged, too; where none was, that costs no query.
    """
    if not has_breaches(ticket):
        return []
    found = Breach.objects.filter(clock__ticket=ticket).select_related("clock")
    found = found.order_by("breached_at", "id")
    if not can_see_notes(user, ticket):
        return [_missed(breach, LABELS) for breach in found.standing()]
    said = acknowledgements(ticket) if any(each.acknowledged_at for each in found) else []
    return [*(_missed(breach, ON_DESK) for breach in found), *said]


def _missed(breach: Breach, labels: Mapping[str, str | Lazy]) -> Entry:
    words = {"what": labels[breach.clock.metric], "time": moment(breach.breached_at)}
    if breach.retracted_at is None:
        said = _("“%(what)s” by %(time)s was missed") % words
        return Entry(breach.breached_at, said, kind="breach")
    words["why"] = breach.retraction_reason
    said = _("“%(what)s” by %(time)s was not missed after all. %(why)s") % words
    return Entry(breach.retracted_at, said, kind="breach")


def _waits_for(ticket: Ticket, user: User) -> str:
    """Say for whom a paused promise waits, to who reads it."""
    if can_see_notes(user, ticket):
        return _("while we wait for the customer")
    return _("while we wait for you; the rest runs on when you answer")


def _next(pairs: Sequence[tuple[Clock, Standing]]) -> Standing | None:
    """Pick what is due first; what is paused comes after, what has stopped never."""
    waiting = [pair for pair in pairs if pair[0].stopped_at is None]
    return min(waiting, key=lambda pair: pair[0].due_at or time.NEVER, default=(None, None))[1]
