"""The stored clocks: what the fold of a ticket's log says, kept as rows that can be searched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from sla import history, policies, verdicts
from sla.engine import ClockState
from sla.models import Breach, Clock
from sla.steps import first_step_at
from tickets import queue, waking
from tickets.clock import NEVER
from tickets.mail.models import Notice
from tickets.models import Event, Ticket

BREACHED = "breached"
HANDED_OVER = frozenset({Event.Type.ASSIGNED, Event.Type.TEAM_CHANGED})
KEPT = (
    "policy_version_id",
    "calendar_version_id",
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

Key = tuple[int, str, int]
Logs = Mapping[int, Sequence[Event]]


def on_event(event: Event) -> None:
    """Bring the ticket's clocks up to this event, in its transaction, under the ticket's lock.

    A deadline that passed before it is a breach even though no sweep saw it in time. A
    breach that a sweep recorded is found here; the lock keeps both from doing it at once.
    """
    ticket, at = event.ticket, event.recorded_at
    if event.type == Event.Type.OPENED and "split_from" not in event.data:
        _bring_up([ticket], logs={ticket.pk: [event]}, before={}, at=at)
    elif event.type in history.TOLD_AS:
        refold([ticket], at=at)
    elif event.type in HANDED_OVER:
        verdicts.hand_over(event)


def refold(tickets: Sequence[Ticket], *, at: datetime) -> None:
    """Store what the logs of these tickets say of their promises at `at` (UTC).

    Whoever calls it holds the locks of the tickets. However many they are, and however long
    their logs, the queries are as many as for one.
    """
    stored = Clock.objects.filter(ticket__in=tickets).select_related("verdict")
    _bring_up(
        tickets,
        logs=history.logs(ticket.pk for ticket in tickets),
        before={_key(clock): clock for clock in stored},
        at=at,
    )


def _bring_up(
    tickets: Sequence[Ticket], *, logs: Logs, before: Mapping[Key, Clock], at: datetime
) -> None:
    """Fold each log, write what differs from `before`, and put each ticket into its place."""
    book = policies.book()
    folded = {
        ticket.pk: history.states(logs.get(ticket.pk, ()), book=book, as_of=at)
        for ticket in tickets
    }
    rows = [row(ticket, state) for ticket in tickets for state in folded[ticket.pk]]
    found = _store(rows, before=before, logs=logs, at=at)
    took = [state.took_seconds for ticket in tickets for state in folded[ticket.pk]]
    _judge(rows, took=took, before=before, found=found, logs=logs)
    queue.place(tickets, next_due={pk: next_due(states) for pk, states in folded.items()})


def _key(clock: Clock) -> Key:
    return clock.ticket_id, clock.metric, clock.cycle


def row(ticket: Ticket, state: ClockState) -> Clock:
    """Return what is stored of a clock, unsaved."""
    return Clock(
        ticket=ticket,
        metric=state.metric,
        cycle=state.cycle,
        policy_version_id=state.policy,
        calendar_version_id=state.calendar,
        level_id=state.level,
        brand_id=ticket.brand_id,
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


def _store(
    rows: Sequence[Clock], *, before: Mapping[Key, Clock], logs: Logs, at: datetime
) -> list[Breach]:
    """Write the rows that differ, and what their breaches ask for; return the new breaches."""
    changed = [row for row in rows if _content(row) != _content(before.get(_key(row)))]
    if not changed:
        return []
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
    _retract({row.pk for row, was in turned if was}, logs=logs, at=at)
    found = [
        Breach(clock=row, breached_at=row.breached_at, detected_at=at)
        for row, was in turned
        if row.breached_at
    ]
    record(found, at=at)
    return found


def _judge(
    rows: Sequence[Clock],
    *,
    took: Sequence[int | None],
    before: Mapping[Key, Clock],
    found: Sequence[Breach],
    logs: Logs,
) -> None:
    """Write how these clocks came out where it differs from what was said of them before."""
    stored = [verdicts.stored(clock) for clock in before.values()]
    known = {each.pk: each for each in stored if each}
    for row in rows:
        was = before.get(_key(row))
        row.pk = row.pk or (was.pk if was else None)
    breaches = verdicts.standing_breaches(rows, new=found, known=known)
    wanted = (
        verdicts.verdict(
            row, took=ran, breach=breaches.get(row.pk), log=logs.get(row.ticket_id, ())
        )
        for row, ran in zip(rows, took, strict=True)
    )
    verdicts.store(filter(None, wanted), before=known.values())


def _content(clock: Clock | None) -> list[object]:
    return [getattr(clock, name) for name in KEPT] if clock else []


def _breached_at(clock: Clock | None) -> datetime | None:
    return clock.breached_at if clock else None


def _retract(clocks: Collection[int], *, logs: Logs, at: datetime) -> None:
    """Withdraw breaches that an event proves wrong which happened before, and came in after."""
    if not clocks:
        return
    wrong = list(Breach.objects.standing().filter(clock__in=clocks).select_related("clock"))
    for breach in wrong:
        log = logs[breach.clock.ticket_id]
        breach.retracted_at = at
        breach.retraction_reason = history.came_in_late(log, before=breach.breached_at)
        breach.next_step_at = None
    Breach.objects.bulk_update(wrong, ["retracted_at", "retraction_reason", "next_step_at"])


def record(breaches: Sequence[Breach], *, at: datetime) -> None:
    """Write each breach, dated at its deadline, and the notice that tells of it.

    A ticket that was put off comes back for it.
    """
    if not breaches:
        return
    for breach, step_at in zip(breaches, first_step_at(breaches), strict=True):
        breach.next_step_at = step_at
    Breach.objects.bulk_create(breaches)
    Notice.objects.bulk_create(
        Notice(kind=BREACHED, subject_id=breach.pk, created_at=at, next_try_at=at)
        for breach in breaches
    )
    snoozed = [each.clock.ticket for each in breaches if each.clock.ticket.is_snoozed]
    if snoozed:
        wake(snoozed, at=at)


def wake(snoozed: Iterable[Ticket], *, at: datetime) -> None:
    """Bring those of these locked, snoozed tickets back whose promise was broken meanwhile."""
    tickets = {ticket.pk: ticket for ticket in snoozed}
    broken = Clock.objects.filter(ticket__in=tickets, breached_at__isnull=False).order_by()
    latest = broken.values_list("ticket").annotate(Max("breached_at"))
    waking.wake_breached({tickets[pk]: when for pk, when in latest}, at=at)


def next_due(states: Iterable[ClockState]) -> datetime:
    """Say when the ticket wants somebody next; what is overdue has wanted them since."""
    return min(
        (state.due_at for state in states if state.due_at and not state.stopped_at), default=NEVER
    )
