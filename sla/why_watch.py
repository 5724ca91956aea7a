"""A watch on the engine: it folds the log as ever, and notes what each event does to each clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sla.engine import TicketClocks
from sla.log import Event
from sla.stopwatch import Constraint, Stopwatch
from sla.terms import Promise
from sla.why_steps import (
    AT_ONCE,
    FRESH_WINDOW,
    FROM_START,
    SAME,
    Cause,
    Lapsed,
    Paused,
    Reopened,
    Retargeted,
    Started,
    Step,
    Stopped,
    Terms,
)


class WatchedClocks(TicketClocks):
    """A ticket's clocks that remember which event they are living through."""

    event: Event

    def apply(self, event: Event) -> None:
        self.event = event
        super().apply(event)

    def stopwatch(self, metric: str, at: datetime) -> WatchedStopwatch:
        return WatchedStopwatch(metric, at, ticket=self)

    @property
    def cause(self) -> Cause:
        by, to = self.event.data.get("by"), self.event.data.get("to")
        return Cause(self.event.id, self.event.type, by, to if isinstance(to, str | int) else None)


class WatchedStopwatch(Stopwatch):
    """A stopwatch that notes its steps, by comparing what it was with what it has become."""

    def __init__(self, metric: str, started_at: datetime, *, ticket: WatchedClocks) -> None:
        super().__init__(metric, started_at)
        self.ticket = ticket
        self.steps: list[Step] = []

    def run(self, at: datetime) -> None:
        self._end_pause(at)
        super().run(at)

    def pause(self, at: datetime) -> None:
        was_paused = self.paused_since
        super().pause(at)
        if self.paused_since and not was_paused:
            self.steps.append(Paused(at, self.ticket.cause, self.ticket.status))

    def stop(self, at: datetime, kind: str) -> None:
        if not self.stopped_at:
            self._end_pause(at)
            self.steps.append(Stopped(at, self.ticket.cause, kind))
        super().stop(at, kind)

    def resume(self, at: datetime) -> None:
        super().resume(at)
        self.steps.append(Reopened(at, self.ticket.cause))

    def retarget(self, at: datetime, promise: Promise | None) -> None:
        was = self._standing()
        super().retarget(at, promise)
        if not self.steps:
            self.steps.append(Started(at, self.ticket.cause, terms(promise) if promise else None))
        elif self._standing() != was:
            self.steps.append(self._changed(at, was_breached=was[2], counted=was[3]))

    def _standing(
        self,
    ) -> tuple[Promise | None, datetime | None, datetime | None, list[Constraint]]:
        return self.promise, self.lapsed_at, self.breached_at, list(self.constraints)

    def _changed(
        self, at: datetime, *, was_breached: datetime | None, counted: list[Constraint]
    ) -> Step:
        if self.promise is None or self.lapsed_at:
            return Lapsed(at, self.ticket.cause)
        how = FROM_START
        if self.breached_at and not was_breached:
            how = AT_ONCE
        elif self.constraints == counted:
            how = SAME
        elif self.constraints[-1][0] == at > self.started_at:
            how = FRESH_WINDOW
        return Retargeted(at, self.ticket.cause, terms(self.promise), how)

    def _end_pause(self, at: datetime) -> None:
        if self.paused_since:
            self.steps = [
                replace(step, until=at) if isinstance(step, Paused) and not step.until else step
                for step in self.steps
            ]


def terms(promise: Promise) -> Terms:
    """Say a promise in the values that a step shows."""
    target = promise.target
    return Terms(
        level=promise.level,
        policy=promise.policy.key,
        calendar=target.calendar.key,
        target=timedelta(seconds=target.seconds),
    )
