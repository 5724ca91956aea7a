"""Why a promise is due when it is: each step, and that they add up."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sla.engine import Rule, Target
from sla.opening import calendar_of
from sla.replay import read
from sla.terms import PAUSED, VOID
from sla.tests.logs import (
    HOURS,
    START,
    after,
    answer,
    clocks,
    created,
    level,
    other,
    policy,
    question,
    status,
    targets,
)
from sla.why import explain
from sla.why_steps import (
    AHEAD,
    COUNTED,
    SPARED,
    Breached,
    Cause,
    Due,
    Lapsed,
    NotDue,
    Paused,
    Ran,
    Reopened,
    Retargeted,
    Started,
    Stopped,
    Terms,
    Warned,
)

FILE = json.loads(Path(__file__).with_name("cases.json").read_text())
HOUR = timedelta(hours=1)
NOTHING = timedelta(0)
SEED = policy()


def why(metric, *events, as_of, policies=(SEED,), rules=None):
    """The steps of the last cycle of this metric; the clocks are those of the fold."""
    explained = explain(
        events,
        policies={each.key: each for each in policies},
        rules=[Rule({}, policies[0].key)] if rules is None else rules,
        as_of=as_of,
    )
    folded = clocks(*events, as_of=as_of, policies=policies, rules=rules)
    assert tuple(each.clock for each in explained) == folded
    return [each for each in explained if each.clock.metric == metric][-1].steps


def cause(event):
    by, to = event.data.get("by"), event.data.get("to")
    return Cause(event.id, event.type, by, to if isinstance(to, str | int) else None)


def terms(level=1, target=24 * HOUR, policy="seed", calendar=None):
    return Terms(level, policy, calendar, target)


def ran(at, until, *, total, left, how=COUNTED):
    """A stretch without a closed moment in it."""
    return Ran(at, until, until - at, NOTHING, total, left, (), how)


def due(at, *, target=24 * HOUR, since=START, windows=1, met=False):
    return Due(at, since, target, None, windows, met)


def test_a_clock_that_runs_is_followed_to_where_it_will_be_due():
    opened = created()

    assert why("resolution", opened, as_of=after(hours=4)) == (
        Started(START, cause(opened), terms()),
        ran(START, after(hours=4), total=4 * HOUR, left=20 * HOUR),
        ran(after(hours=4), after(hours=24), total=24 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=24)),
    )


def test_what_was_met_says_what_it_was_spared():
    opened, replied = created(), answer(after(minutes=20))

    assert why("first_response", opened, replied, as_of=after(hours=9)) == (
        Started(START, cause(opened), terms(target=HOUR)),
        ran(START, after(minutes=20), total=HOUR / 3, left=HOUR * 2 / 3),
        Stopped(after(minutes=20), cause(replied), "met"),
        ran(after(minutes=20), after(hours=1), total=HOUR, left=NOTHING, how=SPARED),
        due(after(hours=1), target=HOUR, met=True),
    )


def test_a_pause_says_how_long_in_which_status():
    opened = created()
    waits, goes_on = status("pending", after(hours=2)), status("open", after(hours=30))

    assert why("resolution", opened, waits, goes_on, as_of=after(hours=31)) == (
        Started(START, cause(opened), terms()),
        ran(START, after(hours=2), total=2 * HOUR, left=22 * HOUR),
        Paused(after(hours=2), cause(waits), "pending", after(hours=30)),
        ran(after(hours=30), after(hours=31), total=3 * HOUR, left=21 * HOUR),
        ran(after(hours=31), after(hours=52), total=24 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=52)),
    )


def test_what_is_paused_says_what_is_left_instead_of_a_due_time():
    opened, waits = created(), status("pending", after(hours=2))

    assert why("resolution", opened, waits, as_of=after(hours=9)) == (
        Started(START, cause(opened), terms()),
        ran(START, after(hours=2), total=2 * HOUR, left=22 * HOUR),
        Paused(after(hours=2), cause(waits), "pending"),
        NotDue(after(hours=9), PAUSED, 22 * HOUR),
    )


def test_a_pause_that_a_solution_ends_ends_with_it():
    log = [created(), status("pending", after(hours=2)), status("solved", after(hours=5))]

    paused = next(
        step for step in why("resolution", *log, as_of=after(hours=9)) if step.kind == "paused"
    )

    assert paused == Paused(after(hours=2), cause(log[1]), "pending", after(hours=5))


def test_a_breach_is_dated_and_what_came_too_late_stands_behind_it():
    opened, replied = created(), answer(after(hours=3))

    assert why("first_response", opened, replied, as_of=after(hours=9)) == (
        Started(START, cause(opened), terms(target=HOUR)),
        ran(START, after(hours=1), total=HOUR, left=NOTHING),
        due(after(hours=1), target=HOUR),
        Breached(after(hours=1)),
        Stopped(after(hours=3), cause(replied), "late"),
    )


def test_a_new_target_that_counts_from_the_start():
    opened, lowered = created(1), level(2, after(hours=4))

    assert why("resolution", opened, lowered, as_of=after(hours=4)) == (
        Started(START, cause(opened), terms()),
        ran(START, after(hours=4), total=4 * HOUR, left=68 * HOUR),
        Retargeted(after(hours=4), cause(lowered), terms(2, 72 * HOUR), "from_start"),
        ran(after(hours=4), after(hours=72), total=72 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=72), target=72 * HOUR),
    )


def test_a_fresh_window_that_decides_is_counted_from_the_change():
    opened, raised = created(2), level(1, after(hours=40))

    assert why("resolution", opened, raised, as_of=after(hours=50)) == (
        Started(START, cause(opened), terms(2, 72 * HOUR)),
        Retargeted(after(hours=40), cause(raised), terms(), "fresh_window"),
        ran(after(hours=40), after(hours=50), total=10 * HOUR, left=14 * HOUR),
        ran(after(hours=50), after(hours=64), total=24 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=64), since=after(hours=40), windows=2),
    )


def test_a_fresh_window_that_comes_after_what_was_due_decides_nothing():
    opened, raised = created(2), level(1, after(hours=60))

    assert why("resolution", opened, raised, as_of=after(hours=60)) == (
        Started(START, cause(opened), terms(2, 72 * HOUR)),
        ran(START, after(hours=60), total=60 * HOUR, left=12 * HOUR),
        Retargeted(after(hours=60), cause(raised), terms(), "fresh_window"),
        ran(after(hours=60), after(hours=72), total=72 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=72), target=72 * HOUR, windows=2),
    )


def test_a_target_that_was_used_up_before_it_came_is_broken_as_it_comes():
    opened, raised = created(2), level(1, after(hours=40))
    strict = policy(retarget="from_start")

    assert why("resolution", opened, raised, as_of=after(hours=41), policies=[strict]) == (
        Started(START, cause(opened), terms(2, 72 * HOUR)),
        ran(START, after(hours=24), total=24 * HOUR, left=NOTHING),
        Retargeted(after(hours=40), cause(raised), terms(), "breached"),
        due(after(hours=24)),
        Breached(after(hours=40)),
    )


def test_a_reopening_withdraws_the_stop_and_nothing_ran_in_between():
    opened, solved = created(), status("solved", after(hours=4))
    reopened = status("open", after(hours=76), by="requester")

    assert why("resolution", opened, solved, reopened, as_of=after(hours=76)) == (
        Started(START, cause(opened), terms()),
        ran(START, after(hours=4), total=4 * HOUR, left=20 * HOUR),
        Stopped(after(hours=4), cause(solved), "met"),
        Reopened(after(hours=76), cause(reopened)),
        ran(after(hours=76), after(hours=96), total=24 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=96)),
    )


def test_what_ended_without_an_answer_has_no_due_time():
    opened, solved = created(), status("solved", after(minutes=30))

    assert why("first_response", opened, solved, as_of=after(hours=9)) == (
        Started(START, cause(opened), terms(target=HOUR)),
        ran(START, after(minutes=30), total=HOUR / 2, left=HOUR / 2),
        Stopped(after(minutes=30), cause(solved), "void"),
        NotDue(after(minutes=30), VOID, None),
    )


PLAIN, VIP = policy("plain"), policy("vip", targets=targets({1: (1, 48)}))
BY_CARE = {
    "policies": [PLAIN, VIP, policy("none", targets={})],
    "rules": [Rule({"care": 1}, "vip"), Rule({"care": 2}, "none"), Rule({}, "plain")],
}


def test_another_policy_may_promise_more_time_the_same_or_nothing():
    opened = created(attributes={"care": 0})
    first = other("attributes", after(hours=1), set={"care": 1})
    second = other("attributes", after(hours=2), set={"care": 2})

    assert why("resolution", opened, first, second, as_of=after(hours=3), **BY_CARE) == (
        Started(START, cause(opened), terms(policy="plain")),
        Retargeted(after(hours=1), cause(first), terms(1, 48 * HOUR, "vip"), "from_start"),
        Lapsed(after(hours=2), cause(second)),
        NotDue(after(hours=2), "lapsed", None),
    )
    same = why("first_response", opened, first, as_of=after(hours=1), **BY_CARE)
    assert same[2] == Retargeted(after(hours=1), cause(first), terms(1, HOUR, "vip"), "same")


def test_a_promise_that_comes_later_counts_what_ran_before():
    opened = created(attributes={"care": 2})
    changed = other("attributes", after(hours=3), set={"care": 0})

    assert why("resolution", opened, changed, as_of=after(hours=3), **BY_CARE) == (
        Started(START, cause(opened), None),
        ran(START, after(hours=3), total=3 * HOUR, left=21 * HOUR),
        Retargeted(after(hours=3), cause(changed), terms(policy="plain"), "from_start"),
        ran(after(hours=3), after(hours=24), total=24 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=24)),
    )


def test_a_warning_stands_where_it_comes():
    opened = created()

    assert why("resolution", opened, as_of=START, policies=[policy(warn_pct=75)]) == (
        Started(START, cause(opened), terms()),
        ran(START, after(hours=18), total=18 * HOUR, left=6 * HOUR, how=AHEAD),
        Warned(after(hours=18), 75),
        ran(after(hours=18), after(hours=24), total=24 * HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=24)),
    )


def test_each_next_response_is_explained_by_itself():
    chatty = policy(targets=targets(HOURS, next_response=True))
    asked, again = question(after(hours=2)), question(after(hours=8))
    log = [created(), answer(after(minutes=5)), asked, answer(after(hours=3)), again]

    assert why("next_response", *log, as_of=after(hours=8), policies=[chatty]) == (
        Started(after(hours=8), cause(again), terms(target=HOUR)),
        ran(after(hours=8), after(hours=9), total=HOUR, left=NOTHING, how=AHEAD),
        due(after(hours=9), since=after(hours=8), target=HOUR),
    )


OFFICE = calendar_of(
    {
        "tz": "America/New_York",
        "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": {"2026-01-06": "Epiphany", "2026-01-10": "A Saturday"},
        "exceptions": {"2026-01-08": [], "2026-01-09": [["12:00", "13:00"]]},
    },
    key="office",
)


def test_nights_weekends_and_days_off_are_one_closed_stretch():
    in_hours = policy(targets={(1, "resolution"): Target(24 * 3600, OFFICE)})
    opened = created()

    assert why("resolution", opened, as_of=START, policies=[in_hours]) == (
        Started(START, cause(opened), terms(calendar="office")),
        Ran(
            at=START,
            until=datetime(2026, 1, 12, 21, tzinfo=UTC),
            open=24 * HOUR,
            closed=datetime(2026, 1, 12, 21, tzinfo=UTC) - START - 24 * HOUR,
            total=24 * HOUR,
            left=NOTHING,
            days_off=((date(2026, 1, 6), "Epiphany"), (date(2026, 1, 8), "")),
            how=AHEAD,
        ),
        Due(datetime(2026, 1, 12, 21, tzinfo=UTC), START, 24 * HOUR, "office", 1, False),
    )


# The worked cases

CLOCKED = [case for case in FILE["cases"] if "error" not in case["expect"]]


@pytest.mark.parametrize("case", CLOCKED, ids=lambda case: f"{case['id']} {case['title']}")
def test_the_steps_of_a_worked_case_lead_to_what_it_expects(case):
    told = read(case, defaults=FILE["defaults"])

    explained = explain(told.events, policies=told.policies, rules=told.rules, as_of=told.as_of)

    for each in explained:
        expected = case["expect"][each.clock.metric][each.clock.cycle - 1]
        assert each.steps[0].kind == "started"
        assert each.steps[0].at == each.clock.started_at
        assert [step.at for step in each.steps if isinstance(step, Due)] == [
            datetime.fromisoformat(at) for at in [expected["due_at"]] if at
        ]
        for step in each.steps:
            if isinstance(step, Due):
                assert step.target == sum(
                    (ran.open for ran in each.steps if isinstance(ran, Ran)), NOTHING
                )
    assert sum(map(len, case["expect"].values())) == len(explained)
