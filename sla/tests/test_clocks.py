"""Tickets are lived through; their clocks and breaches must say what the promises came to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import services as policies
from sla.models import Breach, Clock, Policy, PolicyRule, PolicyVersion, Target
from sla.sweep import sweep
from sla.tests.standings import START, after, breaches_of, clock_of, standings
from tickets import clock, services
from tickets.catalog.models import Brand
from tickets.conversation import Turn, answer, take_turn
from tickets.mail.models import Notice
from tickets.states import Status


def reply(ticket, alex, **turn):
    take_turn(ticket, by=alex, turn=Turn(body="We look into it.", **turn))


def test_filing_starts_both_clocks(make_ticket, time):
    ticket = make_ticket(level=1)

    assert standings(ticket) == [
        ("first_response", after(hours=1), None, "", None),
        ("resolution", after(hours=24), None, "", None),
    ]
    assert ticket.next_due_at == after(hours=1)


def test_a_clock_says_what_it_was_promised_by(make_ticket, time):
    ticket = make_ticket(level=2)

    first = clock_of(ticket, "first_response")

    assert (first.policy_version, first.level_id, first.target_seconds, first.started_at) == (
        PolicyVersion.objects.get(),
        2,
        7200,
        START,
    )


def test_reply_and_pending_in_one_turn_counts_as_first_response(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(minutes=30)
    reply(ticket, alex, status=Status.PENDING)

    assert standings(ticket) == [
        ("first_response", after(hours=1), after(minutes=30), "met", None),
        ("resolution", None, None, "", None),
    ]
    ticket.refresh_from_db()
    assert ticket.next_due_at == clock.NEVER


def test_the_customers_answer_resumes_the_clock(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    time.advance(minutes=30)
    reply(ticket, alex, status=Status.PENDING)

    time.advance(hours=5)
    answer(ticket, by=dana, body="Here it is.")

    assert standings(ticket)[1] == ("resolution", after(hours=29), None, "", None)
    ticket.refresh_from_db()
    assert ticket.next_due_at == after(hours=29)


def test_pending_without_a_reply_does_not_pause_the_first_response(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(minutes=10)
    services.set_status(ticket, by=alex, to=Status.PENDING)

    assert standings(ticket) == [
        ("first_response", after(hours=1), None, "", None),
        ("resolution", None, None, "", None),
    ]


def test_on_hold_pauses_nothing(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    services.set_status(ticket, by=alex, to=Status.ON_HOLD)

    assert [row[1] for row in standings(ticket)] == [after(hours=1), after(hours=24)]


def test_a_note_an_automatic_reply_and_an_assignment_change_no_row(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    before = list(Clock.objects.values())

    time.advance(minutes=10)
    services.note(ticket, by=alex, body="Known fault.")
    services.reply(ticket, by=None, body="We got your message.", automatic=True)
    services.assign(ticket, by=alex, to=alex)

    assert list(Clock.objects.values()) == before


def test_reopening_resumes_the_resolution_and_not_the_first_response(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    time.advance(minutes=30)
    reply(ticket, alex)
    time.advance(minutes=30)
    services.set_status(ticket, by=alex, to=Status.SOLVED)
    assert standings(ticket)[1] == ("resolution", after(hours=24), after(hours=1), "met", None)

    time.advance(hours=10)
    answer(ticket, by=dana, body="It is back.")

    assert standings(ticket) == [
        ("first_response", after(hours=1), after(minutes=30), "met", None),
        ("resolution", after(hours=34), None, "", None),
    ]


def test_a_change_of_level_derives_both_deadlines_anew(make_ticket, alex, time):
    ticket = make_ticket(level=4)

    time.advance(minutes=30)
    services.set_level(ticket, by=alex, to=1, reason="Everybody is affected.")

    assert standings(ticket) == [
        ("first_response", after(hours=1), None, "", None),
        ("resolution", after(hours=24), None, "", None),
    ]
    assert clock_of(ticket, "resolution").level_id == 1


def test_a_change_of_level_never_breaches_but_starts_a_fresh_window(make_ticket, alex, time):
    ticket = make_ticket(level=4)

    time.advance(hours=10)
    services.set_level(ticket, by=alex, to=1, reason="Everybody is affected.")

    assert standings(ticket)[0] == ("first_response", after(hours=11), None, "", None)


def test_a_change_of_level_keeps_past_breaches(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(hours=2)
    services.set_level(ticket, by=alex, to=4, reason="Only one person.")

    assert breaches_of(ticket) == [("first_response", after(hours=1))]
    assert standings(ticket)[0] == ("first_response", after(hours=1), None, "", after(hours=1))


def test_a_late_reply_between_two_sweeps_is_a_breach_dated_at_its_deadline(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(hours=1, seconds=5)
    reply(ticket, alex)

    assert standings(ticket)[0] == (
        "first_response",
        after(hours=1),
        after(hours=1, seconds=5),
        "met",
        after(hours=1),
    )
    breach = Breach.objects.get()
    assert (breach.breached_at, breach.detected_at) == (after(hours=1), after(hours=1, seconds=5))
    assert list(Notice.objects.filter(kind="breached").values_list("subject_id", flat=True)) == [
        breach.pk
    ]


def test_a_late_resolution_between_two_sweeps_is_a_breach(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    reply(ticket, alex)

    time.advance(hours=24, seconds=1)
    services.set_status(ticket, by=alex, to=Status.SOLVED)

    assert breaches_of(ticket) == [("resolution", after(hours=24))]


def test_an_answer_at_exactly_the_deadline_is_in_time(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(hours=1)
    reply(ticket, alex)

    assert breaches_of(ticket) == []


def test_solved_without_an_answer_leaves_the_first_response_void(make_ticket, alex, time):
    ticket = make_ticket(level=1)

    time.advance(minutes=10)
    services.set_status(ticket, by=alex, to=Status.SOLVED)

    assert standings(ticket) == [
        ("first_response", None, after(minutes=10), "void", None),
        ("resolution", after(hours=24), after(minutes=10), "met", None),
    ]
    ticket.refresh_from_db()
    assert ticket.next_due_at == clock.NEVER


def test_a_call_logged_late_is_breached_at_once_dated_at_its_deadline(make_ticket, time):
    ticket = make_ticket(level=1, received_at=after(hours=-3), channel="phone")

    assert breaches_of(ticket) == [("first_response", after(hours=-2))]
    assert Breach.objects.get().detected_at == START
    assert Notice.objects.filter(kind="breached").count() == 1
    assert ticket.next_due_at == after(hours=-2)


def test_an_overdue_promise_keeps_its_place_in_the_queue_until_it_is_kept(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    time.advance(hours=3)
    services.set_status(ticket, by=alex, to=Status.OPEN)
    ticket.refresh_from_db()
    assert ticket.next_due_at == after(hours=1)

    reply(ticket, alex)

    ticket.refresh_from_db()
    assert ticket.next_due_at == after(hours=24)


def test_without_a_policy_nothing_is_promised(make_ticket, alex, time):
    PolicyRule.objects.all().delete()

    ticket = make_ticket(level=1)
    services.set_status(ticket, by=alex, to=Status.SOLVED)

    assert standings(ticket) == []
    assert ticket.next_due_at == clock.NEVER


def test_without_a_resolution_target_the_resolution_is_not_failed(make_ticket, time):
    policies.load_policy({1: (1, 24)})
    PolicyVersion.objects.get(number=2).targets.filter(metric="resolution").delete()

    time.advance(hours=1)
    ticket = make_ticket(level=1)
    time.advance(days=100)
    sweep(time.at)

    assert [row[0] for row in standings(ticket)] == ["first_response"]


def test_a_ticket_keeps_the_version_it_was_promised(make_ticket, alex, time):
    ticket = make_ticket(level=3)
    time.advance(hours=1)
    policies.load_policy(dict.fromkeys((1, 2, 3, 4), (1, 2)))

    services.set_level(ticket, by=alex, to=4, reason="Only one person.")
    newer = make_ticket(level=4)

    assert [row[1] for row in standings(ticket)] == [after(hours=48), after(hours=240)]
    assert [row[1] for row in standings(newer)] == [after(hours=2), after(hours=3)]


def test_an_ended_rule_still_counts_for_what_was_filed_before(make_ticket, alex, time):
    ticket = make_ticket(level=3)
    time.advance(hours=1)
    policies.end_rules(PolicyRule.objects.all())

    services.set_level(ticket, by=alex, to=1, reason="Everybody is affected.")
    newer = make_ticket(level=1)

    assert standings(ticket)[0][1] == after(hours=1)
    assert standings(newer) == []


def test_a_rule_of_an_organization_comes_before_the_rule_of_all(make_ticket, time):
    gold = Policy.objects.create(key="gold", name="Gold")
    version = PolicyVersion.objects.create(
        policy=gold, number=1, created_at=START, reopen="resume", retarget="no_retroactive"
    )
    Target.objects.create(version=version, level_id=1, metric="first_response", seconds=60)
    PolicyRule.objects.update(position=1)
    other = Brand.objects.get(key="clinical-collaboration")
    policies.add_rule(PolicyRule(policy=gold, brand=other))

    assert standings(make_ticket(level=1, brand=other.key)) == [
        ("first_response", after(minutes=1), None, "", None)
    ]
    assert standings(make_ticket(level=1))[0] == ("first_response", after(hours=1), None, "", None)


def test_the_next_event_finds_the_sweeps_breach_and_does_not_double_it(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    assert sweep(time.at).breached == 1

    time.advance(hours=1)
    reply(ticket, alex)

    assert breaches_of(ticket) == [("first_response", after(hours=1))]
    assert Breach.objects.get().detected_at == after(hours=2)
    assert Notice.objects.filter(kind="breached").count() == 1


def test_filing_asks_the_database_at_most_six_times(make_ticket, time):
    make_ticket()  # the book is read once per process

    assert (
        len(_queries_of_promises(lambda: make_ticket(level=1, received_at=after(hours=-50)))) <= 6
    )


@pytest.mark.parametrize("length", [1, 20])
def test_the_length_of_the_log_costs_no_query(length, make_ticket, alex, time):
    ticket = make_ticket(level=4)
    for _round in range(length):
        time.advance(minutes=1)
        reply(ticket, alex)

    queries = _queries_of_promises(lambda: services.reply(ticket, by=alex, body="Once more."))

    assert len(queries) == 3


def _queries_of_promises(act):
    """The queries of `act` on the tables of sla, the notices of breaches and the next due time."""
    with CaptureQueriesContext(connection) as captured:
        act()
    words = ("sla_", "'breached'", '"next_due_at" = ', 'FROM "tickets_event"')
    return [query["sql"] for query in captured if any(word in query["sql"] for word in words)]


def test_a_moment_before_the_deadline_is_not_late(make_ticket, time):
    ticket = make_ticket(level=1)

    time.at = after(hours=1) - timedelta(microseconds=1)
    assert sweep(time.at).breached == 0
    time.at = after(hours=1, microseconds=1)
    assert sweep(time.at).breached == 1

    assert breaches_of(ticket) == [("first_response", after(hours=1))]
