"""Whole stories of tickets through the verbs: what was promised, broken, and put right again.

After each the log folded again gives the stored rows, or the story is not true.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from accounts.models import Organization
from sla.models import Breach, Clock
from sla.panels import breaches
from sla.sweep import sweep
from sla.tests.standings import after, assert_stored, breaches_of, gold, standings
from tickets import calling, clock, ending, services
from tickets.about import About, set_attributes
from tickets.calling import Wish
from tickets.conversation import answer
from tickets.events import hold
from tickets.mail.expand import expand
from tickets.mail.models import Notice, OutboundEmail

RUNNING = [
    ("first_response", after(hours=1), None, "", None),
    ("resolution", after(hours=24), None, "", None),
]


def said_late(ticket, *, by, at):
    with hold(ticket, happened_at=at) as moment:
        services.reply(ticket, by=by, body="We are on it.", moment=moment)


# --- Merged, deleted, spam --------------------------------------------------------------


@pytest.mark.parametrize("verb", [ending.mark_spam, ending.delete])
def test_what_is_no_request_any_more_owes_nothing(make_ticket, alex, time, verb):
    ticket = make_ticket(level=1)

    time.advance(minutes=10)
    verb(ticket, by=alex)

    assert standings(ticket) == [
        ("first_response", None, after(minutes=10), "void", None),
        ("resolution", None, after(minutes=10), "void", None),
    ]
    assert_stored(ticket, as_of=time.at)
    assert ticket.next_due_at == clock.NEVER


def test_a_merge_ends_the_promises_of_one_ticket_and_leaves_those_of_the_other(
    make_ticket, alex, time
):
    original = make_ticket(level=1)
    time.advance(minutes=10)
    ticket = make_ticket(level=1)

    time.advance(minutes=10)
    ending.merge(ticket, into=original, by=alex)

    assert [row[1:4] for row in standings(ticket)] == [(None, after(minutes=20), "void")] * 2
    assert standings(original) == RUNNING
    time.advance(hours=30)
    sweep(time.at)
    assert breaches_of(ticket) == []
    assert len(breaches_of(original)) == 2
    for each in (ticket, original):
        assert_stored(each, as_of=time.at)


def test_what_was_broken_before_a_merge_stays_broken(make_ticket, alex, time):
    original, ticket = make_ticket(level=1), make_ticket(level=1)

    time.advance(hours=2)
    ending.merge(ticket, into=original, by=alex)

    assert standings(ticket) == [
        ("first_response", after(hours=1), after(hours=2), "void", after(hours=1)),
        ("resolution", None, after(hours=2), "void", None),
    ]
    assert breaches_of(ticket) == [("first_response", after(hours=1))]
    assert_stored(ticket, as_of=time.at)


def test_a_merge_that_is_taken_back_was_never_there(make_ticket, alex, time):
    original, ticket = make_ticket(level=1), make_ticket(level=1)
    time.advance(minutes=10)
    ending.merge(ticket, into=original, by=alex)

    time.advance(minutes=20)
    ending.unmerge(ticket, by=alex)

    assert standings(ticket) == RUNNING
    assert_stored(ticket, as_of=time.at)


def test_what_fell_due_while_it_was_spam_was_broken_all_along(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    time.advance(minutes=10)
    ending.mark_spam(ticket, by=alex)
    time.advance(hours=3)
    assert sweep(time.at).breached == 0

    ending.not_spam(ticket, by=alex)

    assert breaches_of(ticket) == [("first_response", after(hours=1))]
    assert Breach.objects.get().detected_at == time.at
    assert_stored(ticket, as_of=time.at)


def test_what_was_solved_before_it_was_merged_is_solved_when_it_is_taken_out(
    make_ticket, alex, time
):
    original, ticket = make_ticket(level=1), make_ticket(level=1)
    services.reply(ticket, by=alex, body="Done.")
    services.set_status(ticket, by=alex, to="solved")
    before = standings(ticket)

    time.advance(hours=30)
    ending.merge(ticket, into=original, by=alex)
    assert standings(ticket) == before
    ending.unmerge(ticket, by=alex)

    assert standings(ticket) == before
    assert_stored(ticket, as_of=time.at)


# --- What it is about -------------------------------------------------------------------


def test_a_ticket_that_gets_its_organization_gets_what_that_is_promised(
    make_ticket, make_user, alex, time
):
    harbor = Organization.objects.create(name="Harbor Health")
    version = gold({1: (1, 6)}, organization=harbor)
    ticket = make_ticket(level=1, requester=make_user("Erin"))

    time.advance(minutes=30)
    set_attributes(ticket, by=alex, about=replace(About.of(ticket), organization=harbor))

    assert [row[1] for row in standings(ticket)] == [after(hours=1), after(hours=6)]
    assert set(Clock.objects.filter(ticket=ticket).values_list("policy_version", flat=True)) == {
        version.pk
    }
    assert_stored(ticket, as_of=time.at)


def test_a_promise_that_would_be_broken_by_the_change_gets_a_fresh_window(
    make_ticket, make_user, alex, time
):
    harbor = Organization.objects.create(name="Harbor Health")
    gold({1: (1, 6)}, organization=harbor)
    ticket = make_ticket(level=1, requester=make_user("Erin"))
    services.reply(ticket, by=alex, body="We look into it.")

    time.advance(hours=8)
    set_attributes(ticket, by=alex, about=replace(About.of(ticket), organization=harbor))

    assert standings(ticket)[1] == ("resolution", after(hours=14), None, "", None)
    assert_stored(ticket, as_of=time.at)


def test_or_is_broken_there_and_then_where_the_policy_says_so(make_ticket, make_user, alex, time):
    harbor = Organization.objects.create(name="Harbor Health")
    gold({1: (1, 6)}, organization=harbor, retarget="from_start")
    ticket = make_ticket(level=1, requester=make_user("Erin"))
    services.reply(ticket, by=alex, body="We look into it.")

    time.advance(hours=8)
    set_attributes(ticket, by=alex, about=replace(About.of(ticket), organization=harbor))

    assert standings(ticket)[1] == ("resolution", after(hours=6), None, "", after(hours=8))
    assert_stored(ticket, as_of=time.at)


# --- Live contact -----------------------------------------------------------------------


def test_a_customer_on_the_line_has_the_first_response_at_once(make_ticket, alex, time):
    ticket = make_ticket(
        by=alex, channel="phone", level=1, live=True, received_at=after(minutes=-20)
    )

    assert standings(ticket) == [
        ("first_response", after(minutes=40), after(minutes=-20), "met", None),
        ("resolution", after(hours=23, minutes=40), None, "", None),
    ]
    assert_stored(ticket, as_of=time.at)


# --- What comes in late -----------------------------------------------------------------


def test_a_late_reply_proves_that_the_promise_was_kept(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    [breach] = Breach.objects.all()

    time.advance(hours=1)
    said_late(ticket, by=alex, at=after(minutes=30))

    assert breaches_of(ticket) == []
    breach.refresh_from_db()
    assert (breach.breached_at, breach.retracted_at, breach.retraction_reason) == (
        after(hours=1),
        after(hours=3),
        "An agent's reply of 2026-01-05 10:30:00 UTC came in late, at 2026-01-05 13:00:00 UTC.",
    )
    assert standings(ticket)[0] == (
        "first_response",
        after(hours=1),
        after(minutes=30),
        "met",
        None,
    )
    assert_stored(ticket, as_of=time.at)


def test_agents_read_what_happened_and_customers_of_no_miss(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)

    time.advance(hours=1)
    said_late(ticket, by=alex, at=after(minutes=30))

    assert [(entry.at, entry.sentence) for entry in breaches(ticket, alex)] == [
        (
            after(hours=3),
            "“First response” by Mon 5 Jan 2026, 11:00 am UTC was not missed after all. An agent's "
            "reply of 2026-01-05 10:30:00 UTC came in late, at 2026-01-05 13:00:00 UTC.",
        )
    ]
    assert breaches(ticket, dana) == []


def test_nobody_is_mailed_of_a_breach_that_was_retracted_before(make_ticket, alex, morgan, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    said_late(ticket, by=alex, at=after(minutes=30))

    expand(time.at, limit=100)

    assert Notice.objects.get(kind="breached").expanded_at == time.at
    assert not OutboundEmail.objects.filter(kind="breached").exists()


def test_managers_are_listed_no_retracted_breach(make_ticket, alex, morgan, browser_of, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    browser = browser_of(morgan)
    assert ticket.number in browser.get("/admin/sla/breached/").content.decode()

    said_late(ticket, by=alex, at=after(minutes=30))

    assert ticket.number not in browser.get("/admin/sla/breached/").content.decode()


def test_a_promise_may_be_broken_again_after_a_breach_was_retracted(make_ticket, alex, dana, time):
    """Dana's answer came in first, though Alex had asked her back before the deadline."""
    ticket = make_ticket(level=1)
    services.reply(ticket, by=alex, body="We look into it.")
    time.advance(hours=25)
    sweep(time.at)
    assert breaches_of(ticket) == [("resolution", after(hours=24))]

    with hold(ticket, happened_at=after(hours=20)) as moment:
        services.set_status(ticket, by=alex, to="pending", moment=moment)
    assert breaches_of(ticket) == []
    answer(ticket, by=dana, body="Here it is.", happened_at=after(hours=24, minutes=30))
    time.advance(hours=10)
    sweep(time.at)

    assert breaches_of(ticket) == [("resolution", after(hours=28, minutes=30))]
    assert list(Breach.objects.order_by("id").values_list("breached_at", "retracted_at")) == [
        (after(hours=24), after(hours=25)),
        (after(hours=28, minutes=30), None),
    ]
    assert_stored(ticket, as_of=time.at)


def test_a_late_question_ends_a_pause_when_it_was_asked(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    services.reply(ticket, by=alex, body="Which one?")
    services.set_status(ticket, by=alex, to="pending")

    time.advance(hours=30)
    answer(ticket, by=dana, body="The first.", happened_at=after(hours=2))

    assert standings(ticket)[1] == ("resolution", after(hours=26), None, "", after(hours=26))
    assert Breach.objects.get().detected_at == after(hours=30)
    assert_stored(ticket, as_of=time.at)


def test_in_whatever_order_they_come_in_the_clocks_are_the_same(make_ticket, alex, dana, time):
    events = [
        (after(minutes=40), lambda ticket, moment: _say(ticket, alex, moment)),
        (after(hours=3), lambda ticket, moment: _say(ticket, dana, moment)),
        (after(hours=5), lambda ticket, moment: _say(ticket, alex, moment)),
        (after(hours=7), lambda ticket, moment: _raise(ticket, alex, moment)),
    ]

    found = []
    for order in permutations(events):
        time.at = after()
        ticket = make_ticket(level=2)
        time.at = after(hours=80)
        sweep(time.at)
        for at, act in order:
            with hold(ticket, happened_at=at) as moment:
                act(ticket, moment)
        found.append((standings(ticket), breaches_of(ticket)))
        assert_stored(ticket, as_of=time.at)

    assert found == [found[0]] * 24
    assert found[0] == (
        [
            ("first_response", after(hours=2), after(minutes=40), "met", None),
            ("resolution", after(hours=24), None, "", after(hours=24)),
        ],
        [("resolution", after(hours=24))],
    )


def _say(ticket, by, moment):
    services.reply(ticket, by=by, body="So it is.", moment=moment)


def _raise(ticket, by, moment):
    services.set_level(ticket, by=by, to=1, reason="It is urgent.", moment=moment)


# --- Called back ------------------------------------------------------------------------


def call_waits(ticket, *, by, at):
    later = at + timedelta(hours=8)
    wish = Wish("212.555.0101", call_after=at, call_before=later, time_zone="UTC")
    return calling.ask(ticket, by=by, wish=wish)


def test_a_call_that_reached_its_customer_is_the_first_response(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    callback = call_waits(ticket, by=alex, at=time.at)

    time.advance(minutes=10)
    calling.log_attempt(callback, by=alex, result="voicemail")
    assert standings(ticket) == RUNNING
    time.advance(minutes=10)
    calling.log_attempt(callback, by=alex, result="reached")

    assert standings(ticket) == [
        ("first_response", after(hours=1), after(minutes=20), "met", None),
        RUNNING[1],
    ]
    assert_stored(ticket, as_of=time.at)


@pytest.mark.parametrize("result", ["no_answer", "voicemail", "wrong_number"])
def test_who_was_not_reached_was_not_answered(make_ticket, alex, time, result):
    ticket = make_ticket(level=1)
    callback = call_waits(ticket, by=alex, at=time.at)

    time.advance(minutes=10)
    calling.log_attempt(callback, by=alex, result=result)

    time.advance(hours=2)
    sweep(time.at)
    assert breaches_of(ticket) == [("first_response", after(hours=1))]
    assert_stored(ticket, as_of=time.at)


def test_a_call_in_time_that_is_logged_late_takes_its_breach_back(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    callback = call_waits(ticket, by=alex, at=time.at)
    time.advance(hours=2)
    sweep(time.at)

    calling.call_back(callback, by=alex, result="reached", happened_at=after(minutes=30))

    assert breaches_of(ticket) == []
    [breach] = Breach.objects.all()
    assert breach.retraction_reason.startswith("A call to the customer of 2026-01-05 10:30:00 UTC")
    assert_stored(ticket, as_of=time.at)
