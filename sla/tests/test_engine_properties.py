"""What holds for every log, every policy and every calendar, tried on many."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from sla.engine import ALWAYS_OPEN, ClockState
from sla.tests.logs import START
from sla.tests.openings import is_open
from sla.tests.oracle import HORIZON
from sla.tests.worlds import (
    ANY,
    BACK,
    CALENDAR,
    LAST,
    LEVEL,
    METRICS,
    MINUTE,
    MOVE,
    OTHER,
    TALK,
    World,
    as_ofs,
    levels,
    minutes,
    worlds,
)
from sla.why import explain
from sla.why_steps import Due, Ran

any_world = worlds(*ANY)

LOWERED = st.sampled_from(list(combinations(range(1, 5), 2)))

Breach = tuple[str, int, datetime]


# The fold


@given(st.data(), worlds(*ANY, BACK), as_ofs)
def test_neither_arrival_order_nor_duplicates_matter(data, world, as_of):
    more = data.draw(st.lists(st.sampled_from(world.log)))
    arrived = world.with_log(data.draw(st.permutations([*world.log, *more])))

    assert arrived.fold(as_of=as_of) == world.fold(as_of=as_of)


@given(any_world, as_ofs)
def test_a_breach_is_dated_alike_by_whoever_looks_whenever_after_it(world, as_of):
    looked = world.at(as_of)

    then = _breaches(world.fold(as_of=as_of))
    ever = _breaches(world.fold(as_of=3 * LAST))

    assert {breach for breach in ever if breach[2] < looked} <= then
    assert then <= {breach for breach in ever if breach[2] <= looked}


@given(worlds(*ANY, BACK), as_ofs)
def test_looking_at_a_part_of_the_log_is_looking_earlier(world, as_of):
    assert world.until(as_of).fold(as_of=as_of) == world.fold(as_of=as_of)


@given(worlds(*ANY, BACK), as_ofs)
def test_each_clock_has_one_row_and_at_most_one_breach_when_it_was_due(world, as_of):
    states = world.fold(as_of=as_of)

    rows = [(state.metric, state.cycle) for state in states]
    assert len(set(rows)) == len(rows)
    for state in states:
        assert (state.state == "breached") == (state.breached_at is not None)
        assert (state.state == "paused") == (state.paused_since is not None)
        assert (state.stop_kind is None) == (state.stopped_at is None)
        assert (state.due_at is None) == (state.state in ("paused", "void"))
        assert not state.stopped_at or state.started_at <= state.stopped_at <= world.at(as_of)
        if state.warn_at and state.due_at:
            assert state.warn_at <= state.due_at
        if state.breached_at:
            assert state.due_at
            assert state.breached_at == max(state.due_at, state.effective_from)
            assert state.breached_at <= world.at(as_of)


@given(worlds(*ANY, BACK), as_ofs, minutes, OTHER)
def test_notes_assignments_and_tags_change_no_clock(world, as_of, minute, other):
    type, data = other
    noise = [
        world.event("n1", minute, type, **data),
        world.event("n2", minute, "message", by="agent", public=False),
        world.event("n3", minute, "message", by="agent", public=True, auto=True),
    ]

    assert world.fold(*noise, as_of=as_of) == world.fold(as_of=as_of)


@given(any_world, as_ofs)
def test_an_end_that_is_withdrawn_leaves_no_trace(world, as_of):
    world = world.with_log([event for event in world.log if event.type != "merged"])
    mistake = [world.event("m1", 5, "merged"), world.event("m2", LAST, "unmerged")]
    as_of = max(as_of, LAST)

    assert world.fold(*mistake, as_of=as_of) == world.fold(as_of=as_of)


@given(any_world, st.sampled_from(["answer", "solve", "merge"]))
def test_a_stop_that_comes_too_late_leaves_the_breach_that_no_sweep_saw(world, kind):
    """Every breach that stands when looked at stands behind a stop of that moment, too."""
    stop = {
        "answer": world.event("s", 2 * LAST, "message", by="agent", public=True),
        "solve": world.event("s", 2 * LAST, "status", to="solved", by="agent"),
        "merge": world.event("s", 2 * LAST, "merged"),
    }[kind]

    stopped = _breaches(world.fold(stop, as_of=2 * LAST))

    assert stopped == _breaches(world.fold(as_of=2 * LAST))


# The measure


@given(worlds(*ANY, BACK), as_ofs)
def test_the_open_time_that_ran_until_it_is_due_is_the_target_that_decides(world, as_of):
    explained = explain(world.log, **world.terms(as_of=as_of))

    assert tuple(each.clock for each in explained) == world.fold(as_of=as_of)
    for each in explained:
        [due] = [step for step in each.steps if isinstance(step, Due)] or [None]
        assert (due and due.at) == each.clock.due_at
        if due:
            ran = [step for step in each.steps if isinstance(step, Ran)]
            assert sum((step.open for step in ran), timedelta(0)) == due.target
            assert all(one.until <= next_one.at for one, next_one in pairwise(ran))
            if due.at < world.at(HORIZON):
                counted = sum(_open_minutes(world, due.calendar, step) for step in ran)
                assert counted * MINUTE == due.target


@given(worlds(*ANY, BACK), as_ofs)
def test_the_steps_of_an_explanation_stand_in_the_order_of_time(world, as_of):
    for each in explain(world.log, **world.terms(as_of=as_of)):
        placed = [
            each.clock.breached_at if isinstance(step, Due) and each.clock.breached_at else step.at
            for step in each.steps
        ]
        assert placed == sorted(placed)
        assert each.steps[0].kind == "started"


@given(
    worlds(OTHER, most=0, pausable=frozenset(METRICS)),
    st.integers(0, LAST),
    st.integers(1, LAST),
)
def test_a_pause_before_it_is_due_moves_due_by_its_open_time(world, begin, length):
    waits = world.event("w", begin, "status", to="pending", by="agent")
    goes_on = world.event("g", begin + length, "status", to="open", by="requester")

    unpaused = world.fold(as_of=0)
    waited = world.fold(waits, goes_on, as_of=begin + length)

    for before, since in zip(unpaused, waited, strict=True):
        if before.stopped_at or before.due_at <= waits.at:
            continue
        calendar = world.policy.targets[before.level, before.metric].calendar
        paused = calendar.open_between(waits.at, goes_on.at)
        assert calendar.open_between(before.due_at, since.due_at) == paused
        if not paused:
            assert since.due_at == before.due_at


# Changes of level, of policy and of the calendar


@given(worlds(TALK, MOVE, LEVEL), minutes, levels)
def test_raising_the_level_never_moves_due_later(world, minute, to):
    for before, since, _windows in _with_level(world, minute=minute, to=to):
        if to < before.level and before.due_at and since.due_at:
            assert since.due_at <= before.due_at


@given(worlds(TALK, MOVE, LEVEL), minutes, levels)
def test_lowering_the_level_moves_due_earlier_only_out_of_a_fresh_window(world, minute, to):
    """And then to where the lower level had been due from the start, which is still to come.

    A fresh window is kept as long as the target that counts from the start is used up.
    """
    for before, since, windows in _with_level(world, minute=minute, to=to):
        if to > before.level and before.due_at and since.due_at and since.due_at < before.due_at:
            assert windows > 1
            assert since.due_at == _from_the_start(world, since, minute=minute, to=to)
            assert since.due_at >= world.at(minute)


@given(worlds(TALK, MOVE, retarget="no_retroactive"), minutes, LOWERED)
def test_without_a_fresh_window_lowering_never_moves_due_earlier(world, minute, lowered):
    first, to = lowered
    world = world.with_log(
        [world.event(0, 0, "created", level=first, by="requester"), *world.log[1:]]
    )
    for before, since, windows in _with_level(world, minute=minute, to=to):
        assert windows <= 1
        if before.due_at and since.due_at:
            assert since.due_at >= before.due_at


@given(worlds(*ANY, retarget="no_retroactive"), minutes, st.one_of(LEVEL, CALENDAR))
def test_no_change_breaches_retroactively(world, minute, change):
    type, data = change
    calendars = [target.calendar for target in world.policy.targets.values()]
    if type == "calendar":
        data = {"from": calendars[0], "to": calendars[-1]}
    world = world.until(minute)

    before = world.fold(as_of=minute)
    since = world.fold(world.event(LAST, minute, type, **data), as_of=minute)

    assert _breaches(since) == _breaches(before)
    for state in since:
        if state.state == "running":
            assert state.due_at >= world.at(minute)


@given(worlds(*ANY, BACK), as_ofs)
def test_an_unknown_calendar_or_the_same_policy_changes_no_deadline(world, as_of):
    elsewhere = world.event("e", as_of, "calendar", **{"from": "gone", "to": ALWAYS_OPEN})

    assert world.fold(elsewhere, as_of=as_of) == world.fold(as_of=as_of)


@given(st.datetimes(timezones=st.just(START.tzinfo), max_value=datetime(9000, 1, 1)), minutes)
def test_round_the_clock_open_time_is_elapsed_time(start, needed):
    wanted = timedelta(seconds=needed)

    assert ALWAYS_OPEN.open_between(start, ALWAYS_OPEN.used_up(start, wanted)) == wanted


def _breaches(states: tuple[ClockState, ...]) -> set[Breach]:
    return {(each.metric, each.cycle, each.breached_at) for each in states if each.breached_at}


def _open_minutes(world: World, calendar: str | None, ran: Ran) -> int:
    """Count by the clock on the wall; every stretch begins and ends on a minute."""
    length = (ran.until - ran.at) // MINUTE
    return sum(is_open(world.hours[calendar], ran.at + u * MINUTE) for u in range(length))


def _with_level(world: World, *, minute: int, to: int):
    """Pair each clock that has not stopped, just before a change of level, with what it becomes.

    With them comes how many windows counted before.
    """
    world = world.until(minute)
    before = explain(world.log, **world.terms(as_of=minute))
    since = world.fold(world.event(LAST, minute, "level", to=to), as_of=minute)
    for explained, becomes in zip(before, since, strict=True):
        if not explained.clock.stopped_at:
            due = [step for step in explained.steps if isinstance(step, Due)]
            yield explained.clock, becomes, due[0].windows if due else 1


def _from_the_start(world: World, state: ClockState, *, minute: int, to: int) -> datetime | None:
    """When the clock had been due if the ticket had always had this level."""
    creation, *later = world.until(minute).log
    always = world.with_log(
        [
            world.event(creation.id, 0, "created", **{**creation.data, "level": to}),
            *(event for event in later if event.type != "level"),
        ]
    )
    [same] = [
        each
        for each in always.fold(as_of=minute)
        if (each.metric, each.cycle) == (state.metric, state.cycle)
    ]
    return same.due_at
