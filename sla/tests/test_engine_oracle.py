"""The engine agrees with a second way to count, which goes through every minute."""

from __future__ import annotations

from hypothesis import given

from sla.engine import ClockState
from sla.tests import oracle
from sla.tests.logs import Standing
from sla.tests.worlds import (
    BACK,
    CALENDAR,
    END,
    LEVEL,
    METRICS,
    MOVE,
    OTHER,
    TALK,
    World,
    as_ofs,
    policy_change,
    worlds,
)

KNOWN = (TALK, MOVE, MOVE, LEVEL, policy_change("p", "q"), CALENDAR, END, BACK, OTHER)


@given(worlds(*KNOWN, reopen="resume"), as_ofs)
def test_the_engine_agrees_with_counting_minutes(world, as_of):
    counted = oracle.standings(world, as_of=as_of)

    folded = world.fold(as_of=as_of)

    assert {
        state.metric: seen(state, world) for state in folded if state.metric in METRICS
    } == counted


def seen(state: ClockState, world: World) -> Standing:
    """What the oracle would see, which does not look beyond its horizon."""
    beyond = state.due_at and state.due_at >= world.at(oracle.HORIZON)
    return Standing(
        state.state, None if beyond else state.due_at, state.stopped_at, state.breached_at
    )
