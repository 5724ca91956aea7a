"""What holds for every log, tried on many; `HYPOTHESIS_PROFILE=nightly` tries many more."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sla.engine import ALWAYS_OPEN, ClockState, Event, Policy, Rule, Target, fold
from sla.tests import oracle
from sla.tests.logs import START, Standing, after

settings.register_profile("default", max_examples=200, deadline=None)
settings.register_profile("nightly", max_examples=10_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

METRICS = ("first_response", "resolution")
SECONDS = {
    "first_response": {1: 4, 2: 8, 3: 16, 4: 32},
    "resolution": {1: 10, 2: 20, 3: 30, 4: 60},
    "next_response": {1: 3, 2: 6, 3: 12, 4: 24},
}
LAST = 60

seconds = st.integers(0, LAST)
levels = st.sampled_from([1, 2, 3, 4])
authors = st.sampled_from(["agent", "requester", "system"])


def policies(key: str = "p", *, metrics: tuple[str, ...] = METRICS, **fixed) -> st.SearchStrategy:
    promised = {
        (level, metric): Target(SECONDS[metric][level])
        for metric in metrics
        for level in range(1, 5)
    }
    choices = {
        "pausable": st.frozensets(st.sampled_from([*METRICS, "next_response"])),
        "retarget": st.sampled_from(["no_retroactive", "from_start"]),
        "reopen": st.sampled_from(["resume", "new_cycle"]),
        **{name: st.just(value) for name, value in fixed.items()},
    }
    return st.builds(Policy, key=st.just(key), targets=st.just(promised), **choices)


creations = st.fixed_dictionaries({"level": levels, "by": authors, "live": st.booleans()})
messages = st.fixed_dictionaries(
    {"by": authors, "public": st.booleans(), "auto": st.sampled_from([False, False, True])}
)
moves = st.fixed_dictionaries(
    {
        "to": st.sampled_from(["open", "pending", "pending", "on_hold", "solved", "closed"]),
        "by": authors,
    }
)
changes = st.fixed_dictionaries({"to": levels})
ends = st.sampled_from(["merged", "deleted", "spam"])
noises = st.sampled_from(["assigned", "tags", "snoozed"])

TALK = st.tuples(st.just("message"), messages)
MOVE = st.tuples(st.just("status"), moves)
LEVEL = st.tuples(st.just("level"), changes)
END = st.tuples(ends, st.just({}))
BACK = st.tuples(st.sampled_from(["unmerged", "not_spam"]), st.just({}))
OTHER = st.tuples(noises, st.just({}))
CHOICE = st.tuples(
    st.just("attributes"),
    st.fixed_dictionaries({"set": st.dictionaries(st.just("vip"), st.sampled_from([0, 1, 2]))}),
)


@st.composite
def logs(draw, *kinds: st.SearchStrategy) -> list[Event]:
    """A creation at START, then up to a dozen events of these kinds, at whole seconds."""
    happenings = draw(st.lists(st.tuples(seconds, st.one_of(*kinds)), max_size=12))
    return [
        Event(0, START, "created", draw(creations)),
        *(
            Event(number, after(seconds=second), type, data)
            for number, (second, (type, data)) in enumerate(happenings, start=1)
        ),
    ]


any_log = logs(TALK, MOVE, MOVE, LEVEL, CHOICE, END, OTHER)
plain_log = logs(TALK, MOVE, MOVE, LEVEL, END)
as_ofs = st.integers(0, 2 * LAST)


@st.composite
def desks(draw) -> dict:
    """Three policies that attributes choose between; the last promises a resolution alone."""
    chosen = [
        draw(policies("p")),
        draw(policies("q", metrics=(*METRICS, "next_response"), warn_pct=75)),
        draw(policies("r", metrics=("resolution",))),
    ]
    return {
        "policies": {policy.key: policy for policy in chosen},
        "rules": [Rule({"vip": 1}, "q"), Rule({"vip": 2}, "r"), Rule({}, "p")],
    }


def clocks(log: list[Event], policy: Policy, *, as_of: datetime) -> dict[str, ClockState]:
    states = fold(log, policies={policy.key: policy}, rules=[Rule({}, policy.key)], as_of=as_of)
    return {state.metric: state for state in states}


def seen(state: ClockState) -> Standing:
    return Standing(state.state, state.due_at, state.stopped_at, state.breached_at)


def latest(log: list[Event]) -> datetime:
    return max(event.at for event in log)


@given(plain_log, policies(reopen="resume"), as_ofs)
def test_the_engine_agrees_with_counting_seconds(log, policy, as_of):
    counted = {
        metric: oracle.Clock(metric, policy, oracle.in_order(log, as_of=as_of)).standing(
            as_of=as_of
        )
        for metric in METRICS
    }

    folded = clocks(log, policy, as_of=after(seconds=as_of))

    assert {metric: seen(state) for metric, state in folded.items()} == counted


@given(logs(TALK, MOVE, MOVE, END), policies(reopen="resume"))
def test_the_seconds_that_run_before_it_is_due_are_the_target(log, policy):
    as_of = 2 * LAST
    for metric, state in clocks(log, policy, as_of=after(seconds=as_of)).items():
        if state.due_at and state.state != "met":
            counted = oracle.Clock(metric, policy, oracle.in_order(log, as_of=as_of))
            due = round((state.due_at - START).total_seconds())
            assert sum(counted.runs_in(u) for u in range(due)) == state.target_seconds


@given(st.data(), logs(TALK, MOVE, LEVEL, CHOICE, END, BACK, OTHER), desks(), as_ofs)
def test_neither_arrival_order_nor_duplicates_matter(data, log, desk, as_of):
    arrived = data.draw(st.permutations([*log, *data.draw(st.lists(st.sampled_from(log)))]))

    assert fold(arrived, as_of=after(seconds=as_of), **desk) == fold(
        log, as_of=after(seconds=as_of), **desk
    )


@given(any_log, desks(), as_ofs)
def test_a_breach_is_dated_alike_by_whoever_looks_whenever_after_it(log, desk, as_of):
    looked = after(seconds=as_of)

    then = _breaches(fold(log, as_of=looked, **desk))
    ever = _breaches(fold(log, as_of=after(seconds=3 * LAST), **desk))

    assert {breach for breach in ever if breach[2] < looked} <= then
    assert then <= {breach for breach in ever if breach[2] <= looked}


@given(any_log, desks(), as_ofs)
def test_looking_at_a_part_of_the_log_is_looking_earlier(log, desk, as_of):
    looked = after(seconds=as_of)
    so_far = [event for event in log if event.at <= looked]

    assert fold(so_far, as_of=looked, **desk) == fold(log, as_of=looked, **desk)


@given(any_log, desks(), as_ofs)
def test_each_clock_has_one_row_and_at_most_one_breach_when_it_was_due(log, desk, as_of):
    states = fold(log, as_of=after(seconds=as_of), **desk)

    rows = [(state.metric, state.cycle) for state in states]
    assert len(set(rows)) == len(rows)
    for state in states:
        assert (state.state == "breached") == (state.breached_at is not None)
        assert (state.state == "paused") == (state.paused_since is not None)
        assert (state.stop_kind is None) == (state.stopped_at is None)
        assert (state.due_at is None) == (state.state in ("paused", "void"))
        if state.breached_at:
            assert state.due_at
            assert state.breached_at == max(state.due_at, state.effective_from)
            assert state.breached_at <= after(seconds=as_of)


@given(any_log, desks(), as_ofs, seconds, OTHER)
def test_notes_assignments_and_tags_change_no_clock(log, desk, as_of, second, other):
    type, data = other
    noise = [
        Event("n1", after(seconds=second), type, data),
        Event("n2", after(seconds=second), "message", {"by": "agent", "public": False}),
        Event(
            "n3", after(seconds=second), "message", {"by": "agent", "public": True, "auto": True}
        ),
    ]

    assert fold([*log, *noise], as_of=after(seconds=as_of), **desk) == fold(
        log, as_of=after(seconds=as_of), **desk
    )


@given(logs(TALK, MOVE, LEVEL), policies(), seconds, levels)
def test_raising_the_level_never_moves_due_later(log, policy, second, to):
    for before, since in _with_level(log, policy, second=second, to=to):
        if to < before.level and before.due_at and since.due_at:
            assert since.due_at <= before.due_at


@given(logs(TALK, MOVE), policies(), seconds, levels)
def test_lowering_the_level_never_moves_due_earlier(log, policy, second, to):
    """From one constraint. After a fresh window, what is due may fall back on the start."""
    for before, since in _with_level(log, policy, second=second, to=to):
        if to > before.level and before.due_at and since.due_at:
            assert since.due_at >= before.due_at


@given(logs(TALK, MOVE, LEVEL), policies(retarget="no_retroactive"), seconds, levels)
def test_no_change_of_level_breaches_retroactively(log, policy, second, to):
    now = after(seconds=second)
    for before, since in _with_level(log, policy, second=second, to=to):
        assert since.breached_at == before.breached_at
        if since.state == "running":
            assert since.due_at >= now


@given(st.integers(0, 9), st.integers(0, LAST), policies(pausable=frozenset(METRICS)), levels)
def test_a_pause_moves_due_by_its_length(begin, length, policy, level):
    assume(begin < SECONDS["first_response"][level])
    log = [
        Event(1, START, "created", {"level": level, "by": "requester"}),
        Event(2, after(seconds=begin), "status", {"to": "pending", "by": "agent"}),
        Event(3, after(seconds=begin + length), "status", {"to": "open", "by": "requester"}),
    ]

    unpaused = clocks(log[:1], policy, as_of=START)
    waited = clocks(log, policy, as_of=latest(log))

    assert {metric: state.due_at for metric, state in waited.items()} == {
        metric: state.due_at + timedelta(seconds=length) for metric, state in unpaused.items()
    }


@given(any_log, desks(), as_ofs)
def test_an_end_that_is_withdrawn_leaves_no_trace(log, desk, as_of):
    mistake = [
        Event("m1", after(seconds=5), "merged"),
        Event("m2", after(seconds=LAST), "unmerged"),
    ]
    unmerged = [event for event in log if event.type != "merged"]
    looked = after(seconds=max(as_of, LAST))

    assert fold([*unmerged, *mistake], as_of=looked, **desk) == fold(unmerged, as_of=looked, **desk)


@given(st.datetimes(timezones=st.just(START.tzinfo), max_value=datetime(9000, 1, 1)), seconds)
def test_round_the_clock_open_time_is_elapsed_time(start, needed):
    wanted = timedelta(seconds=needed)

    assert ALWAYS_OPEN.open_between(start, ALWAYS_OPEN.used_up(start, wanted)) == wanted


def _breaches(states: tuple[ClockState, ...]) -> set[tuple[str, int, datetime]]:
    return {(each.metric, each.cycle, each.breached_at) for each in states if each.breached_at}


def _with_level(log: list[Event], policy: Policy, *, second: int, to: int):
    """Pair each clock that has not stopped, just before a change of level, with what it becomes."""
    now = after(seconds=second)
    so_far = [event for event in log if event.at <= now]
    change = Event(LAST, now, "level", {"to": to})
    before = fold(so_far, policies={"p": policy}, rules=[Rule({}, "p")], as_of=now)
    since = fold([*so_far, change], policies={"p": policy}, rules=[Rule({}, "p")], as_of=now)
    return [
        (was, becomes) for was, becomes in zip(before, since, strict=True) if not was.stopped_at
    ]
