"""What a change of promises does to the clocks of tickets: compared clock by clock, and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla.terms import ClockState

EARLIER, LATER, BREACHED, GAINED, LOST = "earlier", "later", "breached", "gained", "lost"
KINDS = (EARLIER, LATER, BREACHED, GAINED, LOST)
# So many of the tickets whose promise would be broken are listed; all are counted.
LISTED = 200


@dataclass(frozen=True)
class Move:
    """One promise of a ticket that is another one after the change; due times in UTC."""

    metric: str
    cycle: int
    level: int
    kind: str
    due_at: datetime | None


def moves(before: Iterable[ClockState], after: Iterable[ClockState]) -> list[Move]:
    """Compare a ticket's clocks as they stand without and with the change.

    A promise that was broken before is none of its doing. While a clock is paused, what it has
    left says whether it moves earlier or later.
    """
    known = {(state.metric, state.cycle): state for state in before}
    return [
        Move(state.metric, state.cycle, state.level, kind, state.due_at)
        for state in after
        if (kind := _kind(known.get((state.metric, state.cycle)), state))
    ]


def empty_tally() -> dict[str, Any]:
    """Return the count of nothing, in the form that JSON keeps."""
    return {"tickets": 0, "moved": 0, "breached": 0, "levels": {}, "list": []}


def count(tally: dict[str, Any], ticket_id: int, found: Iterable[Move]) -> None:
    """Add one ticket that the change is for, and its moves, to a tally."""
    found = list(found)
    tally["tickets"] += 1
    tally["moved"] += bool(found)
    broken = [move for move in found if move.kind == BREACHED]
    tally["breached"] += bool(broken)
    for move in found:
        level = tally["levels"].setdefault(str(move.level), dict.fromkeys(KINDS, 0))
        level[move.kind] += 1
    if broken and len(tally["list"]) < LISTED:
        tally["list"].append(
            [ticket_id, broken[0].level, [[move.metric, _iso(move.due_at)] for move in broken]]
        )


def by_level(tally: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, int]]]:
    """Yield the counted promises by level, the most urgent first."""
    for level in sorted(tally["levels"], key=int):
        yield int(level), tally["levels"][level]


def _kind(was: ClockState | None, state: ClockState) -> str | None:
    if was is None or _is_lapsed(was):
        if state.breached_at:
            return BREACHED
        return None if state.stopped_at else GAINED
    if _is_over(was):
        return None
    if _is_lapsed(state):
        return LOST
    if state.breached_at:
        return BREACHED
    if was.due_at and state.due_at:
        return _direction(was.due_at, state.due_at)
    if was.due_at or state.due_at:
        return EARLIER if state.due_at else LATER  # it goes on now, or pauses
    return _direction(was.target_seconds, state.target_seconds)


def _direction(before: Any, after: Any) -> str | None:
    if before == after:
        return None
    return EARLIER if after < before else LATER


def _is_over(state: ClockState) -> bool:
    return bool(state.breached_at or state.stopped_at)


def _is_lapsed(state: ClockState) -> bool:
    """Whether nothing is promised any more on a clock that nobody stopped."""
    return state.stop_kind == "void" and not state.breached_at


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
