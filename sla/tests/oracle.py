"""A second way to the same clocks: slow, second by second, and plain enough to be believed.

It knows round-the-clock calendars, one policy for all, resumed reopenings, and the two clocks
that each ticket has. Every instant is a whole number of seconds since the creation, below HORIZON.
The question "does the clock run in this second?" is asked of the log for each second anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sla.engine import Event, Policy
from sla.tests.logs import START, Standing, after

HORIZON = 300
ENDS = ("merged", "deleted", "spam")
SOLVED = ("solved", "closed")


def second(event: Event) -> int:
    return round((event.at - START).total_seconds())


def in_order(events: Sequence[Event], *, as_of: int) -> list[Event]:
    """Sort the events of one log, which holds none twice, and cut it at its end."""
    log: list[Event] = []
    for event in sorted(events, key=lambda event: (second(event), _rank(event), event.id)):
        if second(event) <= as_of and not any(earlier.type in ENDS for earlier in log):
            log.append(event)
    return log


def _rank(event: Event) -> int:
    ranks = {"created": 0, "status": 3, "level": 4, **dict.fromkeys(ENDS, 2)}
    if event.type == "status" and event.data["to"] in SOLVED:
        return 2
    if event.type == "message":
        return {"agent": 1, "requester": 5}.get(event.data["by"], 6)
    return ranks.get(event.type, 6)


@dataclass(frozen=True)
class Clock:
    """One metric, looked at with nothing but this part of the log."""

    metric: str
    policy: Policy
    log: Sequence[Event]

    def standing(self, *, as_of: int) -> Standing:
        """Go through the log with the constraints in hand, settling before each event."""
        constraints = [(0, self._target(self.log[0].data["level"]))]
        level = self.log[0].data["level"]
        for number, event in enumerate(self.log[1:], start=1):
            past = Clock(self.metric, self.policy, self.log[:number])
            x = second(event)
            if breach := past._breach(constraints, x):
                return self._breached(*breach)
            if event.type == "level":
                level = event.data["to"]
            seen = Clock(self.metric, self.policy, self.log[: number + 1])
            if not self._retargets(event, past=past) or seen.stopped_in(x):
                continue
            fresh = (0, self._target(level))
            reached = seen.due([fresh])
            if reached is None or reached >= x:
                constraints = [fresh]
            elif self.policy.retarget == "no_retroactive":
                constraints = [*constraints, (x, self._target(level))]
            else:
                return self._breached(reached, x)
        if breach := self._breach(constraints, as_of):
            return self._breached(*breach)
        return self._unbreached(constraints, as_of=as_of)

    def runs_in(self, u: int) -> bool:
        """Say whether second `u` counts: not stopped, and not paused."""
        return not self.stopped_in(u) and not self._paused_in(u)

    def stopped_in(self, u: int) -> bool:
        ended = any(event.type in ENDS and second(event) <= u for event in self.log)
        solved = self._status_in(u) in SOLVED
        return ended or solved or (self.metric == "first_response" and self._answered_in(u))

    def due(self, constraints: Sequence[tuple[int, int]]) -> int | None:
        """The least u such that T seconds of `[s, u)` count, over all the constraints (s, T)."""
        stop = self._met_in()
        counts = [self.runs_in(u) or (stop is not None and u >= stop) for u in range(HORIZON)]
        reached = [
            next((u for u in range(s, HORIZON) if sum(counts[s:u]) == target), None)
            for s, target in constraints
        ]
        return min((u for u in reached if u is not None), default=None)

    def _target(self, level: int) -> int:
        return self.policy.targets[level, self.metric].seconds

    def _status_in(self, u: int) -> str:
        said = [e.data["to"] for e in self.log if e.type == "status" and second(e) <= u]
        return said[-1] if said else "new"

    def _paused_in(self, u: int) -> bool:
        waiting = self._status_in(u) in self.policy.pause_statuses
        return waiting and self.metric in self.policy.pausable

    def _answers(self) -> list[int]:
        live = self.log[0].data["by"] == "agent" and self.log[0].data.get("live")
        return [0] * bool(live) + [
            second(event)
            for event in self.log
            if event.type == "message"
            and event.data["by"] == "agent"
            and event.data["public"]
            and not event.data.get("auto")
        ]

    def _answered_in(self, u: int) -> bool:
        return any(answer <= u for answer in self._answers())

    def _solved_in(self) -> int | None:
        """The second in which the ticket became solved or closed, if it still is."""
        since = None
        for event in self.log:
            if event.type == "status":
                done = event.data["to"] in SOLVED
                since = (second(event) if since is None else since) if done else None
        return since

    def _met_in(self) -> int | None:
        if self.metric == "first_response":
            return min(self._answers(), default=None)
        return self._solved_in()

    def _stopped_for_good(self) -> int | None:
        if self._met_in() is not None:
            return self._met_in()
        if self._solved_in() is not None:
            return self._solved_in()
        return next((second(event) for event in self.log if event.type in ENDS), None)

    def _retargets(self, event: Event, *, past: Clock) -> bool:
        """A reopening applies the target that is then in force, just as a change of level does."""
        reopens = past._solved_in() is not None and self._reopened_by(event)
        return event.type == "level" or reopens

    def _reopened_by(self, event: Event) -> bool:
        return event.type == "status" and event.data["to"] not in SOLVED

    def _breach(self, constraints: Sequence[tuple[int, int]], x: int) -> tuple[int, int] | None:
        """A deadline before `x` and the first second from it on in which nothing had stopped."""
        due = self.due(constraints)
        if due is None:
            return None
        unstopped = [v for v in range(due, x) if not self.stopped_in(v)]
        return (due, unstopped[0]) if unstopped else None

    def _breached(self, due: int, breached_at: int) -> Standing:
        return Standing("breached", _at(due), _at(self._stopped_for_good()), _at(breached_at))

    def _unbreached(self, constraints: Sequence[tuple[int, int]], *, as_of: int) -> Standing:
        if self._met_in() is not None:
            return Standing("met", _at(self.due(constraints)), _at(self._met_in()))
        if self._stopped_for_good() is not None:
            return Standing("void", None, _at(self._stopped_for_good()))
        due = self.due(constraints)
        waiting = self._paused_in(as_of) and due is None
        return Standing("paused" if waiting else "running", _at(due))


def _at(u: int | None):
    return None if u is None else after(seconds=u)
