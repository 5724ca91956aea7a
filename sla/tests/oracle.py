"""A second way to the same clocks: slow, minute by minute, and plain enough to be believed.

It knows calendars, policies that are replaced, resumed reopenings, and the two clocks that each
ticket has; the rules of selection it leaves out. Every instant is a whole number of minutes since
the creation, below HORIZON. The question "does the clock run in this minute?" is asked of the log
for each minute anew, and "is it open?" of the clock on the wall.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sla.calendars import Calendar
from sla.engine import Event, Policy, Target
from sla.tests.logs import Standing
from sla.tests.openings import is_open
from sla.tests.worlds import METRICS, MINUTE, World

HORIZON = 200
ENDS = ("merged", "deleted", "spam")
TAKEN_BACK = {"unmerged": "merged", "not_spam": "spam"}
SOLVED = ("solved", "closed")

RETARGETS = ("level", "policy", "calendar")

Constraint = tuple[int, Target]


def standings(world: World, *, as_of: int) -> dict[str, Standing]:
    """Say how the two clocks of the ticket stand at this minute."""
    log = in_order(world, as_of=as_of)
    opened = {
        key: [is_open(said, world.at(u)) for u in range(HORIZON)]
        for key, said in world.hours.items()
    }
    return {metric: Clock(metric, world, log, opened).standing(as_of=as_of) for metric in METRICS}


def in_order(world: World, *, as_of: int) -> list[Event]:
    """Sort the events of the log, take out what was taken back, and cut it at its end."""
    known = [event for event in world.log if event.at <= world.at(as_of)]
    log: list[Event] = []
    for event in sorted(known, key=lambda event: (event.at, _rank(event), event.id)):
        if event.type in TAKEN_BACK:
            log = [earlier for earlier in log if earlier.type != TAKEN_BACK[event.type]]
        else:
            log.append(event)
    ends = [number for number, event in enumerate(log) if event.type in ENDS]
    return log[: ends[0] + 1] if ends else log


def _rank(event: Event) -> int:
    ranks = {"created": 0, "status": 3, **dict.fromkeys(RETARGETS, 4), **dict.fromkeys(ENDS, 2)}
    if event.type == "status" and event.data["to"] in SOLVED:
        return 2
    if event.type == "message":
        return {"agent": 1, "requester": 5}.get(event.data["by"], 6)
    return ranks.get(event.type, 6)


@dataclass(frozen=True)
class Clock:
    """One metric, looked at with nothing but this part of the log."""

    metric: str
    world: World
    log: Sequence[Event]
    opened: Mapping[Any, Sequence[bool]]

    def standing(self, *, as_of: int) -> Standing:
        """Go through the log with the constraints in hand, settling before each event.

        What leaves the target and its calendar as they are is no change, whoever promises it.
        """
        promised = self._first(1)._target()
        constraints = [(0, promised)]
        for number, event in enumerate(self.log[1:], start=1):
            past, seen = self._first(number), self._first(number + 1)
            x = self.minute(event)
            if breach := past._breach(constraints, x):
                return self._breached(*breach)
            if not self._retargets(event, past=past) or seen.stopped_in(x):
                continue
            if seen._target() == promised:
                continue
            promised = seen._target()
            fresh = (0, promised)
            reached = seen.due([fresh])
            if reached is None or reached >= x:
                constraints = [fresh]
            elif seen._policy_in(x).retarget == "no_retroactive":
                constraints = [*constraints, (x, promised)]
            else:
                return self._breached(reached, x)
        if breach := self._breach(constraints, as_of):
            return self._breached(*breach)
        return self._unbreached(constraints, as_of=as_of)

    def minute(self, event: Event) -> int:
        return round((event.at - self.world.start) / MINUTE)

    def runs_in(self, u: int) -> bool:
        """Say whether the clock runs in minute `u`: not stopped, and not paused."""
        return not self.stopped_in(u) and not self._paused_in(u)

    def stopped_in(self, u: int) -> bool:
        ended = any(event.type in ENDS and self.minute(event) <= u for event in self.log)
        solved = self._status_in(u) in SOLVED
        return ended or solved or (self.metric == "first_response" and self._answered_in(u))

    def due(self, constraints: Sequence[Constraint]) -> int | None:
        """The least u such that T open minutes of `[s, u)` count, over all constraints (s, T)."""
        reached = [self._used_up(s, target) for s, target in constraints]
        return min((u for u in reached if u is not None), default=None)

    def _first(self, number: int) -> Clock:
        return Clock(self.metric, self.world, self.log[:number], self.opened)

    def _used_up(self, s: int, target: Target) -> int | None:
        opened, counted = self.opened[target.calendar.key], 0
        for u in range(s, HORIZON):
            if counted == target.seconds // 60:
                return u
            counted += self._counts[u] and opened[u]
        return None

    @cached_property
    def _counts(self) -> list[bool]:
        """In which minutes it runs, or would have run on if it had not been met."""
        stop = self._met_in()
        return [self.runs_in(u) or (stop is not None and u >= stop) for u in range(HORIZON)]

    def _target(self) -> Target:
        """What is promised after all of this log."""
        levels = [e.data["to"] for e in self.log if e.type == "level"]
        level = levels[-1] if levels else self.log[0].data["level"]
        target = self._policy_in(HORIZON).targets[level, self.metric]
        return Target(target.seconds, self._replaced(target.calendar))

    def _replaced(self, calendar: Calendar) -> Calendar:
        for event in self.log:
            if event.type == "calendar" and event.data["from"].key == calendar.key:
                calendar = event.data["to"]
        return calendar

    def _policy_in(self, u: int) -> Policy:
        said = [e.data["to"] for e in self.log if e.type == "policy" and self.minute(e) <= u]
        return self.world.policies[said[-1] if said else "p"]

    def _status_in(self, u: int) -> str:
        said = [e.data["to"] for e in self.log if e.type == "status" and self.minute(e) <= u]
        return said[-1] if said else "new"

    def _paused_in(self, u: int) -> bool:
        policy = self._policy_in(u)
        return self._status_in(u) in policy.pause_statuses and self.metric in policy.pausable

    def _answers(self) -> list[int]:
        live = self.log[0].data["by"] == "agent" and self.log[0].data.get("live")
        return [0] * bool(live) + [
            self.minute(event)
            for event in self.log
            if event.type == "message"
            and event.data["by"] == "agent"
            and event.data["public"]
            and not event.data.get("auto")
        ]

    def _answered_in(self, u: int) -> bool:
        return any(answer <= u for answer in self._answers())

    def _solved_in(self) -> int | None:
        """The minute in which the ticket became solved or closed, if it still is."""
        since = None
        for event in self.log:
            if event.type == "status":
                done = event.data["to"] in SOLVED
                since = (self.minute(event) if since is None else since) if done else None
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
        return next((self.minute(event) for event in self.log if event.type in ENDS), None)

    def _retargets(self, event: Event, *, past: Clock) -> bool:
        """A reopening applies the target that is then in force, just as a change of it does."""
        reopens = past._solved_in() is not None and self._reopened_by(event)
        return event.type in RETARGETS or reopens

    def _reopened_by(self, event: Event) -> bool:
        return event.type == "status" and event.data["to"] not in SOLVED

    def _breach(self, constraints: Sequence[Constraint], x: int) -> tuple[int, int] | None:
        """A deadline before `x` and the first minute from it on in which nothing had stopped.

        That may be `x` itself, if the clock goes on by an event of the same minute.
        """
        due = self.due(constraints)
        if due is None or due >= x:
            return None
        unstopped = [v for v in range(due, x + 1) if not self.stopped_in(v)]
        return (due, unstopped[0]) if unstopped else None

    def _breached(self, due: int, breached_at: int) -> Standing:
        return Standing(
            "breached", self._at(due), self._at(self._stopped_for_good()), self._at(breached_at)
        )

    def _unbreached(self, constraints: Sequence[Constraint], *, as_of: int) -> Standing:
        if self._met_in() is not None:
            return Standing("met", self._at(self.due(constraints)), self._at(self._met_in()))
        if self._stopped_for_good() is not None:
            return Standing("void", None, self._at(self._stopped_for_good()))
        due = self.due(constraints)
        waiting = self._paused_in(as_of) and due is None
        return Standing("paused" if waiting else "running", self._at(due))

    def _at(self, u: int | None) -> datetime | None:
        return None if u is None else self.world.at(u)
