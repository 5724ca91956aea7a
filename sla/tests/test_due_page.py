"""The managers' list of what is due next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import listing
from sla.lines import Line
from sla.models import Clock
from sla.sweep import sweep
from sla.tests.crowds import crowd
from sla.tests.managers import DUE, lines, numbers, pages, promises, read, signed_in
from sla.tests.standings import after
from tickets import services
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket

FIRST, RESOLUTION = "First response", "Resolution"


def turn(ticket, alex, **given):
    take_turn(ticket, by=alex, turn=Turn(**given))


def test_a_line_says_what_is_due_and_how_much_time_there_is(
    make_ticket, make_team, alex, morgan, time
):
    ticket = make_ticket(level=1, phone_answer="cannot")
    Ticket.objects.filter(pk=ticket.pk).update(team=make_team("Clinical"), assignee=alex)
    of_the_ticket = {
        "number": ticket.number,
        "ticket": ticket.pk,
        "subject": "Wrong schedule",
        "request_type": ticket.request_type.name,
        "subcategory": "Schedule assistance",
        "organization": "Riverside Clinic",
        "level": 1,
        "not_called": True,
        "brand": "PerfectServe",
        "agent": "Alex",
        "team": "Clinical",
        "touched": after(),
    }
    time.advance(minutes=50)

    assert lines(read(DUE, morgan)) == [
        Line(
            **of_the_ticket,
            metric=FIRST,
            badge="soon",
            words="0:10 left",
            due=after(hours=1),
            left=timedelta(minutes=10),
        ),
        Line(
            **of_the_ticket,
            metric=RESOLUTION,
            badge="on_track",
            words="23:10 left",
            due=after(hours=24),
            left=timedelta(hours=23, minutes=10),
        ),
    ]


def test_late_comes_first_and_paused_last_whether_or_not_a_sweep_saw_it(
    make_ticket, alex, morgan, time
):
    paused, late, waiting = make_ticket(level=1), make_ticket(level=2), make_ticket(level=4)
    turn(paused, alex, body="Which week?", status="pending")
    time.advance(hours=3)

    unswept = lines(read(DUE, morgan))
    sweep(time.at)

    assert unswept == lines(read(DUE, morgan))
    assert [(line.number, line.metric, line.badge, line.words) for line in unswept] == [
        (late.number, FIRST, "late", "Late 1:00"),
        (waiting.number, FIRST, "on_track", "1 d 21 h left"),
        (late.number, RESOLUTION, "on_track", "2 d 21 h left"),
        (waiting.number, RESOLUTION, "on_track", "9 d 21 h left"),
        (paused.number, RESOLUTION, "paused", "Paused, 1 d left"),
    ]
    assert [(line.over, line.left) for line in (unswept[0], unswept[-1])] == [
        (timedelta(hours=1), None),
        (None, timedelta(days=1)),
    ]


def test_what_has_ended_is_not_due(make_ticket, alex, morgan, time):
    answered, solved = make_ticket(level=1), make_ticket(level=1)
    time.advance(hours=2)
    turn(answered, alex, body="Done?")
    services.set_status(solved, by=alex, to="solved")

    assert promises(read(DUE, morgan)) == [(answered.number, RESOLUTION)]


def test_what_was_broken_and_is_paused_since_counts_as_late(make_ticket, alex, morgan, time):
    ticket = make_ticket(level=1)
    time.advance(hours=25)
    turn(ticket, alex, body="Is it still wrong?", status="pending")

    assert [(line.metric, line.badge, line.words) for line in lines(read(DUE, morgan))] == [
        (RESOLUTION, "late", "Late 1:00")
    ]


def test_of_a_restricted_ticket_only_number_brand_level_and_times_are_shown(
    make_ticket, make_team, alex, morgan, time
):
    ticket = make_ticket(level=1, subject="canary subject", phone_answer="cannot")
    turn(ticket, alex, body="canary answer")
    Ticket.objects.filter(pk=ticket.pk).update(
        restricted=True, queue_rank=0, team=make_team("Canary")
    )

    response = read(DUE, morgan)

    assert lines(response) == [
        Line(
            number=ticket.number,
            subject="Restricted",
            level=1,
            metric=RESOLUTION,
            brand="PerfectServe",
            badge="on_track",
            words="1 d left",
            due=after(hours=24),
            left=timedelta(days=1),
        )
    ]
    table = response.content.decode().partition("<table")[2].partition("</table>")[0]
    leaked = ("canary", "Canary", "Riverside", "Alex", "Schedule", "not called", "href")
    assert [word for word in leaked if word in table] == []


def test_a_manager_sees_the_brands_that_their_teams_serve(make_ticket, make_team, morgan, time):
    make_team("Ours", members=[morgan], brands=["perfectserve"])
    make_team("Theirs", brands=["clinical-collaboration"])
    ours = make_ticket()
    make_ticket(brand="clinical-collaboration", subject="canary")

    response = read(DUE, morgan)

    assert numbers(response) == [ours.number] * 2
    assert "canary" not in response.content.decode()


@pytest.fixture
def ten_promises(make_ticket, alex, time, monkeypatch):
    """Seven with a due time, two of them the same, and three paused: pages of three."""
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    tickets = [make_ticket(level=3) for _number in range(5)]
    for ticket in tickets[:3]:
        turn(ticket, alex, body="Which week?", status="pending")
    time.advance(hours=1)
    make_ticket(level=1), make_ticket(level=4)
    Clock.objects.filter(ticket=tickets[4], metric="resolution").delete()
    return list(
        Clock.objects.filter(stopped_at=None)
        .order_by("due_at", "id")
        .values_list("ticket", "metric")
    )


def test_pages_follow_each_other_without_counting_or_repeating(ten_promises, morgan, time):
    with CaptureQueriesContext(connection) as queries:
        found = [
            [(line.ticket, line.metric) for line in lines(page)]
            for page in pages(DUE, morgan)
            if time.advance(minutes=3)
        ]

    words = {"first_response": FIRST, "resolution": RESOLUTION}
    expected = [(ticket, words[metric]) for ticket, metric in ten_promises]
    assert found == [expected[start : start + 3] for start in (0, 3, 6, 9)]
    assert not [query for query in queries if "COUNT(*" in query["sql"]]


@pytest.mark.parametrize("status", ["open", "pending"])
def test_one_row_three_rows_and_two_hundred_cost_the_same_queries(
    status, make_ticket, alex, morgan, time
):
    ticket = make_ticket(level=1)
    turn(ticket, alex, body="Which week?", status=status)
    client, asked = signed_in(morgan), {}
    client.get(DUE)
    for more in (0, 2, 197):
        crowd(ticket, more)
        with CaptureQueriesContext(connection) as queries:
            client.get(DUE)
        asked[Clock.objects.still_open().count()] = len(queries)

    assert asked == dict.fromkeys((1, 3, 200), asked[1])
    # What is paused asks the log how much is left: events and policies.
    assert asked[1] <= (17 if status == "open" else 19)


def test_an_empty_list_says_so(morgan):
    response = read(DUE, morgan)

    assert lines(response) == []
    assert "Nothing is due." in response.content.decode()
    assert "Download CSV" not in response.content.decode()
