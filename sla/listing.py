"""The list of breaches as a manager reads it: a page of it, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from sla.models import Breach, Clock, Metric
from sla.places import Place
from sla.querysets import BreachQuerySet
from sla.words import spell

PER_PAGE = 25


@dataclass(frozen=True)
class Line:
    """One breach; of a restricted ticket only what is no secret: number, level and times."""

    number: str
    url: str
    subject: str
    organization: str
    level: int
    metric: str
    brand: str
    due: datetime
    over: str
    state: str
    agent: str
    team: str


@dataclass(frozen=True)
class Page:
    lines: Sequence[Line]
    next: Place | None


def page(breaches: BreachQuerySet, *, after: Place | None, user: User, now: datetime) -> Page:
    """Return the breaches after a place: those still open first, then worst first.

    At most two queries, and never a count. The open ones are few and asked for first, so that
    years of answered ones cost nothing while a page is full without them.
    """
    as_of = after.as_of if after else now
    rows: list[Breach] = []
    for is_answered in (False, True):
        if len(rows) <= PER_PAGE and not (after and after.is_answered > is_answered):
            place = after if after and after.is_answered == is_answered else None
            found = _after(breaches.answered(is_answered), place, as_of=as_of)
            rows += found[: PER_PAGE + 1 - len(rows)]
    shown = rows[:PER_PAGE]
    sees_all = user.has_perm("tickets.view_restricted_ticket")
    return Page(
        lines=[
            _line(row, now=now, is_hidden=row.clock.ticket.restricted and not sees_all)
            for row in shown
        ],
        next=_place(shown[-1], as_of=as_of) if len(rows) > PER_PAGE else None,
    )


def _after(breaches: BreachQuerySet, place: Place | None, *, as_of: datetime) -> BreachQuerySet:
    found = breaches.worst_first(as_of=as_of).select_related(
        "clock__ticket__brand",
        "clock__ticket__organization",
        "clock__ticket__team",
        "clock__ticket__assignee",
    )
    return found.after(level=place.level, over=place.over, pk=place.pk) if place else found


def _place(breach: Breach, *, as_of: datetime) -> Place:
    clock = breach.clock
    over = (clock.stopped_at or as_of) - breach.breached_at
    return Place(as_of, clock.stopped_at is not None, clock.level_id, over, breach.pk)


def _line(breach: Breach, *, now: datetime, is_hidden: bool) -> Line:
    clock, ticket = breach.clock, breach.clock.ticket
    late = (clock.stopped_at or now) - breach.breached_at
    return Line(
        number=ticket.number,
        level=clock.level_id,
        metric=clock.get_metric_display(),
        brand=ticket.brand.name,
        due=breach.breached_at,
        over=spell(late),
        state=_state(clock),
        url="" if is_hidden else reverse("admin:tickets_ticket_change", args=[ticket.pk]),
        subject=_("Restricted") if is_hidden else ticket.subject,
        organization="" if is_hidden else _name(ticket.organization),
        agent="" if is_hidden else _name(ticket.assignee),
        team="" if is_hidden else _name(ticket.team),
    )


def _name(row: object | None) -> str:
    return "" if row is None else str(row)


def _state(clock: Clock) -> str:
    if clock.stopped_at is None:
        return _("Still open")
    if clock.stop_kind == Clock.StopKind.VOID:
        return _("Ended without")
    return _("Solved late") if clock.metric == Metric.RESOLUTION else _("Answered late")
