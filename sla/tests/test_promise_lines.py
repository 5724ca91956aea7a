"""What the ticket page says of promises, in each state that they can be in."""

from datetime import UTC, datetime

import pytest

from sla.models import PolicyVersion
from sla.services import load_policy
from tickets import conversation, services
from tickets.conversation import Turn, take_turn
from tickets.tests.reading import between


@pytest.fixture
def told(dana, browser_of):
    """What Dana reads between the status of a ticket and its conversation."""

    def told(ticket):
        ticket.refresh_from_db()
        page = browser_of(dana).get(ticket.get_absolute_url())
        status = ticket.status_in_customers_words
        lines = between(page, f"{ticket.number} ·", "Conversation")
        return lines.partition(status)[2].strip()

    return told


def test_what_runs_says_how_long_is_left_and_until_when(make_ticket, told, time):
    assert told(make_ticket(level=3)) == (
        "○ First reply: 4:00 left by Mon 5 Jan, 9:00 am EST "
        "○ Solved: 5 d left by Sat 10 Jan, 5:00 am EST"
    )


def test_what_is_due_soon_and_what_is_due_now_look_different(make_ticket, told, time):
    ticket = make_ticket(level=3)

    time.advance(hours=3)
    soon = told(ticket)
    time.advance(minutes=50)

    assert soon.startswith("▲ First reply: 1:00 left by Mon 5 Jan, 9:00 am EST")
    assert told(ticket).startswith("▲▲ First reply: 0:10 left by Mon 5 Jan, 9:00 am EST")


def test_what_was_kept_says_what_was_promised_and_when_it_came(make_ticket, told, alex, time):
    ticket = make_ticket(level=3)
    time.advance(minutes=65)
    take_turn(ticket, by=alex, turn=Turn(body="We look into it."))

    assert told(ticket) == (
        "✓ First reply: Met promised Mon 5 Jan, 9:00 am EST · came Mon 5 Jan, 6:05 am EST "
        "○ Solved: 4 d 22 h left by Sat 10 Jan, 5:00 am EST"
    )


def test_what_is_paused_says_for_whom_it_waits(make_ticket, told, alex, time):
    ticket = make_ticket(level=3)
    time.advance(hours=1)
    take_turn(ticket, by=alex, turn=Turn(body="Which week?", status="pending"))
    time.advance(days=9)

    assert told(ticket) == (
        "✓ First reply: Met promised Mon 5 Jan, 9:00 am EST · came Mon 5 Jan, 6:00 am EST "
        "‖ Solved: Paused, 4 d 23 h left while we wait for you; the rest runs on when you answer"
    )


def test_what_is_late_says_since_when_and_whom_to_call(make_ticket, told, time):
    ticket = make_ticket(level=3)
    time.advance(hours=5, minutes=30)

    assert told(ticket) == (
        "✕ First reply: Late 1:30 was due Mon 5 Jan, 9:00 am EST "
        "○ Solved: 4 d 18 h left by Sat 10 Jan, 5:00 am EST "
        "We are late: this was due Mon 5 Jan, 9:00 am EST Whoever answers for it has been told. "
        f"If it cannot wait, call 1.877.844.7727, ext. 5 and quote {ticket.number}."
    )


def test_an_answer_that_came_too_late_says_by_how_much(make_ticket, told, alex, time):
    ticket = make_ticket(level=3)
    time.advance(hours=5)
    take_turn(ticket, by=alex, turn=Turn(body="Sorry."))

    assert told(ticket) == (
        "✕ First reply: 1:00 late promised Mon 5 Jan, 9:00 am EST · came Mon 5 Jan, 10:00 am EST "
        "○ Solved: 4 d 19 h left by Sat 10 Jan, 5:00 am EST"
    )


def test_who_solves_it_without_a_reply_reads_that_none_came(make_ticket, told, dana, time):
    ticket = make_ticket(level=3)
    services.set_status(ticket, by=dana, to="solved")

    assert told(ticket).endswith(
        "– First reply: No first reply · it was solved without one "
        "✓ Solved: Met promised Sat 10 Jan, 5:00 am EST · came Mon 5 Jan, 5:00 am EST"
    )


def test_another_level_moves_both_times_and_says_why(make_ticket, told, alex, time):
    ticket = make_ticket(level=3)
    services.set_level(ticket, by=alex, to=2, reason="Two wards wait.")

    assert told(ticket) == (
        "○ First reply: 2:00 left by Mon 5 Jan, 7:00 am EST "
        "○ Solved: 3 d left by Thu 8 Jan, 5:00 am EST "
        "Level 3 became 2: Two wards wait. Mon 5 Jan, 5:00 am EST"
    )


def test_what_was_opened_again_shows_both_its_promises(make_ticket, told, dana, alex, time):
    load_policy(dict.fromkeys((1, 2, 3, 4), (4, 48)))
    PolicyVersion.objects.filter(number=2).update(reopen=PolicyVersion.Reopen.NEW_CYCLE)
    ticket = make_ticket(level=3)
    take_turn(ticket, by=alex, turn=Turn(body="Done.", status="solved"))
    time.advance(days=1)
    conversation.answer(ticket, by=dana, body="Not quite.")

    assert told(ticket) == (
        "✓ First reply: Met promised Mon 5 Jan, 9:00 am EST · came Mon 5 Jan, 5:00 am EST "
        "✓ Solved: Met promised Wed 7 Jan, 5:00 am EST · came Mon 5 Jan, 5:00 am EST "
        "· before it was opened again "
        "○ Solved: 2 d left by Thu 8 Jan, 5:00 am EST"
    )


def test_across_a_change_of_the_clocks_each_time_has_its_own_name(make_ticket, told, alex, time):
    time.at = datetime(2026, 10, 30, 14, 0, tzinfo=UTC)

    assert told(make_ticket(level=3)) == (
        "○ First reply: 4:00 left by Fri 30 Oct, 2:00 pm EDT "
        "○ Solved: 5 d left by Wed 4 Nov, 9:00 am EST"
    )
