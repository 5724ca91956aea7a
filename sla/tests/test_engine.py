"""What starts a clock, what answers it, what pauses it, and its last instant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sla.engine import ClockState, Target, due
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
    note,
    other,
    paused,
    policy,
    question,
    resolution,
    running,
    standings,
    status,
)

# What starts a clock


def test_a_new_ticket_has_both_clocks_running_from_its_creation():
    assert clocks(created(2), as_of=after(minutes=1)) == (
        _new_clock("first_response", seconds=2 * 3600),
        _new_clock("resolution", seconds=72 * 3600),
    )


def test_the_due_time_on_a_form_is_that_of_the_ticket_it_files():
    promised = due(start=START, target=Target(3600))

    assert running(promised) == first_response(created(1), as_of=START)


def test_a_call_logged_late_counts_from_the_call():
    called, looked = after(minutes=-40), after(hours=1)

    assert first_response(created(at=called, by="agent"), as_of=looked) == breached(
        called + timedelta(hours=1)
    )


def test_live_contact_on_an_agents_ticket_is_its_first_response():
    live = created(by="agent", live=True)

    assert first_response(live, as_of=after(hours=3)) == met(START, due_at=after(hours=1))


def test_live_contact_on_a_requesters_ticket_means_nothing():
    live = created(by="requester", live=True)

    assert first_response(live, as_of=after(minutes=3)) == running(after(hours=1))


def test_an_event_dated_before_the_creation_counts_at_the_creation():
    early = answer(after(hours=-1))

    assert first_response(early, created(), as_of=after(hours=3)) == met(
        START, due_at=after(hours=1)
    )


def test_without_a_creation_there_are_no_clocks():
    assert clocks(answer(START), as_of=after(hours=3)) == ()


def test_a_creation_after_the_moment_asked_about_makes_no_clocks():
    assert clocks(created(), as_of=after(hours=-3)) == ()


# What answers


def test_an_agents_public_message_meets_the_first_response():
    replied = answer(after(minutes=50))

    assert first_response(created(), replied, as_of=after(hours=3)) == met(
        after(minutes=50), due_at=after(hours=1)
    )


def test_only_the_first_answer_is_the_first_response():
    replies = [answer(after(minutes=50)), answer(after(hours=2))]

    assert first_response(created(), *replies, as_of=after(hours=3)) == met(
        after(minutes=50), due_at=after(hours=1)
    )


@pytest.mark.parametrize(
    "noise",
    [
        note(after(minutes=5)),
        answer(after(minutes=5), auto=True),
        answer(after(minutes=5), by="system", auto=True),
        question(after(minutes=5)),
        other("assigned", after(minutes=5), to="Ines", by="agent"),
        other("tags", after(minutes=5), by="agent"),
    ],
    ids=["a note", "an agent's auto-reply", "an acknowledgement", "requester", "assignee", "tags"],
)
def test_nothing_else_is_a_response(noise):
    looked = after(minutes=30)

    assert clocks(created(), noise, as_of=looked) == clocks(created(), as_of=looked)


def test_a_reply_and_waiting_saved_at_once_is_a_first_response():
    moment = after(minutes=30)

    states = clocks(created(), status("pending", moment), answer(moment), as_of=after(hours=3))

    assert standings(states, "first_response") == [met(moment, due_at=after(hours=1))]
    assert standings(states, "resolution") == [paused()]


def test_a_reply_and_solved_saved_at_once_is_a_first_response():
    moment = after(minutes=30)

    assert first_response(
        created(), status("solved", moment), answer(moment), as_of=after(hours=3)
    ) == met(moment, due_at=after(hours=1))


# The deadline to the microsecond


def test_at_exactly_the_deadline_the_clock_still_runs():
    assert first_response(created(), as_of=after(hours=1)) == running(after(hours=1))


def test_a_microsecond_later_it_is_breached_at_the_deadline():
    assert first_response(created(), as_of=after(hours=1) + MICROSECOND) == breached(after(hours=1))


def test_an_answer_at_exactly_the_deadline_meets_it():
    replied = answer(after(hours=1))

    assert first_response(created(), replied, as_of=after(hours=3)) == met(
        after(hours=1), due_at=after(hours=1)
    )


def test_a_late_reply_is_a_breach_although_nobody_looked_in_between():
    replied = answer(after(hours=1, seconds=7))

    assert first_response(created(), replied, as_of=after(hours=1, seconds=8)) == breached(
        after(hours=1), stopped_at=after(hours=1, seconds=7)
    )


def test_a_late_solution_is_a_breach_although_nobody_looked_in_between():
    solved = status("solved", after(hours=24, seconds=7))

    assert resolution(created(), solved, as_of=after(hours=24, seconds=8)) == breached(
        after(hours=24), stopped_at=after(hours=24, seconds=7)
    )


def test_a_late_arriving_reply_proves_that_there_was_no_breach():
    replied = answer(after(minutes=59))

    before = first_response(created(), as_of=after(hours=2))
    proven = first_response(created(), replied, as_of=after(hours=2))

    assert before == breached(after(hours=1))
    assert proven == met(after(minutes=59), due_at=after(hours=1))


def test_what_is_yet_to_come_does_not_count():
    replied = answer(after(minutes=50))

    assert first_response(created(), replied, as_of=after(minutes=40)) == running(after(hours=1))


def test_repeated_events_count_once():
    asked, replied = created(), answer(after(minutes=50))

    assert clocks(replied, asked, replied, asked, as_of=after(hours=2)) == clocks(
        asked, replied, as_of=after(hours=2)
    )


# Pauses


def test_waiting_for_the_customer_pauses_the_resolution_alone():
    states = clocks(created(), status("pending", after(minutes=10)), as_of=after(minutes=20))

    assert standings(states, "first_response") == [running(after(hours=1))]
    assert standings(states, "resolution") == [paused()]
    assert states[1].paused_since == after(minutes=10)


def test_a_note_leaves_the_pause_as_old_as_it_was():
    waiting = [status("pending", after(minutes=10)), note(after(minutes=15))]

    states = clocks(created(), *waiting, as_of=after(minutes=20))

    assert states[1].paused_since == after(minutes=10)


def test_on_hold_pauses_nothing():
    held = status("on_hold", after(minutes=10))

    assert resolution(created(), held, as_of=after(hours=5)) == running(after(hours=24))


@pytest.mark.parametrize("by", ["requester", "agent", "system"])
def test_whoever_ends_a_pause_the_deadline_moves_by_its_length(by):
    waited = [status("pending", after(hours=2)), status("open", after(hours=5), by=by)]

    assert resolution(created(), *waited, as_of=after(hours=6)) == running(after(hours=27))


def test_a_pause_beginning_at_exactly_the_deadline_is_too_late():
    waiting = status("pending", after(hours=24))

    at_deadline = resolution(created(), waiting, as_of=after(hours=24))
    later = resolution(created(), waiting, as_of=after(hours=24) + MICROSECOND)

    assert at_deadline == running(after(hours=24))
    assert later == breached(after(hours=24))


def test_a_pause_just_before_the_deadline_leaves_that_much():
    waited = [
        status("pending", after(hours=24) - MICROSECOND),
        status("open", after(hours=30), by="requester"),
    ]

    assert resolution(created(), *waited, as_of=after(hours=30)) == running(
        after(hours=30) + MICROSECOND
    )


def test_a_policy_may_let_the_first_response_pause():
    lenient = policy(pausable=frozenset({"first_response"}))
    waiting = status("pending", after(minutes=10))

    assert first_response(created(), waiting, as_of=after(hours=9), policies=[lenient]) == paused()


def test_solved_while_waiting_is_met_and_due_as_if_it_had_run_on():
    waiting, solved = status("pending", after(hours=2)), status("solved", after(hours=30))

    assert resolution(created(), waiting, solved, as_of=after(hours=40)) == met(
        after(hours=30), due_at=after(hours=52)
    )


def test_a_breached_clock_does_not_pause():
    waiting = status("pending", after(hours=30))

    assert resolution(created(), waiting, as_of=after(hours=40)) == breached(after(hours=24))


def test_a_pause_in_closed_time_moves_nothing():
    shut = policy(targets={(1, "resolution"): Target(3600, OpenFrom(after(hours=10)))})
    waited = [status("pending", after(hours=2)), status("open", after(hours=5))]

    assert resolution(created(), *waited, as_of=after(hours=6), policies=[shut]) == running(
        after(hours=11)
    )


def test_a_pause_counts_only_its_open_part():
    shut = policy(targets={(1, "resolution"): Target(3600, OpenFrom(after(hours=10)))})
    waited = [status("pending", after(hours=9)), status("open", after(hours=10, minutes=5))]

    assert resolution(created(), *waited, as_of=after(hours=11), policies=[shut]) == running(
        after(hours=11, minutes=5)
    )


# One instant, several events


def test_solved_and_reopened_in_one_instant_is_open():
    moment = after(hours=2)

    assert resolution(
        created(), status("open", moment), status("solved", moment), as_of=after(hours=3)
    ) == running(after(hours=24))


def test_an_answer_comes_before_the_change_of_level_of_the_same_instant():
    moment = after(hours=1)

    assert first_response(
        created(1), level(4, moment), answer(moment), as_of=after(hours=2)
    ) == met(moment, due_at=after(hours=1))


def _new_clock(metric: str, *, seconds: int) -> ClockState:
    return ClockState(
        metric=metric,
        cycle=1,
        state="running",
        level=2,
        policy="seed",
        calendar=None,
        target_seconds=seconds,
        started_at=START,
        effective_from=START,
        due_at=START + timedelta(seconds=seconds),
        warn_at=None,
        paused_since=None,
        stopped_at=None,
        stop_kind=None,
        breached_at=None,
    )
