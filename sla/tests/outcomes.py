"""Promises that were met or broken, as many as a test wants, without living through each."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from sla.models import Breach, Clock, Metric, Verdict

CYCLES = count(1000)


def outcome(ticket, *, at, metric=Metric.RESOLUTION, took=60, over=None, is_open=False, **columns):
    """Store a promise that was met `at` some time, or broken then, and over by so much.

    Rows of one ticket are told apart by their cycles; what a verdict says may be said otherwise.
    """
    is_broken = is_open or over is not None
    ended = None if is_open else at + (over or timedelta(0))
    pattern = Clock.objects.filter(ticket=ticket).first()
    target = columns.pop("target_seconds", 3600)
    clock = Clock.objects.create(
        ticket=ticket,
        metric=metric,
        cycle=next(CYCLES),
        policy_version_id=pattern.policy_version_id,
        level_id=columns.get("level_id", ticket.level_id),
        brand_id=columns.get("brand_id", ticket.brand_id),
        target_seconds=target,
        started_at=at - timedelta(seconds=target),
        effective_from=at - timedelta(seconds=target),
        due_at=at if is_broken else at + timedelta(seconds=1),
        breached_at=at if is_broken else None,
        stopped_at=ended,
        stop_kind="met" if ended else "",
    )
    breach = None
    if is_broken:
        breach = Breach.objects.create(clock=clock, breached_at=at, detected_at=at)
    return Verdict.objects.create(
        clock=clock,
        ticket=ticket,
        breach=breach,
        metric=metric,
        decided_at=at,
        ended_at=ended,
        target_seconds=target,
        took_seconds=None if is_open else took,
        **{
            "level_id": ticket.level_id,
            "brand_id": ticket.brand_id,
            "request_type_id": ticket.request_type_id,
            "subcategory_id": ticket.subcategory_id,
            "organization_id": ticket.organization_id,
            "team_id": ticket.team_id,
            "assignee_id": ticket.assignee_id,
            "restricted": ticket.restricted,
            **columns,
        },
    )
