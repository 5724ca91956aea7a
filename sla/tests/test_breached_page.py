"""The managers' list of broken promises."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from sla import listing
from sla.listing import Line
from sla.models import Breach
from sla.places import Place
from sla.sweep import sweep
from sla.tests.standings import after
from tickets.catalog.models import Brand
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket

PAGE = "/admin/sla/breached/"


@pytest.fixture
def read(client):
    """Read the page as somebody: its status, or its lines."""

    def get(user, **params):
        client.force_login(user)
        return client.get(PAGE, params)

    return get


def lines(response):
    return response.context["page"].lines


def numbers(response):
    return [line.number for line in lines(response)]


def answer(ticket, alex):
    take_turn(ticket, by=alex, turn=Turn(body="Sorry for the wait."))


def test_only_who_may_see_breaches_finds_the_page(read, client, make_user, dana, alex, morgan):
    read_only = make_user("Rita", role="read_only")
    former = make_user("Fran", role="manager")
    User.objects.filter(pk=former.pk).update(is_staff=False)

    assert [read(user).status_code for user in (dana, alex, former, morgan, read_only)] == [
        404,
        404,
        404,
        200,
        200,
    ]


def test_who_is_not_signed_in_is_asked_to(client, db):
    response = client.get(PAGE)

    assert (response.status_code, response["Location"].partition("?next=")[2]) == (302, PAGE)


def test_a_line_says_everything_about_a_breach(read, make_ticket, make_team, alex, morgan, time):
    ticket = make_ticket(level=1)
    team = make_team("Clinical")
    Ticket.objects.filter(pk=ticket.pk).update(team=team, assignee=alex)
    time.advance(hours=2)
    sweep(time.at)

    assert lines(read(morgan)) == [
        Line(
            number=ticket.number,
            url=f"/admin/tickets/ticket/{ticket.pk}/change/",
            subject="Wrong schedule",
            organization="Riverside Clinic",
            level=1,
            metric="First response",
            brand="PerfectServe",
            due=after(hours=1),
            over="1:00",
            state="Still open",
            agent="Alex",
            team="Clinical",
        )
    ]


def test_worst_first_is_open_then_level_then_how_late(read, make_ticket, alex, morgan, time):
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

    assert numbers(read(morgan)) == [
        ticket.number for ticket in (older, newer, lower, answered_late, answered)
    ]
    assert [line.state for line in lines(read(morgan))] == ["Still open"] * 3 + [
        "Answered late"
    ] * 2
    assert [line.over for line in lines(read(morgan))] == ["2:10", "2:00", "1:20", "2:00", "1:00"]


def test_filters_by_brand_level_metric_and_state(read, make_ticket, alex, morgan, time):
    first = make_ticket(level=1)
    other = make_ticket(level=2, brand="clinical-collaboration")
    time.advance(hours=3)
    answer(first, alex)
    time.advance(days=1)
    sweep(time.at)
    brand = Brand.objects.get(key="clinical-collaboration").pk

    def found(**params):
        return [(line.number, line.metric) for line in lines(read(morgan, **params))]

    late_first = (first.number, "First response")
    late_solution = (first.number, "Resolution")
    late_other = (other.number, "First response")
    assert found() == [late_solution, late_other, late_first]
    assert found(brand=brand) == [late_other]
    assert found(level=1) == [late_solution, late_first]
    assert found(metric="first_response") == [late_other, late_first]
    assert found(state="open") == [late_solution, late_other]
    assert found(state="answered") == [late_first]
    assert found(brand=brand, level=1) == []
    assert found(brand="x", level="9", metric="?", state="%", after="x") == found()


def test_a_manager_sees_the_brands_that_their_teams_serve(
    read, make_ticket, make_team, make_user, morgan, time
):
    make_team("Ours", members=[morgan], brands=["perfectserve"])
    make_team("Theirs", brands=["clinical-collaboration"])
    ours = make_ticket(level=1)
    make_ticket(level=1, brand="clinical-collaboration")
    time.advance(hours=2)
    sweep(time.at)

    response = read(morgan)

    assert numbers(response) == [ours.number]
    assert [brand.key for brand in response.context["filter"].fields["brand"].queryset] == [
        "perfectserve"
    ]


def test_of_a_restricted_ticket_only_number_level_and_times_are_shown(
    read, make_ticket, make_team, alex, morgan, time
):
    ticket = make_ticket(level=1, subject="canary subject")
    Ticket.objects.filter(pk=ticket.pk).update(
        restricted=True, assignee=alex, team=make_team("Canary")
    )
    time.advance(hours=2)
    sweep(time.at)

    response = read(morgan)

    assert lines(response) == [
        Line(
            number=ticket.number,
            url="",
            subject="Restricted",
            organization="",
            level=1,
            metric="First response",
            brand="PerfectServe",
            due=after(hours=1),
            over="1:00",
            state="Still open",
            agent="",
            team="",
        )
    ]
    page = response.content.decode()
    assert [word for word in ("canary", "Canary", "Riverside", "Alex") if word in page] == []


def test_who_may_see_restricted_tickets_reads_them_whole(read, make_ticket, morgan, time):
    Ticket.objects.filter(pk=make_ticket(level=1).pk).update(restricted=True)
    morgan.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    time.advance(hours=2)
    sweep(time.at)

    assert [line.subject for line in lines(read(morgan))] == ["Wrong schedule"]


def test_what_was_retracted_is_not_listed(read, make_ticket, morgan, time):
    make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    Breach.objects.update(retracted_at=time.at)

    response = read(morgan)

    assert lines(response) == []
    assert "No promise is broken." in response.content.decode()


def test_a_filter_that_matches_nothing_offers_the_way_back(read, morgan, time):
    page = read(morgan, level=4).content.decode()

    assert "No broken promise matches." in page
    assert f'<a href="{PAGE}">Show all</a>' in page


def test_one_row_and_three_rows_cost_the_same_queries(read, make_ticket, alex, morgan, time):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            make_ticket(level=1)
        time.advance(hours=2)
        sweep(time.at)
        read(morgan)
        with CaptureQueriesContext(connection) as queries:
            response = read(morgan)
        counts.append((len(lines(response)), len(queries)))

    (one, queries), (three, same) = counts
    assert (one, three) == (1, 3)
    assert queries == same


def test_pages_follow_each_other_without_counting_or_repeating(
    read, make_ticket, alex, morgan, time, monkeypatch
):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    tickets = []
    for _number in range(5):
        tickets.append(make_ticket(level=1))
        time.advance(minutes=1)
    time.advance(hours=2)
    sweep(time.at)
    answer(tickets[4], alex)
    expected = [ticket.number for ticket in tickets]

    seen, params = [], {"level": "1"}
    while True:
        with CaptureQueriesContext(connection) as queries:
            response = read(morgan, **params)
        assert not any("COUNT(" in query["sql"] for query in queries)
        seen.append(numbers(response))
        place = response.context["page"].next
        if place is None:
            break
        assert f'?level=1&amp;after={place}" rel="next"' in response.content.decode()
        params["after"] = str(place)
        time.advance(minutes=3)

    assert seen == [expected[:2], expected[2:4], expected[4:]]
    assert "Back to the worst" in response.content.decode()


@pytest.mark.parametrize(
    "text", ["", "x", "1-2-3-4-5", "1-0-1-1-" + "9" * 30, "1-0-1-1", "٣-0-1-1-1"]
)
def test_an_address_that_names_no_place_is_the_beginning(text):
    assert Place.read(text) is None


def test_a_place_reads_what_it_wrote():
    place = Place(after(microseconds=7), True, 3, timedelta(days=2, microseconds=1), 12345)

    assert Place.read(str(place)) == place
