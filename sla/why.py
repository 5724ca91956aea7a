"""Why a promise is due when it is: the same fold, with every step that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

from sla.calendars import Calendar, Key
from sla.log import Event
from sla.opening import OpeningHours
from sla.stopwatch import Constraint
from sla.terms import MET, PAUSED, VOID, ClockState, Policy, Rule
from sla.why_steps import (
    AHEAD,
    COUNTED,
    LATE,
    SPARED,
    Breached,
    Due,
    Explanation,
    NotDue,
    Ran,
    Step,
    Stopped,
    Warned,
)
from sla.why_watch import WatchedClocks, WatchedStopwatch

ZERO = timedelta(0)


def explain(
    events: Iterable[Event],
    *,
    policies: Mapping[Key, Policy],
    rules: Sequence[Rule],
    as_of: datetime,
) -> tuple[Explanation, ...]:
    """Explain each clock of the ticket with these events, as it stands at `as_of` (UTC).

    The clocks are those that `fold` returns for the same, in the same order. The open time of the
    steps that ran adds up to the target of the window that decides when it is due.
    """
    ticket = WatchedClocks(policies=policies, rules=rules)
    ticket.live_through(events, as_of=as_of)
    return tuple(
        Explanation(state, _steps(clock, state, as_of=as_of))
        for (clock, _promise, _cycle), state in zip(ticket.promised(), ticket.states(), strict=True)
        if isinstance(clock, WatchedStopwatch)
    )


def _steps(clock: WatchedStopwatch, state: ClockState, *, as_of: datetime) -> tuple[Step, ...]:
    """Put what was noted, what ran between, and what it comes to into the order of time."""
    noted = [*map(partial(_late, state), clock.steps), *_warned(clock, state)]
    window, cuts = _deciding(clock), {as_of, *(step.at for step in noted)}
    ran = _ran(clock, window, cuts=cuts, as_of=as_of)
    steps = [*noted, *ran, *_result(clock, state, window, as_of=as_of)]
    return tuple(sorted(steps, key=lambda step: _place(step, state)))


def _late(state: ClockState, step: Step) -> Step:
    if isinstance(step, Stopped) and step.how == MET and state.breached_at:
        return replace(step, how=LATE if step.at > state.breached_at else MET)
    return step


def _warned(clock: WatchedStopwatch, state: ClockState) -> Iterator[Warned]:
    if state.warn_at and clock.promise and clock.promise.policy.warn_pct:
        yield Warned(state.warn_at, clock.promise.policy.warn_pct)


def _place(step: Step, state: ClockState) -> datetime:
    """Say where a step stands: what was due before it was promised comes with the promise."""
    return state.breached_at or step.at if isinstance(step, Due) else step.at


def _deciding(clock: WatchedStopwatch) -> Constraint | None:
    """Return the window that is used up first, or that has the least left."""

    def nearest(window: Constraint) -> tuple[bool, datetime | timedelta]:
        reached = clock.reach(window, percent=100)
        return (False, reached) if reached else (True, _left(clock, window))

    return min(clock.constraints, key=nearest, default=None)


def _left(clock: WatchedStopwatch, window: Constraint) -> timedelta:
    return timedelta(seconds=window[1].seconds) - sum(
        (
            window[1].calendar.open_between(max(began, window[0]), ended)
            for began, ended in clock.runs()
            if ended
        ),
        ZERO,
    )


def _ran(
    clock: WatchedStopwatch, window: Constraint | None, *, cuts: set[datetime], as_of: datetime
) -> Iterator[Ran]:
    """Say how the window was used up: a step for each stretch, cut wherever something happened."""
    if window is None:
        return
    since, target = window
    total, due_at = ZERO, clock.reach(window, percent=100)
    for began, ended in clock.runs():
        start, end = max(began, since), min(filter(None, (ended, due_at)))
        edges = {start, end, *(cut for cut in cuts if start < cut < end)}
        for one, next_one in pairwise(sorted(edges) if start < end else ()):
            opened = target.calendar.open_between(one, next_one)
            total += opened
            yield Ran(
                at=one,
                until=next_one,
                open=opened,
                closed=next_one - one - opened,
                total=total,
                left=timedelta(seconds=target.seconds) - total,
                days_off=_days_off(target.calendar, one, next_one),
                how=_how(clock, one, as_of=as_of),
            )


def _how(clock: WatchedStopwatch, at: datetime, *, as_of: datetime) -> str:
    if clock.stopped_at and at >= clock.stopped_at:
        return SPARED
    return AHEAD if at >= as_of else COUNTED


def _days_off(calendar: Calendar, start: datetime, end: datetime) -> tuple[tuple[date, str], ...]:
    return calendar.days_off(start, end) if isinstance(calendar, OpeningHours) else ()


def _result(
    clock: WatchedStopwatch, state: ClockState, window: Constraint | None, *, as_of: datetime
) -> Iterator[Step]:
    """Say what it comes to: due and perhaps broken, or why it is not due."""
    if window and state.due_at:
        since, target = window
        yield Due(
            at=state.due_at,
            since=since,
            target=timedelta(seconds=target.seconds),
            calendar=target.calendar.key,
            windows=len(clock.constraints),
            met=state.state == MET,
        )
        if state.breached_at:
            yield Breached(state.breached_at)
    elif window and state.state == PAUSED:
        yield NotDue(as_of, PAUSED, _left(clock, window))
    else:
        yield NotDue(state.stopped_at or as_of, "lapsed" if clock.lapsed_at else VOID, None)
