"""Other levels, policies and calendars while a clock runs, and when it warns."""

from __future__ import annotations

from sla.engine import ALWAYS_OPEN, Rule, Target
from sla.tests.logs import (
    MICROSECOND,
    START,
    OpenFrom,
    after,
    answer,
    breached,
    clocks,
    created,
    first_response,
    level,
    met,
    other,
    policy,
    resolution,
    running,
    standings,
    status,
    targets,
    void,
)

# Other levels


def test_raising_the_level_counts_the_shorter_target_from_the_start():
    raised = level(1, after(minutes=30))

    assert first_response(created(3), raised, as_of=after(minutes=31)) == running(after(hours=1))


def test_raising_too_late_gives_a_fresh_window_from_the_change():
    raised = level(1, after(hours=2))

    assert first_response(created(3), raised, as_of=after(hours=2)) == running(after(hours=3))


def test_a_fresh_window_is_never_later_than_what_was_promised():
    raised = level(1, after(hours=3, minutes=30))

    assert first_response(created(3), raised, as_of=after(hours=3, minutes=30)) == running(
        after(hours=4)
    )


def test_raising_to_a_target_used_up_this_very_instant_leaves_the_instant():
    raised = level(1, after(hours=1))

    at_change = first_response(created(3), raised, as_of=after(hours=1))
    later = first_response(created(3), raised, as_of=after(hours=1) + MICROSECOND)

    assert at_change == running(after(hours=1))
    assert later == breached(after(hours=1))


def test_raising_too_late_breaches_at_the_change_where_the_policy_counts_from_the_start():
    strict = policy(retarget="from_start")
    raised = level(1, after(hours=2))

    assert first_response(created(3), raised, as_of=after(hours=2), policies=[strict]) == breached(
        after(hours=1), at=after(hours=2)
    )


def test_lowering_the_level_counts_the_longer_target_from_the_start():
    lowered = level(4, after(minutes=30))

    assert first_response(created(2), lowered, as_of=after(hours=1)) == running(after(hours=48))


def test_lowering_and_raising_back_gains_nothing():
    there_and_back = [level(4, after(minutes=20)), level(1, after(minutes=40))]

    assert first_response(created(1), *there_and_back, as_of=after(minutes=50)) == running(
        after(hours=1)
    )


def test_once_in_a_fresh_window_lowering_and_raising_again_starts_another():
    changes = [level(1, after(hours=2)), level(4, after(hours=2.5)), level(1, after(hours=2.6))]

    assert first_response(created(3), *changes, as_of=after(hours=2.7)) == running(after(hours=3.6))


def test_raising_while_paused_still_leaves_the_pause_out():
    changes = [
        status("pending", after(hours=2)),
        level(1, after(hours=26)),
        status("open", after(hours=50)),
    ]

    assert resolution(created(4), *changes, as_of=after(hours=51)) == running(after(hours=72))


def test_a_change_of_level_leaves_a_breach_as_it_is():
    lowered = level(4, after(hours=2))

    states = clocks(created(1), lowered, as_of=after(hours=3))

    assert standings(states, "first_response") == [breached(after(hours=1))]
    assert [each.level for each in states] == [1, 4]


def test_a_stopped_clock_keeps_the_level_it_was_met_at():
    met_at_1 = [answer(after(minutes=5)), level(4, after(minutes=10))]

    states = clocks(created(1), *met_at_1, as_of=after(hours=3))

    assert standings(states, "first_response") == [met(after(minutes=5), due_at=after(hours=1))]
    assert [each.level for each in states] == [1, 4]


# Policies and calendars

GOLD = policy("gold", targets=targets({1: (1, 4), 2: (1, 8), 3: (1, 8), 4: (1, 8)}))
BARE = policy("bare", targets={(4, "resolution"): Target(240 * 3600)})
RULES = [
    Rule({"organization": 7, "request_type": "legal"}, "bare"),
    Rule({"organization": 7}, "gold"),
    Rule({}, "seed"),
]
THREE = {"policies": [policy(), GOLD, BARE], "rules": RULES}


def test_the_first_rule_whose_attributes_all_match_chooses_the_policy():
    chosen = [
        clocks(created(4, attributes=attributes), as_of=START, **THREE)[0].policy
        for attributes in (
            {"organization": 7, "request_type": "legal"},
            {"organization": 7, "request_type": "billing"},
            {"organization": 8, "request_type": "legal"},
        )
    ]

    assert chosen == ["bare", "gold", "seed"]


def test_another_organization_chooses_the_policy_anew():
    joined = other("attributes", after(hours=1), set={"organization": 7})

    assert resolution(created(4), joined, as_of=after(hours=2), **THREE) == running(after(hours=8))


def test_where_no_rule_matches_nothing_is_promised():
    later = [status("pending", after(hours=1)), status("solved", after(hours=2))]

    assert (
        clocks(created(), *later, status("open", after(hours=3)), as_of=after(days=9), rules=[])
        == ()
    )


def test_a_metric_without_a_target_has_no_clock():
    states = clocks(created(4), answer(after(hours=1)), as_of=after(hours=2), policies=[BARE])

    assert [each.metric for each in states] == ["resolution"]


def test_a_clock_that_a_policy_brings_counts_from_the_creation():
    legal = created(4, attributes={"organization": 7, "request_type": "legal"})
    changed = other("attributes", after(minutes=30), set={"request_type": "billing"})

    assert first_response(legal, changed, as_of=after(minutes=31), **THREE) == running(
        after(hours=1)
    )


def test_a_clock_that_comes_when_it_is_used_up_counts_from_the_change():
    legal = created(4, attributes={"organization": 7, "request_type": "legal"})
    changed = other("attributes", after(hours=5), set={"request_type": "billing"})

    assert first_response(legal, changed, as_of=after(hours=5), **THREE) == running(after(hours=6))


def test_what_was_answered_before_it_was_promised_is_no_promise():
    legal = created(4, attributes={"organization": 7, "request_type": "legal"})
    changed = other("attributes", after(hours=5), set={"request_type": "billing"})

    states = clocks(legal, answer(after(hours=4)), changed, as_of=after(hours=6), **THREE)

    assert [each.metric for each in states] == ["resolution"]


def test_a_promise_that_no_policy_makes_any_longer_is_void_until_one_does():
    gold = created(4, attributes={"organization": 7})
    gone = other("attributes", after(minutes=20), set={"request_type": "legal"})
    back = other("attributes", after(minutes=40), set={"request_type": "billing"})

    without = first_response(gold, gone, as_of=after(hours=5), **THREE)
    again = first_response(gold, gone, back, as_of=after(minutes=41), **THREE)

    assert without == void(after(minutes=20))
    assert again == running(after(hours=1))


def test_a_new_version_of_a_policy_holds_only_from_its_event_on():
    newer = policy("seed-2", targets=targets({1: (1, 12), 2: (1, 24)}))
    both = {"policies": [policy(), newer]}
    applied = other("policy", after(hours=3), to="seed-2", **{"from": "seed"})

    before = resolution(created(1), as_of=after(hours=3), **both)
    since = resolution(created(1), applied, as_of=after(hours=3), **both)

    assert [before, since] == [running(after(hours=24)), running(after(hours=12))]


def test_a_policy_that_was_replaced_stays_replaced_when_the_level_changes():
    newer = policy("seed-2", targets=targets({1: (1, 12), 2: (1, 24)}))
    applied = other("policy", after(hours=3), to="seed-2")

    assert resolution(
        created(1),
        applied,
        level(2, after(hours=4)),
        as_of=after(hours=5),
        policies=[policy(), newer],
    ) == running(after(hours=24))


def test_a_stricter_policy_with_the_same_target_leaves_a_fresh_window_as_it_is():
    strict = policy("strict", retarget="from_start")
    raised, applied = level(1, after(hours=40)), other("policy", after(hours=50), to="strict")

    assert resolution(
        created(2), raised, applied, as_of=after(hours=51), policies=[policy(), strict]
    ) == running(after(hours=64))


def test_only_the_policy_that_was_replaced_is():
    newer = policy("seed-2", targets=targets({4: (1, 12)}))
    applied = other("policy", after(hours=3), to="seed-2")
    moved = other("attributes", after(hours=4), set={"organization": 7})

    chosen = clocks(
        created(4),
        applied,
        moved,
        as_of=after(hours=4),
        policies=[*THREE["policies"], newer],
        rules=RULES,
    )

    assert {state.policy for state in chosen} == {"gold"}


def test_a_policy_event_gives_a_policy_where_there_was_none():
    given = other("policy", after(hours=3), to="seed")

    assert resolution(created(1), given, as_of=after(hours=3), rules=[]) == running(after(hours=24))


def test_a_policy_that_does_not_pause_ends_the_pause():
    restless = policy("restless", pause_statuses=frozenset())
    waiting = status("pending", after(hours=2))
    applied = other("policy", after(hours=5), to="restless")

    assert resolution(
        created(), waiting, applied, as_of=after(hours=6), policies=[policy(), restless]
    ) == running(after(hours=27))


def test_another_calendar_counts_from_the_start():
    closed = OpenFrom(after(hours=10))
    replaced = other("calendar", after(hours=5), to=closed, **{"from": ALWAYS_OPEN})

    assert resolution(created(1), replaced, as_of=after(hours=6)) == running(after(hours=34))


# Warnings


def test_a_warning_comes_after_its_part_of_the_target():
    warning = policy(warn_pct=75)

    states = clocks(created(1), as_of=after(minutes=1), policies=[warning])

    assert [each.warn_at for each in states] == [after(minutes=45), after(hours=18)]


def test_a_fresh_window_warns_by_whichever_comes_first():
    warning = policy(warn_pct=75)
    raised = level(1, after(hours=2))

    states = clocks(created(3), raised, as_of=after(hours=2), policies=[warning])

    assert states[0].warn_at == after(hours=2, minutes=45)


def test_a_pause_takes_the_warning_away_unless_it_was_due():
    warning = policy(warn_pct=75)
    early, late = (
        clocks(created(1), status("pending", paused_at), as_of=after(days=3), policies=[warning])
        for paused_at in (after(hours=17), after(hours=19))
    )

    assert [early[1].warn_at, late[1].warn_at] == [None, after(hours=18)]
