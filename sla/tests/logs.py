"""Events, policies and results, written as short as the tests think of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from sla.engine import ClockState, Event, Policy, Rule, Target, fold

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOURS = {1: (1, 24), 2: (2, 72), 3: (4, 120), 4: (48, 240)}

_ids = count(1)


def after(**spent: float) -> datetime:
    """An instant so much later than START: `after(hours=1, minutes=30)`."""
    return START + timedelta(**spent)


def created(level: int = 1, *, at: datetime = START, by: str = "requester", **data: Any) -> Event:
    return _event("created", at, level=level, by=by, **data)


def answer(at: datetime, **data: Any) -> Event:
    return _event("message", at, **{"by": "agent", "public": True, **data})


def note(at: datetime) -> Event:
    return answer(at, public=False)


def question(at: datetime, **data: Any) -> Event:
    return _event("message", at, by="requester", public=True, **data)


def status(to: str, at: datetime, *, by: str = "agent") -> Event:
    return _event("status", at, to=to, by=by)


def level(to: int, at: datetime) -> Event:
    return _event("level", at, to=to)


def other(type: str, at: datetime, **data: Any) -> Event:
    return _event(type, at, **data)


def targets(
    hours: dict[int, tuple[int, int]], *, next_response: bool = False
) -> dict[tuple[int, str], Target]:
    """First response and resolution by level; next response like the first, if at all."""
    metrics = ["first_response", "resolution", *(["next_response"] if next_response else [])]
    return {
        (level, metric): Target(3600 * pair[metric == "resolution"])
        for level, pair in hours.items()
        for metric in metrics
    }


def policy(key: str = "seed", **changed: Any) -> Policy:
    return Policy(key=key, **{"targets": targets(HOURS), **changed})


def clocks(
    *events: Event,
    as_of: datetime,
    policies: Sequence[Policy] = (policy(),),
    rules: Sequence[Rule] | None = None,
) -> tuple[ClockState, ...]:
    """Fold the events; unless there are rules, the first policy is everybody's."""
    return fold(
        events,
        policies={each.key: each for each in policies},
        rules=[Rule({}, policies[0].key)] if rules is None else rules,
        as_of=as_of,
    )


@dataclass(frozen=True)
class OpenFrom:
    """A calendar that opens for good at an instant."""

    opens: datetime
    key: str | None = None

    def open_between(self, start: datetime, end: datetime, /) -> timedelta:
        return max(end - max(start, self.opens), timedelta(0))

    def used_up(self, start: datetime, needed: timedelta, /) -> datetime:
        return max(start, self.opens) + needed


class Standing(NamedTuple):
    """What a customer would ask about a clock."""

    state: str
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None


def standings(states: Sequence[ClockState], metric: str) -> list[Standing]:
    return [
        Standing(each.state, each.due_at, each.stopped_at, each.breached_at)
        for each in states
        if each.metric == metric
    ]


def first_response(*events: Event, **how: Any) -> Standing:
    [standing] = standings(clocks(*events, **how), "first_response")
    return standing


def resolution(*events: Event, **how: Any) -> Standing:
    [standing] = standings(clocks(*events, **how), "resolution")
    return standing


def next_responses(*events: Event, **how: Any) -> list[Standing]:
    return standings(clocks(*events, **how), "next_response")


def running(due_at: datetime) -> Standing:
    return Standing("running", due_at)


def paused() -> Standing:
    return Standing("paused")


def met(stopped_at: datetime, *, due_at: datetime) -> Standing:
    return Standing("met", due_at, stopped_at)


def void(stopped_at: datetime) -> Standing:
    return Standing("void", None, stopped_at)


def breached(
    due_at: datetime, *, stopped_at: datetime | None = None, at: datetime | None = None
) -> Standing:
    """Breached when due, unless it says at which other instant."""
    return Standing("breached", due_at, stopped_at, at or due_at)


def _event(type: str, at: datetime, **data: Any) -> Event:
    return Event(id=next(_ids), at=at, type=type, data=data)
