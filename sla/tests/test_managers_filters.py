"""What narrows the managers' lists, and what it must not give away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from sla.models import Action, Breach, Clock, Reason
from sla.sweep import sweep
from sla.tests.managers import (
    BREACHED,
    COMPLIANCE,
    DUE,
    REASONS,
    SOON,
    UNANSWERED,
    lines,
    numbers,
    promises,
    read,
)
from tickets import services
from tickets.catalog.models import Brand, RequestType
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket

FIRST, RESOLUTION = "First response", "Resolution"


@pytest.fixture
def two_tickets(make_ticket, make_team, make_user, alex, time):
    """One of the clinic, which is Alex's and Billing's, and one of an office, which is nobody's."""
    office = make_user("Otto", organization="Otto & Sons, 100% Care")
    clinic = make_ticket(level=1, phone_answer="called")
    other = make_ticket(
        level=2, requester=office, brand="clinical-collaboration", type="payment", about=None
    )
    Ticket.objects.filter(pk=clinic.pk).update(team=make_team("Billing"), assignee=alex)
    clinic.refresh_from_db()
    return clinic, other


def test_both_lists_can_be_narrowed_by_what_the_ticket_is(two_tickets, morgan, time):
    clinic, other = two_tickets
    time.advance(hours=3)
    sweep(time.at)
    filters = {
        "brand": (clinic.brand_id, other.brand_id),
        "level": (1, 2),
        "request_type": (clinic.request_type_id, other.request_type_id),
        "subcategory": (clinic.subcategory_id, 0),
        "team": (clinic.team_id, 0),
        "agent": (clinic.assignee_id, 0),
        "organization": ("river", "100% c"),
        "organization_id": (clinic.organization_id, other.organization_id),
    }

    found = {
        (page, name): [set(numbers(read(page, morgan, **{name: value}))) for value in values]
        for page in (BREACHED, DUE)
        for name, values in filters.items()
    }

    assert found == dict.fromkeys(found, [{clinic.number}, {other.number}])
    assert len(found) == 16


def test_who_works_here_no_more_can_still_be_asked_for(two_tickets, alex, morgan, time):
    clinic, _other = two_tickets
    time.advance(hours=3)
    sweep(time.at)
    alex.is_staff = False
    alex.save(update_fields=["is_staff"])

    page = read(BREACHED, morgan, agent=alex.pk)
    customer = read(BREACHED, morgan, agent=clinic.requester_id)

    assert set(numbers(page)) == {clinic.number}
    assert [chip["label"] for chip in page.context["chips"]] == ["Agent: Alex"]
    assert customer.context["chips"] == []


def test_what_is_about_no_product_can_be_asked_for(two_tickets, morgan):
    clinic, other = two_tickets
    Ticket.objects.filter(pk=clinic.pk).update(product="Nurse call")
    Ticket.objects.filter(pk=other.pk).update(product="")

    page = read(DUE, morgan, product="-")

    assert set(numbers(page)) == {other.number}
    assert [chip["label"] for chip in page.context["chips"]] == ["Product: None"]


def test_filters_are_combined(two_tickets, morgan):
    clinic, other = two_tickets

    assert promises(read(DUE, morgan, level=1, metric="resolution")) == [
        (clinic.number, RESOLUTION)
    ]
    assert promises(read(DUE, morgan, level=1, brand=other.brand_id)) == []


def test_breaches_by_promise_state_and_when_they_were_broken(make_ticket, alex, morgan, time):
    ended, answered, still_open = make_ticket(level=1), make_ticket(level=1), make_ticket(level=2)
    time.advance(hours=3)
    take_turn(answered, by=alex, turn=Turn(body="Sorry for the wait."))
    services.set_status(ended, by=alex, to="solved")
    time.advance(days=1)
    sweep(time.at)

    def found(**params):
        return promises(read(BREACHED, morgan, **params))

    unsolved = [(answered.number, RESOLUTION), (still_open.number, FIRST)]
    late, without = (answered.number, FIRST), (ended.number, FIRST)
    assert found() == [*unsolved, without, late]
    assert found(metric="resolution") == unsolved[:1]
    assert found(state="open") == unsolved
    assert found(state="answered") == [late]
    assert found(state="ended") == [without]
    assert found(first="2026-01-06", last="2026-01-06") == unsolved[:1]
    assert found(first="2026-01-05", last="2026-01-05") == [unsolved[1], without, late]
    assert found(first="2026-01-05", last="2026-01-06") == [*unsolved, without, late]
    assert found(first="2026-01-07", last="2026-01-31") == []


def test_what_is_due_by_how_soon(make_ticket, alex, morgan, time):
    tickets = {level: make_ticket(level=level) for level in (1, 2, 3, 4)}
    paused = make_ticket(level=4)
    take_turn(paused, by=alex, turn=Turn(body="Which week?", status="pending"))
    time.advance(hours=1)

    def found(left):
        return [
            (line.level, line.metric, line.words) for line in lines(read(DUE, morgan, left=left))
        ]

    now, soon = (1, FIRST, "0:00 left"), (2, FIRST, "1:00 left")
    today = [(3, FIRST, "3:00 left"), (1, RESOLUTION, "23:00 left")]
    assert found("late") == []
    assert found("30m") == [now]
    assert found("1h") == []
    assert found("4h") == [soon, today[0]]
    assert found("soon") == [now, soon, today[0]]
    assert found("24h") == [today[1]]
    assert {line.words for line in lines(read(DUE, morgan, left="later"))} == {
        "1 d 23 h left",
        "2 d 23 h left",
        "4 d 23 h left",
        "9 d 23 h left",
    }
    assert found("paused") == [(4, RESOLUTION, "Paused, 10 d left")]
    time.advance(microseconds=1)
    assert found("late") == [(1, FIRST, "Late 0:00")]
    assert len(found("")) == len(tickets) * 2 + 1


def test_nonsense_in_the_address_filters_nothing_and_is_not_repeated(two_tickets, morgan, time):
    time.advance(hours=3)
    sweep(time.at)
    nonsense = {
        "brand": "x",
        "level": "9",
        "metric": "?",
        "state": "%",
        "left": "5h",
        "age": "1",
        "order": "x",
        "reason": "-1",
        "subcategory": "x",
        "organization_id": "1.5",
        "restricted": "1",
        "request_type": "1e9",
        "team": "9" * 30,
        "agent": "1; DROP",
        "organization": "a\0b",
        "after": "x",
    }

    for page in (BREACHED, DUE):
        response = read(page, morgan, **nonsense)

        assert promises(response) == promises(read(page, morgan)) != []
        assert response.context["chips"] == []
        assert "Error" not in response.content.decode()
        assert "field-error" not in response.content.decode()


def test_what_is_on_can_be_taken_off_one_by_one_or_all_at_once(two_tickets, morgan):
    response = read(DUE, morgan, level=2, agent=0, organization="care", left="1h", days="7")

    assert response.context["chips"] == [
        {"label": "Level: 2", "url": f"{DUE}?left=1h&agent=0&organization=care"},
        {"label": "Left: 30 min to 1 h", "url": f"{DUE}?level=2&agent=0&organization=care"},
        {"label": "Agent: Nobody", "url": f"{DUE}?level=2&left=1h&organization=care"},
        {"label": "Organization: care", "url": f"{DUE}?level=2&left=1h&agent=0"},
    ]
    page = response.content.decode()
    assert f'<a href="{DUE}">Clear all</a>' in page
    assert "No promise that is due matches." in page
    assert f'<a href="{DUE}">Show all</a>' in page


def test_the_other_list_is_narrowed_by_what_it_knows_too(two_tickets, morgan):
    days = {"first": "2026-01-01", "last": "2026-01-31", "zone": "UTC"}

    response = read(BREACHED, morgan, level=2, state="open", agent=0, reason=0, **days)

    written = "first=2026-01-01&last=2026-01-31"
    assert [tab["url"] for tab in response.context["tabs"]] == [
        f"{BREACHED}?level=2&reason=0&{written}&agent=0&zone=UTC",
        f"{SOON}?level=2&agent=0",
        f"{DUE}?level=2&agent=0",
        f"{UNANSWERED}?level=2&{written}&agent=0&zone=UTC",
        f"{COMPLIANCE}?level=2&{written}&agent=0&zone=UTC",
        f"{REASONS}?level=2&reason=0&{written}&agent=0&zone=UTC",
    ]


def test_a_manager_chooses_among_the_brands_they_serve(make_team, morgan):
    make_team("Ours", members=[morgan], brands=["perfectserve"])
    make_team("Theirs", brands=["clinical-collaboration"])

    for page in (BREACHED, DUE):
        choices = read(page, morgan).context["filter"].fields["brand"].choices

        assert choices == [
            ("", "Any"),
            (Brand.objects.get(key="perfectserve").pk, "PerfectServe"),
        ]


def test_no_filter_finds_out_what_a_restricted_ticket_is_about(
    make_ticket, make_team, alex, morgan, time
):
    ticket = make_ticket(level=1)
    Ticket.objects.filter(pk=ticket.pk).update(
        restricted=True, team=make_team("Legal"), assignee=alex
    )
    ticket.refresh_from_db()
    time.advance(hours=2)
    sweep(time.at)
    telling = {
        "request_type": ticket.request_type_id,
        "subcategory": ticket.subcategory_id,
        "team": ticket.team_id,
        "agent": alex.pk,
        "organization": "riverside",
        "organization_id": ticket.organization_id,
    }
    plain = {
        "brand": ticket.brand_id,
        "level": 1,
        "metric": "first_response",
        "restricted": "yes",
    }

    def found(filters):
        return {
            (page, name): numbers(read(page, morgan, **{name: value}))[:1]
            for page in (BREACHED, DUE)
            for name, value in filters.items()
        }

    assert set(map(tuple, found(telling).values())) == {()}
    assert set(map(tuple, found(plain).values())) == {(ticket.number,)}
    morgan.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    assert set(map(tuple, found(telling).values())) == {(ticket.number,)}


def test_nor_does_asking_for_restricted_ones_too_or_for_what_was_said_of_them(
    make_ticket, morgan, time
):
    ticket = make_ticket(level=1)
    Ticket.objects.filter(pk=ticket.pk).update(restricted=True)
    time.advance(hours=2)
    sweep(time.at)
    other = make_ticket(level=2)
    time.advance(hours=3)
    sweep(time.at)

    assert numbers(read(BREACHED, morgan, restricted="yes")) == [ticket.number]
    about = {"restricted": "yes", "request_type": ticket.request_type_id}
    assert numbers(read(BREACHED, morgan, **about)) == numbers(read(DUE, morgan, **about)) == []
    assert numbers(read(BREACHED, morgan, reason=0)) == [other.number]


def test_an_organization_is_named_by_its_key_too(two_tickets, morgan):
    clinic, _other = two_tickets

    page = read(DUE, morgan, organization_id=clinic.organization_id)

    assert [chip["label"] for chip in page.context["chips"]] == ["Organization: Riverside Clinic"]
    assert numbers(read(DUE, morgan, organization_id=2**40)) == []


def test_promises_to_solve_by_how_long_their_tickets_are_open(make_ticket, morgan, time):
    tickets = []
    for days in (7, 4, 2, 1, 0):
        tickets.append(make_ticket(level=4))
        time.advance(days=days - (7, 4, 2, 1, 0, 0)[len(tickets)])

    found = {
        age: promises(read(DUE, morgan, age=age)) for age in ("0-1", "1-3", "3-7", "7-14", "14-")
    }

    oldest, older, old, young, new = (ticket.number for ticket in tickets)
    assert found == {
        "0-1": [(new, RESOLUTION)],
        "1-3": [(old, RESOLUTION), (young, RESOLUTION)],
        "3-7": [(older, RESOLUTION)],
        "7-14": [(oldest, RESOLUTION)],
        "14-": [],
    }


def test_reasons_and_actions_are_told_and_asked_for(make_ticket, morgan, time):
    told, untold = make_ticket(level=1), make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    reason, action = Reason.objects.all()[0], Action.objects.all()[0]
    Breach.objects.filter(clock__ticket=told).update(
        acknowledged_at=time.at, acknowledged_by=morgan, reason=reason, action=action
    )

    assert [
        (line.number, line.reason, line.action)
        for line in lines(read(BREACHED, morgan, reason=reason.pk))
    ] == [(told.number, reason.name, action.name)]
    assert numbers(read(BREACHED, morgan, reason=0)) == [untold.number]
    page = read(BREACHED, morgan).content.decode()
    assert page.count("not acknowledged") == 1


def test_nor_does_asking_for_who_has_nobody(make_ticket, morgan):
    Ticket.objects.filter(pk=make_ticket().pk).update(restricted=True)

    assert numbers(read(DUE, morgan, agent=0)) == numbers(read(DUE, morgan, team=0)) == []


def test_a_type_that_is_no_longer_offered_can_still_be_asked_for(make_ticket, morgan):
    ticket = make_ticket()
    RequestType.objects.filter(pk=ticket.request_type_id).update(is_active=False)

    assert numbers(read(DUE, morgan, request_type=ticket.request_type_id)) == [ticket.number] * 2


def test_a_promise_due_this_very_moment_is_not_late(make_ticket, morgan, time):
    make_ticket(level=1)
    time.advance(hours=1)

    due = Clock.objects.get(metric="first_response").due_at
    assert due == time.at
    assert [line.left for line in lines(read(DUE, morgan, left="30m"))] == [timedelta(0)]
    assert lines(read(DUE, morgan, left="late")) == []
