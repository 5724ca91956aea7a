"""What managers do from the list of broken promises: tick, press, and read what came of it."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.messages import get_messages

from sla.models import Breach, Reason
from sla.tests.broken import HANDED, NOT_SEEN, action, break_first_responses, reason
from sla.tests.managers import BREACHED, read, signed_in
from tickets.models import Message, Ticket

ASSIGNMENTS, NOTES, ACKNOWLEDGEMENTS = (
    f"/admin/sla/{name}/" for name in ("assignments", "notes", "acknowledgements")
)
ADDRESSES = [ASSIGNMENTS, NOTES, ACKNOWLEDGEMENTS]


@pytest.fixture
def tickets(make_ticket, time):
    return [make_ticket(level=1) for _number in range(3)]


@pytest.fixture
def breaches(tickets, time):
    return break_first_responses(time, *tickets)


@pytest.fixture
def manager(morgan):
    return signed_in(morgan)


def send(manager, address, breaches=(), **given):
    ticked = [getattr(breach, "pk", breach) for breach in breaches]
    return manager.post(address, {"breach": ticked, "key": uuid.uuid4(), **given})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def bar(response):
    return response.context["bar"]


def assignees():
    return list(Ticket.objects.order_by("pk").values_list("assignee__name", flat=True))


def test_a_tick_and_a_press_hand_a_ticket_over_and_lead_back_to_the_same_list(
    breaches, tickets, manager, alex
):
    response = send(manager, f"{ASSIGNMENTS}?level=1&after=0-1-1-1", breaches[:2], agent=alex.pk)

    assert response["Location"] == f"{BREACHED}?level=1&after=0-1-1-1"
    assert assignees() == ["Alex", "Alex", None]
    assert told(response) == [f"Handed to Alex: {tickets[0].number}, {tickets[1].number}"]


def test_beside_some_buttons_there_is_a_list_of_everybody_and_nobody(
    breaches, manager, alex, morgan, make_user
):
    names = [f"Agent {number}" for number in range(1, 7)]
    agents = [make_user(name, role="agent") for name in names]
    make_user("Rita", role="read_only")

    page = bar(manager.get(BREACHED))

    assert [str(agent) for agent in page.few] == ["Morgan", *names[:5]]
    assert [str(name) for _pk, name in page.fields["other"].choices] == [
        "–",
        *sorted(["Alex", "Morgan", *names]),
        "Nobody",
    ]
    send(manager, ASSIGNMENTS, breaches, other=agents[5].pk)
    assert assignees() == ["Agent 6"] * 3
    send(manager, ASSIGNMENTS, breaches, other=0)
    assert assignees() == [None] * 3


def test_those_who_serve_the_brands_have_the_buttons(make_team, manager, alex, morgan, make_user):
    names = [f"Agent {number}" for number in range(7)]
    agents = [make_user(name, role="agent") for name in names]
    make_team("Ours", members=[morgan, alex], brands=["perfectserve"])
    make_team("Theirs", members=agents, brands=["clinical-collaboration"])

    page = bar(manager.get(BREACHED))

    assert [str(agent) for agent in page.few] == ["Morgan", "Alex"]


def test_what_was_not_done_is_said_of_each_ticket(breaches, tickets, manager, alex, morgan):
    send(manager, ASSIGNMENTS, breaches[:1], agent=alex.pk)
    Ticket.objects.filter(pk=tickets[1].pk).update(restricted=True)

    response = send(manager, ASSIGNMENTS, [*breaches, 10**17], agent=alex.pk)

    assert told(response)[-2:] == [
        f"Handed to Alex: {tickets[2].number}",
        f"Left alone. {tickets[0].number}: It is Alex's already."
        f" {tickets[1].number}: You may not work on this ticket. 1 line is no longer there.",
    ]


def test_a_note_is_written_on_each_ticket_once_however_often_it_is_sent(breaches, tickets, manager):
    for key in [uuid.uuid4()] * 2:
        response = send(manager, NOTES, breaches, body="Call them.", key=key)

    assert [(note.ticket_id, note.body, note.kind) for note in Message.objects.all()[3:]] == [
        (ticket.pk, "Call them.", "note") for ticket in tickets
    ]
    assert told(response)[-1].startswith("Left alone. ")


def test_a_note_goes_along_with_a_press(breaches, manager, alex):
    send(manager, ASSIGNMENTS, breaches[:1], agent=alex.pk, body="Call them.")

    assert Message.objects.filter(kind="note").get().body == "Call them."


def test_many_are_acknowledged_at_once_and_the_list_says_so(breaches, manager, morgan):
    response = send(manager, ACKNOWLEDGEMENTS, breaches, reason=reason().pk, action=action().pk)

    assert told(response)[0].startswith("Acknowledged: PS-")
    shown = read(BREACHED, morgan).context["page"].lines
    assert {(line.reason, line.action) for line in shown} == {
        ("Too few people for what came in", "Talked to the customer")
    }


@pytest.mark.parametrize(
    "address, given, errors",
    [
        (ASSIGNMENTS, {"body": "Mine"}, [("id_do_other", "Choose who gets the tickets")]),
        (ASSIGNMENTS, {"agent": "10"}, [("id_do_other", "Choose somebody who works on tickets")]),
        (NOTES, {"body": " "}, [("id_do_body", "Write the note")]),
        (
            ACKNOWLEDGEMENTS,
            {"body": "Mine"},
            [
                ("id_do_reason", "Choose why it was broken"),
                ("id_do_action", "Choose what is done about it"),
            ],
        ),
    ],
)
def test_what_is_missing_is_said_and_ticks_and_text_stay(breaches, manager, address, given, errors):
    response = send(manager, f"{address}?level=1", breaches[1:2], **given)

    page = response.content.decode()
    assert response.status_code == 422
    assert bar(response).errors_shown() == errors
    assert "Error: Breached promises" in " ".join(page.partition("</title>")[0].split())
    assert page.count(" checked>") == 1
    assert f'value="{breaches[1].pk}" form="do"' in page.partition(" checked>")[0][-200:]
    assert page.count("Mine</textarea>") == ("Mine" in given.values())
    assert response.context["filter"].chosen() == {"level": 1}


def test_enter_alone_does_nothing_and_says_so(breaches, manager):
    response = send(manager, NOTES, breaches, body="Call them.", nothing="1")

    assert bar(response).errors_shown() == [
        ("tick-1", "Press one of the buttons: Enter alone does nothing")
    ]
    assert response.content.decode().count(" checked>") == 3
    assert not Message.objects.filter(kind="note").exists()


@pytest.mark.parametrize("ticked", [[], ["x"], ["-1"], ["1" * 40], list(range(101))])
def test_what_is_no_tick_is_refused(breaches, manager, ticked):
    response = send(manager, NOTES, ticked, body="Call them.")

    assert response.status_code == 422
    assert [where for where, _error in bar(response).errors_shown()] == ["tick-1"]
    assert not Message.objects.filter(kind="note").exists()


def test_a_reason_that_was_archived_meanwhile_is_to_be_chosen_anew(breaches, manager):
    Reason.objects.filter(name=NOT_SEEN).update(is_archived=True)
    chosen = {"reason": Reason.objects.get(name=NOT_SEEN).pk, "action": action(HANDED).pk}

    response = send(manager, ACKNOWLEDGEMENTS, breaches, **chosen)

    assert bar(response).errors_shown() == [
        ("id_do_reason", "Choose another reason: this one is no longer offered")
    ]
    assert NOT_SEEN not in str(bar(response)["reason"])
    assert not Breach.objects.filter(acknowledged_at__isnull=False).exists()


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_looks_there_is_led_to_the_list(manager, address):
    assert manager.get(f"{address}?level=1&tick=all")["Location"] == f"{BREACHED}?level=1"


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_who_may_do_something_about_it_finds_anything(browser_of, make_user, dana, address):
    people = [dana, *(make_user(role.title(), role=role) for role in ("agent", "read_only"))]

    found = [send(browser_of(person), address).status_code for person in people]

    assert found == [404] * 3


def test_who_only_reads_has_nothing_to_tick(breaches, make_user):
    page = read(BREACHED, make_user("Rita", role="read_only"))

    assert bar(page) is None
    assert 'name="breach"' not in page.content.decode()


def test_what_cannot_be_read_cannot_be_ticked(breaches, tickets, manager):
    Ticket.objects.update(restricted=True)

    page = manager.get(BREACHED)

    assert len(page.context["page"].lines) == 3
    assert 'name="breach"' not in page.content.decode()


def test_all_lines_of_a_page_are_ticked_by_a_link(breaches, manager):
    page = manager.get(BREACHED, {"level": 1, "tick": "all"}).content.decode()

    assert page.count(" checked>") == 3
    assert 'formaction="/admin/sla/acknowledgements/?level=1&amp;tick=all"' in page
