"""Promises that were met or broken, as many as a test wants, without living through each."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from sla.models import Breach, Clock, Metric, Verdict

CYCLES = count(1000)


def outcome(ticket, **said):
    """Store one promise that was met, or broken: see `outcomes`."""
    return outcomes(ticket, [said])[0]


def outcomes(ticket, all_said):
    """Store promises, each met `at` some time, or broken then and `over` by so much, or open.

    Rows of one ticket are told apart by their cycles; what a verdict says may be said otherwise.
    """
    pattern = Clock.objects.filter(ticket=ticket).first()
    clocks = Clock.objects.bulk_create([_clock(ticket, pattern, **said) for said in all_said])
    broken = [clock for clock in clocks if clock.breached_at]
    breaches = Breach.objects.bulk_create(
        Breach(clock=clock, breached_at=clock.breached_at, detected_at=clock.breached_at)
        for clock in broken
    )
    of = {breach.clock_id: breach for breach in breaches}
    return Verdict.objects.bulk_create(
        _verdict(ticket, clock, of.get(clock.pk), **said)
        for clock, said in zip(clocks, all_said, strict=True)
    )


def _clock(ticket, pattern, *, at, metric=Metric.RESOLUTION, over=None, is_open=False, **columns):
    is_broken = is_open or over is not None
    ended = None if is_open else at + (over or timedelta(0))
    target = columns.get("target_seconds", 3600)
    return Clock(
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


def _verdict(ticket, clock, breach, *, at, took=60, **columns):
    for name in ("metric", "over", "is_open", "target_seconds"):
        columns.pop(name, None)
    about = ("level", "brand", "request_type", "subcategory", "organization", "team", "assignee")
    return Verdict(
        clock=clock,
        ticket=ticket,
        breach=breach,
        metric=clock.metric,
        decided_at=at,
        ended_at=clock.stopped_at,
        target_seconds=clock.target_seconds,
        took_seconds=took if clock.stopped_at else None,
        **{
            **{f"{name}_id": getattr(ticket, f"{name}_id") for name in about},
            "product": ticket.product,
            "restricted": ticket.restricted,
            **columns,
        },
    )
