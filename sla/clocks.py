"""The stored clocks: what the fold of a ticket's log says, kept as rows that can be searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from sla import history, policies
from sla.engine import ClockState
from sla.models import Breach, Clock
from tickets import queue
from tickets.clock import NEVER
from tickets.mail.models import Notice
from tickets.models import Event, Ticket

BREACHED = "breached"
KEPT = (
    "policy_version_id",
    "level_id",
    "target_seconds",
    "started_at",
    "effective_from",
    "due_at",
    "warn_at",
    "paused_since",
    "stopped_at",
    "stop_kind",
    "breached_at",
)

Key = tuple[str, int]


def on_event(event: Event) -> None:
    """Bring the ticket's clocks up to this event, in its transaction, under the ticket's lock.

    A deadline that passed before it is a breach even though no sweep saw it in time. A
    breach that a sweep recorded is found here; the lock keeps both from doing it at once.
    """
    if event.type not in history.TOLD_AS:
        return
    ticket = event.ticket
    states = history.states(_log(event), book=policies.book(), as_of=event.recorded_at)
    before = {} if event.type == Event.Type.OPENED else _stored(ticket)
    _store([row(ticket, state) for state in states], before=before, at=event.recorded_at)
    queue.set_next_due(ticket, at=next_due(states))


def _log(event: Event) -> list[Event]:
    if event.type == Event.Type.OPENED:
        return [event]
    return list(
        Event.objects.filter(ticket=event.ticket_id, type__in=history.TOLD_AS).only(
            "type", "at", "recorded_at", "actor", "data"
        )
    )


def _stored(ticket: Ticket) -> dict[Key, Clock]:
    return {_key(clock): clock for clock in Clock.objects.filter(ticket=ticket)}


def _key(clock: Clock) -> Key:
    return clock.metric, clock.cycle


def row(ticket: Ticket, state: ClockState) -> Clock:
    """Return what is stored of a clock, unsaved."""
    return Clock(
        ticket=ticket,
        metric=state.metric,
        cycle=state.cycle,
        policy_version_id=state.policy,
        level_id=state.level,
        target_seconds=state.target_seconds,
        started_at=state.started_at,
        effective_from=state.effective_from,
        due_at=state.due_at,
        warn_at=state.warn_at,
        paused_since=state.paused_since,
        stopped_at=state.stopped_at,
        stop_kind=state.stop_kind or "",
        breached_at=state.breached_at,
    )


def _store(rows: Sequence[Clock], *, before: Mapping[Key, Clock], at: datetime) -> None:
    """Write the rows that differ, and what their breaches ask for."""
    changed = [row for row in rows if _content(row) != _content(before.get(_key(row)))]
    if not changed:
        return
    Clock.objects.bulk_create(
        changed,
        update_conflicts=True,
        update_fields=KEPT,
        unique_fields=["ticket", "metric", "cycle"],
    )
    turned = [
        (row, was)
        for row in changed
        if row.breached_at != (was := _breached_at(before.get(_key(row))))
    ]
    _retract([row for row, was in turned if was], at=at)
    record(
        [
            Breach(clock=row, breached_at=row.breached_at, detected_at=at)
            for row, was in turned
            if row.breached_at
        ],
        at=at,
    )


def _content(clock: Clock | None) -> list[object]:
    return [getattr(clock, name) for name in KEPT] if clock else []


def _breached_at(clock: Clock | None) -> datetime | None:
    return clock.breached_at if clock else None


def _retract(clocks: Sequence[Clock], *, at: datetime) -> None:
    """Withdraw breaches that an event proves wrong which happened before, and came in after."""
    if clocks:
        Breach.objects.standing().filter(clock__in=clocks).update(
            retracted_at=at, retraction_reason=_("An earlier event came in late.")
        )


def record(breaches: Sequence[Breach], *, at: datetime) -> None:
    """Write each breach, dated at its deadline, and the notice that tells of it."""
    Breach.objects.bulk_create(breaches)
    Notice.objects.bulk_create(
        Notice(kind=BREACHED, subject_id=breach.pk, created_at=at, next_try_at=at)
        for breach in breaches
    )


def next_due(states: Iterable[ClockState]) -> datetime:
    """Say when the ticket wants somebody next; what is overdue has wanted them since."""
    return min(
        (state.due_at for state in states if state.due_at and not state.stopped_at), default=NEVER
    )
