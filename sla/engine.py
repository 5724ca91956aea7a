"""The engine: a ticket's log of events, folded into its clocks.

A clock is a promise under way: the first response, the resolution, the next response. Whether it
was kept is a fact about the instants in the log, never about when somebody looked. So there is no
database here, no present time and no setting: the same log gives the same clocks, always.

`terms` has the values that go in and come out, `log` the order of the events, `stopwatch` the
arithmetic of one clock, `calendars` the time that counts. Here the events take effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sla.calendars import ALWAYS_OPEN, Calendar
from sla.log import DONE, Event, in_order
from sla.stopwatch import Stopwatch
from sla.terms import (
    FIRST_RESPONSE,
    MET,
    METRICS,
    NEW_CYCLE,
    NEXT_RESPONSE,
    RESOLUTION,
    VOID,
    ClockState,
    Key,
    Policy,
    Promise,
    Rule,
    Target,
)

__all__ = [
    "ALWAYS_OPEN",
    "Calendar",
    "ClockState",
    "Event",
    "Policy",
    "Rule",
    "Target",
    "TicketClocks",
    "due",
    "fold",
]


def fold(
    events: Iterable[Event],
    *,
    policies: Mapping[Key, Policy],
    rules: Sequence[Rule],
    as_of: datetime,
) -> tuple[ClockState, ...]:
    """Return the clocks of the ticket with these events, as they stand at `as_of` (UTC).

    Events may come in any order and more than once; those after `as_of` do not count. The first
    rule that matches chooses the policy; where none does, nothing is promised. A KeyError means
    a rule or an event that names a policy which is not among `policies`.
    """
    ticket = TicketClocks(policies=policies, rules=rules)
    ticket.live_through(events, as_of=as_of)
    return ticket.states()


def due(*, start: datetime, target: Target) -> datetime:
    """Return when a clock is due that starts at `start` (UTC) and is left to run."""
    return target.calendar.used_up(start, timedelta(seconds=target.seconds))


class TicketClocks:
    """What bears on a ticket's promises, and its clocks, while its events are applied.

    Whoever wants to see how they come about watches by a subclass: there is one engine.
    """

    def __init__(self, *, policies: Mapping[Key, Policy], rules: Sequence[Rule]) -> None:
        self.policies = policies
        self.rules = rules
        self.replaced_policies: list[tuple[Key | None, Key]] = []
        self.replaced_calendars: list[tuple[Calendar, Calendar]] = []
        self.attributes: dict[str, Any] = {}
        self.level = 0
        self.policy: Policy | None = None
        self.status = "new"
        self.answered = False
        self.clocks: dict[str, list[Stopwatch]] = {metric: [] for metric in METRICS}

    def live_through(self, events: Iterable[Event], *, as_of: datetime) -> None:
        """Apply each event that counts, in its order; then look at `as_of`."""
        for event in in_order(events, as_of=as_of):
            self.apply(event)
        self.settle(as_of)

    def apply(self, event: Event) -> None:
        """Settle, then change: nothing that comes after a deadline undoes its breach."""
        self.settle(event.at)
        match event.type:
            case "created":
                self._create(event)
            case "message":
                self._hear(event)
            case "status":
                self._move(event)
            case "level" | "attributes" | "policy" | "calendar":
                self._retarget(event)
            case "merged" | "deleted" | "spam":
                self._end(event)
        self._run_or_pause(event.at)

    def settle(self, at: datetime) -> None:
        for clock in self._all_clocks():
            clock.settle(at)

    def states(self) -> tuple[ClockState, ...]:
        """Return the clocks for which anything was ever promised; only those count as cycles."""
        return tuple(clock.state(promise, cycle=cycle) for clock, promise, cycle in self.promised())

    def promised(self) -> Iterator[tuple[Stopwatch, Promise, int]]:
        """List the clocks that count, with what was promised last and the number of the cycle."""
        for clocks in self.clocks.values():
            cycles = ((clock, clock.promise) for clock in clocks if clock.promise)
            for cycle, (clock, promise) in enumerate(cycles, start=1):
                yield clock, promise, cycle

    def _create(self, event: Event) -> None:
        """Start both clocks at the creation, which is back-dated to the call that was logged late.

        An agent who had the customer on the line has answered: live contact.
        """
        self.attributes = dict(event.data.get("attributes") or {})
        self.level = event.data["level"]
        self.policy = self._select()
        self._start(FIRST_RESPONSE, event.at)
        self._start(RESOLUTION, event.at)
        if event.data.get("by") == "agent" and event.data.get("live"):
            self._answer(event.at)

    def _hear(self, event: Event) -> None:
        """Take an agent's public message as an answer, a requester's as a question.

        Notes and automatic messages are neither. A callback that reached its customer is
        recorded as an agent's public message. Before the first answer, the first response is
        the promise; after it, the oldest unanswered question starts the next response.
        """
        if event.data.get("auto"):
            return
        by = event.data.get("by")
        if by == "agent" and event.data.get("public"):
            self._answer(event.at)
        if by == "requester" and self._owes_no_answer() and self.status not in DONE:
            self._start(NEXT_RESPONSE, event.at)

    def _owes_no_answer(self) -> bool:
        return self.answered and all(clock.stopped_at for clock in self.clocks[NEXT_RESPONSE])

    def _answer(self, at: datetime) -> None:
        self.answered = True
        first_response = self.clocks[FIRST_RESPONSE][-1]
        if first_response.stop_kind == VOID:
            first_response.resume(at)
        first_response.stop(at, MET)
        for clock in self.clocks[NEXT_RESPONSE]:
            clock.stop(at, MET)

    def _move(self, event: Event) -> None:
        was_done, is_done = self.status in DONE, event.data["to"] in DONE
        self.status = event.data["to"]
        if is_done:
            self._solve(event)
        elif was_done:
            self._reopen(event.at)

    def _solve(self, event: Event) -> None:
        """Stop what still runs. Whoever solves meets the resolution; it is no first response.

        The first response is then void for as long as the ticket stays solved: closed without
        an answer. An agent who solves has met the next response, nobody else has.
        """
        self.clocks[RESOLUTION][-1].stop(event.at, MET)
        self.clocks[FIRST_RESPONSE][-1].stop(event.at, VOID)
        for clock in self.clocks[NEXT_RESPONSE]:
            clock.stop(event.at, MET if event.data.get("by") == "agent" else VOID)

    def _reopen(self, at: datetime) -> None:
        """Resume a first response that is still owed; resume the resolution or start it anew."""
        first_response, resolution = self.clocks[FIRST_RESPONSE][-1], self.clocks[RESOLUTION][-1]
        if first_response.stop_kind == VOID:
            self._resume(first_response, at)
        if self.policy and self.policy.reopen == NEW_CYCLE:
            self._start(RESOLUTION, at)
        else:
            self._resume(resolution, at)

    def _retarget(self, event: Event) -> None:
        """Choose the policy anew and hold every clock that has not stopped to its target.

        A policy or a calendar that an event replaced stays replaced in whatever is chosen later.
        """
        match event.type:
            case "level":
                self.level = event.data["to"]
            case "attributes":
                self.attributes |= event.data["set"]
            case "policy":
                in_force = self.policy.key if self.policy else None
                self.replaced_policies.append((event.data.get("from", in_force), event.data["to"]))
            case "calendar":
                self.replaced_calendars.append((event.data["from"], event.data["to"]))
        self.policy = self._select()
        for clock in self._all_clocks():
            clock.retarget(event.at, self._promise(clock.metric))

    def _end(self, event: Event) -> None:
        """Void what a merge, a deletion or a spam mark leaves without a ticket."""
        for clock in self._all_clocks():
            clock.stop(event.at, VOID)

    def _run_or_pause(self, at: datetime) -> None:
        """Pause what the policy lets pause in this status; run the rest."""
        policy = self.policy
        for clock in self._all_clocks():
            if policy and self.status in policy.pause_statuses and clock.metric in policy.pausable:
                clock.pause(at)
            else:
                clock.run(at)

    def stopwatch(self, metric: str, at: datetime) -> Stopwatch:
        return Stopwatch(metric, at)

    def _start(self, metric: str, at: datetime) -> None:
        clock = self.stopwatch(metric, at)
        clock.retarget(at, self._promise(metric))
        self.clocks[metric].append(clock)

    def _resume(self, clock: Stopwatch, at: datetime) -> None:
        """Withdraw a stop; the target that came into force meanwhile applies from now on."""
        clock.resume(at)
        clock.retarget(at, self._promise(clock.metric))

    def _select(self) -> Policy | None:
        """Return the policy of the first rule whose attributes the ticket all has."""
        key: Key | None = next((rule.policy for rule in self.rules if self._matches(rule)), None)
        for replaced, replacement in self.replaced_policies:
            key = replacement if key == replaced else key
        return None if key is None else self.policies[key]

    def _matches(self, rule: Rule) -> bool:
        return all(self.attributes.get(name) == value for name, value in rule.match.items())

    def _promise(self, metric: str) -> Promise | None:
        """Say what is promised now; None where the policy has no target for level and metric."""
        target = self.policy and self.policy.targets.get((self.level, metric))
        if not (self.policy and target):
            return None
        calendar = target.calendar
        for replaced, replacement in self.replaced_calendars:
            calendar = replacement if calendar == replaced else calendar
        if calendar is not target.calendar:
            target = replace(target, calendar=calendar)
        return Promise(self.level, self.policy, target)

    def _all_clocks(self) -> Iterator[Stopwatch]:
        return chain.from_iterable(self.clocks.values())
