"""The stopwatch: when one clock runs, and when what is promised about it falls due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sla.calendars import Run, deadline
from sla.terms import (
    BREACHED,
    MET,
    NO_RETROACTIVE,
    PAUSED,
    RUNNING,
    VOID,
    ClockState,
    Promise,
    Target,
)

Constraint = tuple[datetime, Target]
"""So much open time, from an instant on."""


class Stopwatch:
    """The stretches in which one clock runs, and the deadline that its promise puts on them.

    The stretches do not depend on targets: a clock runs, pauses and stops while nothing is
    promised too, so that a promise made later counts from the start. The deadline is the
    earliest of its constraints: so much time, from an instant on. A new target that was used up
    before it came adds one; any other replaces them all.
    """

    def __init__(self, metric: str, started_at: datetime) -> None:
        self.metric = metric
        self.started_at = started_at
        self.effective_from = started_at
        self.promise: Promise | None = None
        self.constraints: list[Constraint] = []
        self.finished_runs: list[Run] = []
        self.running_since: datetime | None = None
        self.paused_since: datetime | None = None
        self.stopped_at: datetime | None = None
        self.stop_kind: str | None = None
        self.lapsed_at: datetime | None = None
        self.breached_at: datetime | None = None

    def settle(self, at: datetime) -> None:
        """Record a deadline that has passed by `at` as a breach, dated at the deadline.

        At exactly the deadline there is time still: a stop meets it, a look finds it running.
        """
        if self.stopped_at or self.breached_at:
            return
        due_at = self.reaches(percent=100)
        if due_at and due_at < at:
            self.breached_at = max(due_at, self.effective_from)

    def run(self, at: datetime) -> None:
        if not self.stopped_at:
            self.running_since = self.running_since or at
            self.paused_since = None

    def pause(self, at: datetime) -> None:
        if not self.stopped_at:
            self._finish_run(at)
            self.paused_since = self.paused_since or at

    def stop(self, at: datetime, kind: str) -> None:
        """Stop for good, unless `resume` withdraws it; what has stopped already stays as it is."""
        if not self.stopped_at:
            self._finish_run(at)
            self.paused_since = None
            self.stopped_at, self.stop_kind = at, kind

    def resume(self, at: datetime) -> None:
        """Withdraw the stop; a target met in its last instant is breached from here, not before."""
        self.stopped_at = self.stop_kind = None
        if not self.breached_at:
            self.effective_from = at

    def retarget(self, at: datetime, promise: Promise | None) -> None:
        """Hold the clock to what is promised from `at` on; a breach or a stop is past changing.

        The new target counts from the start. Where that is used up before `at`, it either counts
        from `at`, beside what was promised before, or is breached at `at`, as the policy says.
        """
        if self.stopped_at or self.breached_at:
            return
        if promise is None:
            self._lapse(at)
            return
        changed = self.lapsed_at or not self.promise or self.promise.target != promise.target
        self.promise, self.lapsed_at = promise, None
        if not changed:
            return
        from_start = (self.started_at, promise.target)
        used_up = self.reach(from_start, percent=100)
        if used_up is None or used_up >= at:
            self.constraints = [from_start]
        elif promise.policy.retarget == NO_RETROACTIVE:
            self.constraints.append((at, promise.target))
        else:
            self.constraints, self.effective_from = [from_start], at
            self.settle(at)

    def reaches(self, *, percent: int) -> datetime | None:
        """Say when this part of any constraint is first used up."""
        instants = [self.reach(constraint, percent=percent) for constraint in self.constraints]
        return min(filter(None, instants), default=None)

    def reach(self, constraint: Constraint, *, percent: int) -> datetime | None:
        """Say when this part of one constraint is used up; None: not unless it runs again."""
        start, target = constraint
        needed = timedelta(seconds=target.seconds) * percent / 100
        return deadline(target.calendar, start=start, needed=needed, runs=self.runs())

    def runs(self) -> list[Run]:
        """List the stretches so far; the last goes on for ever, from the stop on if it was met."""
        since = self.stopped_at if self.stop_kind == MET else self.running_since
        return [*self.finished_runs, (since, None)] if since else self.finished_runs

    def state(self, promise: Promise, *, cycle: int) -> ClockState:
        stop_kind = VOID if self.lapsed_at else self.stop_kind
        due_at, warn_pct = self.reaches(percent=100), promise.policy.warn_pct
        pausing = PAUSED if self.paused_since and not due_at else RUNNING
        state = BREACHED if self.breached_at else stop_kind or pausing
        is_void = state == VOID
        return ClockState(
            metric=self.metric,
            cycle=cycle,
            state=state,
            level=promise.level,
            policy=promise.policy.key,
            calendar=promise.target.calendar.key,
            target_seconds=promise.target.seconds,
            started_at=self.started_at,
            effective_from=self.effective_from,
            due_at=None if is_void else due_at,
            warn_at=None if is_void or not warn_pct else self.reaches(percent=warn_pct),
            paused_since=self.paused_since if state == PAUSED else None,
            stopped_at=self.lapsed_at or self.stopped_at,
            stop_kind=stop_kind,
            breached_at=self.breached_at,
            took_seconds=self._took(promise.target) if self.stopped_at else None,
        )

    def _took(self, target: Target) -> int:
        """Say how many open seconds it ran until it stopped; what had begun of the last is not."""
        runs = ((began, ended) for began, ended in self.finished_runs if ended)
        ran = (target.calendar.open_between(began, ended) for began, ended in runs)
        return sum(ran, timedelta()) // timedelta(seconds=1)

    def _lapse(self, at: datetime) -> None:
        """Void a promise that no policy makes any longer, until one does again."""
        if self.promise and not self.lapsed_at:
            self.lapsed_at = at
            self.constraints = []

    def _finish_run(self, at: datetime) -> None:
        if self.running_since:
            self.finished_runs.append((self.running_since, at))
            self.running_since = None
