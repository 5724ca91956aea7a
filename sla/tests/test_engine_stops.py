"""Solving and reopening, merging, deleting and spam, and the next response."""

from __future__ import annotations

import pytest

from sla.tests.logs import (
    after,
    answer,
    breached,
    clocks,
    created,
    first_response,
    level,
    met,
    next_responses,
    other,
    paused,
    policy,
    question,
    resolution,
    running,
    standings,
    status,
    targets,
    void,
)

# Solving and reopening


@pytest.mark.parametrize("by", ["requester", "agent", "system"])
@pytest.mark.parametrize("to", ["solved", "closed"])
def test_whoever_solves_or_closes_meets_the_resolution(to, by):
    done = status(to, after(hours=2), by=by)

    assert resolution(created(), done, as_of=after(hours=40)) == met(
        after(hours=2), due_at=after(hours=24)
    )


def test_solved_then_closed_is_one_stop():
    done = [status("solved", after(hours=2)), status("closed", after(hours=9), by="system")]

    assert resolution(created(), *done, as_of=after(hours=40)) == met(
        after(hours=2), due_at=after(hours=24)
    )


@pytest.mark.parametrize("by", ["requester", "agent", "system"])
def test_solving_without_an_answer_voids_the_first_response(by):
    done = status("solved", after(minutes=20), by=by)

    assert first_response(created(), done, as_of=after(hours=3)) == void(after(minutes=20))


def test_reopening_resumes_a_first_response_that_was_never_given():
    ended = [status("solved", after(minutes=20)), status("open", after(hours=5), by="requester")]

    assert first_response(created(), *ended, as_of=after(hours=5)) == running(
        after(hours=5, minutes=40)
    )


def test_an_answer_after_the_solution_is_a_first_response_after_all():
    done, replied = status("solved", after(minutes=20)), answer(after(minutes=30))

    assert first_response(created(), done, replied, as_of=after(hours=3)) == met(
        after(minutes=30), due_at=after(minutes=70)
    )


def test_reopening_keeps_the_first_response_and_resumes_the_resolution():
    states = clocks(
        created(),
        answer(after(minutes=10)),
        status("solved", after(hours=4)),
        status("open", after(hours=76), by="requester"),
        as_of=after(hours=77),
    )

    assert standings(states, "first_response") == [met(after(minutes=10), due_at=after(hours=1))]
    assert standings(states, "resolution") == [running(after(hours=96))]


def test_reopening_may_start_a_new_cycle_with_a_full_target():
    strict = policy(reopen="new_cycle")
    ended = [status("solved", after(hours=4)), status("open", after(hours=76))]

    states = clocks(created(), *ended, as_of=after(hours=77), policies=[strict])

    assert standings(states, "resolution") == [
        met(after(hours=4), due_at=after(hours=24)),
        running(after(hours=100)),
    ]
    assert [each.cycle for each in states if each.metric == "resolution"] == [1, 2]


def test_reopening_into_waiting_pauses_at_once():
    ended = [status("solved", after(hours=4)), status("pending", after(hours=76))]

    assert resolution(created(), *ended, as_of=after(hours=77)) == paused()


def test_reopening_a_late_solution_leaves_its_breach():
    ended = [status("solved", after(hours=30)), status("open", after(hours=40))]

    assert resolution(created(), *ended, as_of=after(hours=41)) == breached(after(hours=24))


def test_reopening_what_was_solved_in_its_last_instant_breaches_from_the_reopening():
    ended = [status("solved", after(hours=24)), status("open", after(hours=40))]

    assert resolution(created(), *ended, as_of=after(hours=41)) == breached(
        after(hours=24), at=after(hours=40)
    )


def test_a_level_changed_while_solved_applies_from_the_reopening():
    ended = [status("solved", after(hours=4)), level(2, after(hours=8))]
    reopened = status("open", after(hours=14))

    stopped = resolution(created(1), *ended, as_of=after(hours=9))
    resumed = resolution(created(1), *ended, reopened, as_of=after(hours=15))

    assert stopped == met(after(hours=4), due_at=after(hours=24))
    assert resumed == running(after(hours=82))


def test_a_shorter_target_used_up_before_the_reopening_starts_afresh_there():
    ended = [status("solved", after(hours=30)), level(1, after(hours=31))]
    reopened = status("open", after(hours=50))

    assert resolution(created(2), *ended, reopened, as_of=after(hours=51)) == running(
        after(hours=74)
    )


# Merged, deleted, spam


@pytest.mark.parametrize("ending", ["merged", "deleted", "spam"])
def test_the_end_of_a_ticket_voids_what_is_still_open_and_keeps_breaches(ending):
    states = clocks(created(), other(ending, after(hours=2)), as_of=after(days=30))

    assert standings(states, "first_response") == [
        breached(after(hours=1), stopped_at=after(hours=2))
    ]
    assert standings(states, "resolution") == [void(after(hours=2))]


@pytest.mark.parametrize("ending", ["merged", "deleted", "spam"])
def test_what_was_met_stays_met_after_the_end(ending):
    ended = [answer(after(minutes=5)), other(ending, after(hours=2))]

    assert first_response(created(), *ended, as_of=after(days=30)) == met(
        after(minutes=5), due_at=after(hours=1)
    )


@pytest.mark.parametrize("ending", ["merged", "deleted", "spam"])
def test_nothing_after_the_end_counts(ending):
    end = other(ending, after(minutes=30))
    more = [
        answer(after(hours=3)),
        status("solved", after(hours=4)),
        status("open", after(hours=5)),
    ]

    assert clocks(created(), end, *more, as_of=after(days=30)) == clocks(
        created(), end, as_of=after(days=30)
    )


@pytest.mark.parametrize("ending, back", [("merged", "unmerged"), ("spam", "not_spam")])
def test_an_end_that_is_withdrawn_has_never_been(ending, back):
    replied = answer(after(hours=3))
    mistake = [other(ending, after(minutes=30)), other(back, after(hours=50))]

    assert clocks(created(), *mistake, replied, as_of=after(hours=60)) == clocks(
        created(), replied, as_of=after(hours=60)
    )


def test_an_end_is_withdrawn_only_by_its_own_opposite():
    end = other("merged", after(minutes=30))

    assert clocks(
        created(), end, other("not_spam", after(hours=1)), as_of=after(hours=2)
    ) == clocks(created(), end, as_of=after(hours=2))


# The next response

CHATTY = {"policies": [policy(targets=targets({1: (1, 24)}, next_response=True))]}


def test_a_question_before_the_first_answer_starts_no_next_response():
    assert (
        next_responses(created(), question(after(minutes=5)), as_of=after(minutes=9), **CHATTY)
        == []
    )


def test_the_oldest_question_since_the_last_answer_starts_the_next_response():
    asked = [question(after(hours=2)), question(after(hours=2, minutes=30))]

    assert next_responses(
        created(), answer(after(minutes=5)), *asked, as_of=after(hours=2, minutes=40), **CHATTY
    ) == [running(after(hours=3))]


def test_each_question_after_an_answer_is_a_new_cycle():
    talk = [
        answer(after(minutes=5)),
        question(after(hours=2)),
        answer(after(hours=2, minutes=20)),
        question(after(hours=4)),
    ]

    assert next_responses(created(), *talk, as_of=after(hours=6), **CHATTY) == [
        met(after(hours=2, minutes=20), due_at=after(hours=3)),
        breached(after(hours=5)),
    ]


@pytest.mark.parametrize("by, kind", [("agent", "met"), ("requester", "void"), ("system", "void")])
def test_only_an_agent_who_solves_meets_the_next_response(by, kind):
    talk = [answer(after(minutes=5)), question(after(hours=2))]
    solved = status("solved", after(hours=2, minutes=20), by=by)

    [clock] = next_responses(created(), *talk, solved, as_of=after(hours=6), **CHATTY)

    assert (
        clock
        == {
            "met": met(after(hours=2, minutes=20), due_at=after(hours=3)),
            "void": void(after(hours=2, minutes=20)),
        }[kind]
    )


def test_a_merge_voids_the_next_response():
    talk = [answer(after(minutes=5)), question(after(hours=2))]

    assert next_responses(
        created(), *talk, other("merged", after(hours=2.5)), as_of=after(hours=6), **CHATTY
    ) == [void(after(hours=2.5))]


def test_a_question_that_reopens_the_ticket_starts_the_next_response():
    solved = [answer(after(minutes=5)), status("solved", after(minutes=6))]
    asked = [question(after(hours=9)), status("open", after(hours=9), by="requester")]

    assert next_responses(created(), *solved, *asked, as_of=after(hours=9), **CHATTY) == [
        running(after(hours=10))
    ]


def test_thanks_on_a_ticket_that_stays_solved_start_no_next_response():
    solved = [answer(after(minutes=5)), status("solved", after(minutes=6))]

    assert (
        next_responses(created(), *solved, question(after(hours=9)), as_of=after(hours=9), **CHATTY)
        == []
    )


def test_an_out_of_office_reply_starts_no_next_response():
    assert (
        next_responses(
            created(),
            answer(after(minutes=5)),
            question(after(minutes=6), auto=True),
            as_of=after(minutes=9),
            **CHATTY,
        )
        == []
    )
