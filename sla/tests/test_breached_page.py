"""The managers' list of broken promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import listing
from sla.lines import Line
from sla.models import Breach
from sla.sweep import sweep
from sla.tests.crowds import crowd
from sla.tests.managers import BREACHED, lines, numbers, pages, promises, read, signed_in
from sla.tests.standings import after
from tickets import services
from tickets.catalog.models import Brand
from tickets.conversation import Turn, take_turn
from tickets.events import hold
from tickets.models import Ticket


def answer(ticket, alex):
    take_turn(ticket, by=alex, turn=Turn(body="Sorry for the wait."))


def test_a_line_says_everything_about_a_breach(make_ticket, make_team, alex, morgan, time):
    ticket = make_ticket(level=1, phone_answer="cannot")
    team = make_team("Clinical")
    Ticket.objects.filter(pk=ticket.pk).update(team=team, assignee=alex)
    time.advance(hours=2)
    sweep(time.at)

    response = read(BREACHED, morgan)

    assert lines(response) == [
        Line(
            number=ticket.number,
            ticket=ticket.pk,
            subject="Wrong schedule",
            request_type=ticket.request_type.name,
            subcategory="Schedule assistance",
            organization="Riverside Clinic",
            level=1,
            not_called=True,
            metric="First response",
            brand="PerfectServe",
            due=after(hours=1),
            badge="late",
            words="1:00",
            over=timedelta(hours=1),
            state="Still open",
            agent="Alex",
            team="Clinical",
            breach=Breach.objects.get().pk,
            touched=after(),
        )
    ]
    assert f'<a href="/admin/tickets/ticket/{ticket.pk}/change/">' in response.content.decode()


def test_a_promise_that_was_kept_late_says_when(make_ticket, alex, morgan, time):
    answered, dropped = make_ticket(level=1, phone_answer="called"), make_ticket(level=1)
    time.advance(hours=3)
    answer(answered, alex)
    services.set_status(dropped, by=alex, to="solved")

    found = {line.number: line for line in lines(read(BREACHED, morgan))}

    assert {
        number: (line.state, line.ended, line.over, line.agent) for number, line in found.items()
    } == {
        answered.number: ("Answered late", after(hours=3), timedelta(hours=2), "Alex"),
        dropped.number: ("Ended without", after(hours=3), timedelta(hours=2), ""),
    }


def test_worst_first_is_open_then_level_then_how_late(make_ticket, alex, morgan, time):
    answered_late, answered = make_ticket(level=1), make_ticket(level=1)
    time.advance(hours=2)
    answer(answered, alex)
    time.advance(hours=1)
    answer(answered_late, alex)
    lower = make_ticket(level=2)
    time.advance(minutes=10)
    older = make_ticket(level=1)
    time.advance(minutes=10)
    newer = make_ticket(level=1)
    time.advance(hours=3)
    sweep(time.at)

    response = read(BREACHED, morgan)

    assert [(line.number, line.state, line.words) for line in lines(response)] == [
        (older.number, "Still open", "2:10"),
        (newer.number, "Still open", "2:00"),
        (lower.number, "Still open", "1:20"),
        (answered_late.number, "Answered late", "2:00"),
        (answered.number, "Answered late", "1:00"),
    ]


def test_a_manager_sees_the_brands_that_their_teams_serve(
    make_ticket, make_team, make_user, morgan, time
):
    make_team("Ours", members=[morgan], brands=["perfectserve"])
    make_team("Theirs", brands=["clinical-collaboration"])
    ours = make_ticket(level=1)
    make_ticket(level=1, brand="clinical-collaboration")
    time.advance(hours=2)
    sweep(time.at)
    theirs = Brand.objects.get(key="clinical-collaboration").pk

    response = read(BREACHED, morgan)

    assert numbers(response) == [ours.number]
    assert response.context["filter"].fields["brand"].choices == [
        ("", "Any"),
        (Brand.objects.get(key="perfectserve").pk, "PerfectServe"),
    ]
    assert numbers(read(BREACHED, morgan, brand=theirs)) == [ours.number]


def test_of_a_restricted_ticket_only_number_brand_level_and_times_are_shown(
    make_ticket, make_team, alex, morgan, time
):
    ticket = make_ticket(level=1, subject="canary subject")
    Ticket.objects.filter(pk=ticket.pk).update(
        restricted=True, assignee=alex, team=make_team("Canary")
    )
    time.advance(hours=2)
    sweep(time.at)

    response = read(BREACHED, morgan)

    assert lines(response) == [
        Line(
            number=ticket.number,
            subject="Restricted",
            level=1,
            metric="First response",
            brand="PerfectServe",
            due=after(hours=1),
            badge="late",
            words="1:00",
            over=timedelta(hours=1),
            state="Still open",
        )
    ]
    table = response.content.decode().partition("<table")[2].partition("</table>")[0]
    leaked = ("canary", "Canary", "Riverside", "Alex", "Schedule", "not called")
    assert [word for word in leaked if word in table] == []


def test_nobody_is_led_to_a_restricted_ticket(make_ticket, morgan, time):
    Ticket.objects.filter(pk=make_ticket(level=1).pk).update(restricted=True)
    time.advance(hours=2)
    sweep(time.at)

    assert "/admin/tickets/ticket/1" not in read(BREACHED, morgan).content.decode()


def test_who_may_see_restricted_tickets_reads_them_whole(make_ticket, morgan, time):
    Ticket.objects.filter(pk=make_ticket(level=1).pk).update(restricted=True)
    morgan.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    time.advance(hours=2)
    sweep(time.at)

    assert [line.subject for line in lines(read(BREACHED, morgan))] == ["Wrong schedule"]


def test_what_was_retracted_is_not_listed(make_ticket, alex, morgan, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    with hold(ticket, happened_at=after(minutes=50)) as moment:
        services.reply(ticket, by=alex, body="It was the old one.", moment=moment)

    response = read(BREACHED, morgan)

    assert lines(response) == []
    assert "No promise is broken." in response.content.decode()


def test_a_breach_that_was_retracted_once_is_listed_once(make_ticket, morgan, time):
    make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    standing = Breach.objects.get()
    Breach.objects.create(
        clock=standing.clock,
        breached_at=after(minutes=30),
        detected_at=after(minutes=31),
        retracted_at=after(minutes=40),
        retraction_reason="A reply came late.",
    )

    assert [line.due for line in lines(read(BREACHED, morgan))] == [standing.breached_at]


def test_one_row_three_rows_and_two_hundred_cost_the_same_queries(make_ticket, morgan, time):
    ticket = make_ticket(level=1)
    time.advance(days=1, hours=2)
    sweep(time.at)
    client, asked = signed_in(morgan), {}
    client.get(BREACHED)
    for more in (0, 1, 99):
        crowd(ticket, more)
        with CaptureQueriesContext(connection) as queries:
            client.get(BREACHED)
        asked[Breach.objects.count()] = len(queries)

    # A page that is full without the ended ones does not ask for them.
    assert asked == {2: asked[2], 4: asked[2], 202: asked[2] - 1}
    assert asked[2] <= 21


@pytest.fixture
def six_pages(make_ticket, alex, time, monkeypatch):
    """Two open at each of two levels, and two that ended at each: pages of two."""
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    tickets = []
    for level, hours in ((1, 1), (2, 2)):
        for _number in range(4):
            tickets.append(make_ticket(level=level))
            time.advance(minutes=1)
        time.advance(hours=hours)
    time.advance(hours=3)
    sweep(time.at)
    for ticket in tickets[2:4] + tickets[6:8]:
        answer(ticket, alex)
    return [tickets[0:2], tickets[4:6], tickets[2:4], tickets[6:8]]


def test_pages_follow_each_other_without_counting_or_repeating(six_pages, morgan, time):
    with CaptureQueriesContext(connection) as queries:
        found = [(numbers(page), time.advance(minutes=3)) for page in pages(BREACHED, morgan)]

    assert [page for page, _at in found] == [
        [ticket.number for ticket in tickets] for tickets in six_pages
    ]
    assert not [query for query in queries if "COUNT(*" in query["sql"]]


def test_the_second_page_leads_back_to_the_worst(six_pages, morgan):
    first, second, *_others = pages(BREACHED, morgan, metric="first_response")

    assert "Back to the worst" not in first.content.decode()
    assert '<a href="?metric=first_response">Back to the worst</a>' in second.content.decode()


def test_a_place_behind_everything_leads_back(morgan):
    page = read(BREACHED, morgan, after="1-4-1-1").content.decode()

    assert "No broken promise matches." in page
    assert f'<a href="{BREACHED}">Show all</a>' in page


def test_both_promises_of_a_ticket_are_lines_of_their_own(make_ticket, morgan, time):
    ticket = make_ticket(level=1)
    time.advance(days=1, hours=2)
    sweep(time.at)

    assert promises(read(BREACHED, morgan)) == [
        (ticket.number, "First response"),
        (ticket.number, "Resolution"),
    ]
