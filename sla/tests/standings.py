"""What tests of promises look at, beside the fixtures that every test has."""

from __future__ import annotations

from datetime import timedelta

from conftest import MONDAY
from sla import history, policies, services
from sla.models import (
    Breach,
    Calendar,
    CalendarVersion,
    Clock,
    Policy,
    PolicyRule,
    PolicyVersion,
    Target,
)
from sla.terms import BREACHED
from tickets.clock import NEVER
from tickets.events import hold, record
from tickets.models import Event
from tickets.states import Actor

START = MONDAY
STORED = (
    "metric",
    "cycle",
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
HOURS = {1: (1, 24), 2: (2, 72), 3: (4, 120), 4: (48, 240)}


def after(**duration):
    """An instant so much later than the Monday on which tests begin."""
    return START + timedelta(**duration)


def clock_of(ticket, metric):
    return Clock.objects.get(ticket=ticket, metric=metric)


def breaches_of(ticket):
    """What was broken and when, standing breaches only."""
    rows = Breach.objects.standing().filter(clock__ticket=ticket)
    return list(rows.order_by("breached_at").values_list("clock__metric", "breached_at"))


def standings(ticket):
    """How each clock stands: metric, due, stopped, how, breached."""
    return list(
        Clock.objects.filter(ticket=ticket)
        .order_by("metric", "cycle")
        .values_list("metric", "due_at", "stopped_at", "stop_kind", "breached_at")
    )


def gold(hours, *, calendar=None, created_at=START, retarget="no_retroactive", **which):
    """Promise other hours, by level a pair of first response and resolution, to some tickets."""
    policy, _is_new = Policy.objects.get_or_create(key="gold", defaults={"name": "Gold"})
    version = PolicyVersion.objects.create(
        policy=policy,
        number=policy.versions.count() + 1,
        created_at=created_at,
        pause_statuses=["pending"],
        pausable=["resolution", "next_response"],
        reopen="resume",
        retarget=retarget,
    )
    Target.objects.bulk_create(
        Target(
            version=version,
            level_id=level,
            metric=metric,
            seconds=target * 3600,
            calendar=calendar,
        )
        for level, pair in hours.items()
        for metric, target in zip(("first_response", "resolution"), pair, strict=True)
    )
    if version.number == 1:
        PolicyRule.objects.exclude(policy=policy).update(position=1)
        services.add_rule(PolicyRule(policy=policy, **which))
    return version


def open_hours(key, *, created_at=START, zone="UTC", weekly=None, **said):
    """Add a version of a calendar: open on working days from nine to five unless it says else."""
    calendar, _is_new = Calendar.objects.get_or_create(key=key, defaults={"name": key.title()})
    working_days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), [["09:00", "17:00"]])
    return CalendarVersion.objects.create(
        calendar=calendar,
        number=calendar.versions.count() + 1,
        zone=zone,
        weekly=working_days if weekly is None else weekly,
        created_at=created_at,
        **said,
    )


def changed(ticket, type, came_from, to):
    """Put a version in place of another one on a ticket, as a job does for many."""
    with hold(ticket) as moment:
        data = {"from": came_from.pk, "to": to.pk, "name": str(to), "moved": True}
        record(moment, type, by=None, actor=Actor.SYSTEM, data=data)


def assert_stored(ticket, *, as_of):
    """Fold the ticket's log again: what is stored of its promises must be just that."""
    folded = history.states(
        list(Event.objects.filter(ticket=ticket)), book=policies.book(), as_of=as_of
    )
    stored = Clock.objects.filter(ticket=ticket)
    by_promise = {"key": lambda row: row[:2]}
    assert sorted(stored.values_list(*STORED), **by_promise) == sorted(
        (_as_stored(state) for state in folded), **by_promise
    )
    assert sorted(
        Breach.objects.standing()
        .filter(clock__ticket=ticket)
        .values_list("clock__metric", "clock__cycle", "breached_at")
    ) == sorted(
        (state.metric, state.cycle, state.breached_at)
        for state in folded
        if state.state == BREACHED
    )
    ticket.refresh_from_db()
    waiting = [clock.due_at for clock in stored if clock.due_at and not clock.stopped_at]
    assert ticket.next_due_at == min(waiting, default=NEVER)


def _as_stored(state):
    told = {
        **vars(state),
        "policy_version_id": state.policy,
        "calendar_version_id": state.calendar,
        "level_id": state.level,
        "stop_kind": state.stop_kind or "",
    }
    return tuple(told[name] for name in STORED)
