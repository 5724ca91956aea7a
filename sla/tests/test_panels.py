"""What customers and agents read of promises on a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from sla.models import PolicyRule
from sla.panels import breaches, promises
from sla.standing import Standing
from sla.sweep import sweep
from sla.tests.standings import after
from sla.words import spell
from tickets import ending, services
from tickets.conversation import Turn, take_turn
from tickets.timeline import Entry


def shown(ticket, user):
    """Each promise as what, state, words."""
    return [
        (str(line.what), line.state, line.words)
        for line in promises.load([ticket], user)[ticket.pk]["promises"]
    ]


def turn(ticket, alex, **given):
    take_turn(ticket, by=alex, turn=Turn(**given))


@pytest.mark.parametrize(
    "minutes, state, words",
    [
        (0, "on_track", "1:00 left"),
        (44, "on_track", "0:16 left"),
        (45, "soon", "0:15 left"),
        (53, "soon", "0:07 left"),
        (54, "now", "0:06 left"),
        (60, "now", "0:00 left"),
        (61, "late", "Late 0:01"),
        (60 * 24 - 1, "late", "Late 22:59"),
    ],
)
def test_a_running_promise_is_soon_at_a_quarter_and_now_at_a_tenth(
    make_ticket, dana, time, minutes, state, words
):
    ticket = make_ticket(level=1)

    time.advance(minutes=minutes)

    assert shown(ticket, dana)[0] == ("First reply", state, words)


def test_lateness_needs_no_sweep(make_ticket, dana, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    unswept = shown(ticket, dana)

    sweep(time.at)

    assert (
        shown(ticket, dana)
        == unswept
        == [("First reply", "late", "Late 1:00"), ("Solved", "on_track", "22:00 left")]
    )


def test_a_paused_promise_says_how_much_time_it_keeps(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    time.advance(minutes=30)
    turn(ticket, alex, body="Which group?", status="pending")

    time.advance(days=3)

    assert shown(ticket, dana) == [
        ("First reply", "met", "Met"),
        ("Solved", "paused", "Paused, 23:30 left"),
    ]


def test_an_answer_that_came_late_says_by_how_much(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    time.advance(hours=1, minutes=42)
    turn(ticket, alex, body="Sorry.", status="solved")

    assert promises.load([ticket], dana)[ticket.pk] == {
        "next": None,
        "promises": [
            Standing(
                "first_response",
                "First reply",
                "late",
                "0:42 late",
                "promised",
                after(hours=1),
                after(hours=1, minutes=42),
            ),
            Standing(
                "resolution",
                "Solved",
                "met",
                "Met",
                "promised",
                after(hours=24),
                after(hours=1, minutes=42),
            ),
        ],
        "why_url": "",
        "by_rules": "",
    }


def test_solved_without_an_answer_is_no_first_reply(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    turn(ticket, alex, status="solved")

    assert shown(ticket, dana)[0] == ("First reply", "void", "No first reply")


def test_staff_read_of_a_ticket_that_is_not_solved_when_its_resolution_is_due(
    make_ticket, alex, dana, time
):
    ticket = make_ticket(level=1)
    turn(ticket, alex, body="We look.")
    left = ("Resolution", "on_track", "1 d left")

    assert shown(ticket, alex) == [("First response", "met", "Met"), left]
    next_one = promises.next_promises([ticket], now=time.at)[ticket.pk]
    assert (next_one.what, next_one.state, next_one.words) == left


def test_a_reply_that_was_late_and_never_came_was_missed(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    turn(ticket, alex, status="solved")

    assert shown(ticket, dana)[0] == ("First reply", "late", "Missed")


def test_next_is_what_is_due_first(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    assert promises.load([ticket], dana)[ticket.pk]["next"].metric == "first_response"

    turn(ticket, alex, body="We are at it.")

    assert promises.load([ticket], dana)[ticket.pk]["next"].metric == "resolution"


def test_agents_read_what_customers_do_in_the_desks_words_and_why(make_ticket, alex, dana, time):
    ticket = make_ticket(level=1)
    of_customer = promises.load([ticket], dana)[ticket.pk]
    first, solved = (
        replace(stands, what=what)
        for stands, what in zip(
            of_customer["promises"], ("First response", "Resolution"), strict=True
        )
    )

    assert promises.load([ticket], alex) == {
        ticket.pk: {
            "promises": [first, solved],
            "next": first,
            "why_url": f"/admin/sla/tickets/{ticket.pk}/why/",
            "by_rules": "Standard",
        }
    }
    assert (of_customer["why_url"], of_customer["by_rules"]) == ("", "")


def test_a_ticket_without_promises_has_no_panel(make_ticket, dana, time):
    PolicyRule.objects.all().delete()

    assert promises.load([make_ticket()], dana) == {}


def test_many_tickets_cost_no_more_queries_than_one(make_ticket, alex, time):
    tickets = [make_ticket() for _number in range(3)]
    for ticket in tickets:
        turn(ticket, alex, body="Which group?", status="pending")

    counts = []
    for some in (tickets[:1], tickets):
        with CaptureQueriesContext(connection) as queries:
            promises.load(some, alex)
        counts.append(len(queries))

    assert counts == [3, 3]


def test_the_panel_prints_times_for_people_and_machines(make_ticket, dana, time):
    ticket = make_ticket(level=1)
    context = promises.load([ticket], dana)[ticket.pk]

    html = " ".join(render_to_string(promises.template, context).split())

    assert '<time datetime="2026-01-05T11:00:00+00:00">' in html
    assert "First reply: 1:00 left" in html


def test_on_a_ticket_that_was_merged_nothing_is_due_any_more(make_ticket, alex, time):
    ticket, original = make_ticket(level=1), make_ticket(level=1)
    ending.merge(ticket, into=original, by=alex)
    ticket.refresh_from_db()

    shown = promises.load([ticket, original], alex)

    assert [(each.words, each.note) for each in shown[ticket.pk]["promises"]] == [
        ("No longer due", ""),
        ("No longer due", ""),
    ]
    assert [each.state for each in shown[original.pk]["promises"]] == ["on_track", "on_track"]


def test_the_timeline_says_what_was_missed_at_its_deadline(make_ticket, dana, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)

    assert breaches(ticket, dana) == [
        Entry(
            after(hours=1),
            "“First reply” by Mon 5 Jan 2026, 11:00 am UTC was missed",
            kind="breach",
        )
    ]


def test_the_timeline_leaves_out_what_was_retracted(make_ticket, dana, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    services.reply(ticket, by=None, body="-", automatic=True)
    ticket.clocks.get(metric="first_response").breaches.update(
        retracted_at=time.at, retraction_reason="A reply came late."
    )

    assert breaches(ticket, dana) == []


@pytest.mark.parametrize(
    "given, words",
    [
        ({"seconds": 59}, "0:00"),
        ({"minutes": 42}, "0:42"),
        ({"hours": 23, "minutes": 59}, "23:59"),
        ({"days": 1}, "1 d"),
        ({"days": 2, "hours": 3, "minutes": 59}, "2 d 3 h"),
        ({"seconds": -1}, "0:00"),
    ],
)
def test_lengths_are_spelled_short(given, words):
    assert spell(timedelta(**given)) == words
