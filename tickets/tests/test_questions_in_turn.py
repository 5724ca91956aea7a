"""Questions that hang on answers to questions that hang on answers, as a customer meets them."""

import pytest

from tickets.catalog.tests.files import edited, load
from tickets.models import Ticket

MARK = "      - key: schedule\n        name: Schedule assistance"
PAGING = """      - key: paging
        name: Paging
        meaning: Pages that go astray.
        questions:
          - key: where
            label: "Where?"
            kind: select
            choices: [Ward, Clinic, Home]
            default: Clinic
          - key: means
            label: "By what?"
            kind: multiselect
            choices: [Pager, App, Phone]
            show_when: {where: [Ward, Clinic]}
          - key: model
            label: "Which pager?"
            kind: text
            show_when: {means: [Pager, Phone], where: [Ward]}
          - {key: callback, label: "Where can we call you?", kind: phone, default: requester.phone}
"""
ABOUT = {"kind": "issue", "affected": "nobody", "ability": "yes", "subcategory": "paging"}
TEXTS = {"subject": "Pages", "description": "They go astray."}


pytestmark = pytest.mark.django_db


@pytest.fixture
def place(client, dana):
    """The details of a request whose questions hang on each other, begun by Dana."""
    load(edited((MARK, PAGING + MARK)))
    dana.phone = "1.555.010.0199"
    dana.save(update_fields=["phone"])
    client.force_login(dana)
    return client.post("/new/perfectserve/", ABOUT)["Location"]


def asked(response):
    return [name for name in response.context["form"].fields if name.startswith("q_")]


def send(client, place, shown, **answers):
    return client.post(place, TEXTS | {"shown": shown, "send": ""} | answers)


def value(response, name):
    return response.context["form"][name].value()


def test_a_default_stands_there_at_first_and_shows_what_hangs_on_it(client, place):
    page = client.get(place)

    assert asked(page) == ["q_where", "q_means", "q_callback"]
    assert [value(page, name) for name in asked(page)] == ["Clinic", [], "1.555.010.0199"]


def test_every_condition_must_hold_and_any_of_its_answers_will_do(client, place):
    pages = [
        send(client, place, "where means callback", q_where=where, q_means=means)
        for where, means in (
            ("Clinic", ["Pager"]),
            ("Ward", ["App"]),
            ("Ward", ["App", "Phone"]),
            ("Home", ["Pager"]),
        )
    ]

    assert [[name for name in asked(page) if name == "q_model"] for page in pages] == [
        [],
        [],
        ["q_model"],
        [],
    ]
    assert "q_means" not in asked(pages[-1])


def test_what_an_answer_reveals_is_the_next_step(client, place):
    page = send(
        client, place, "where means callback", q_where="Ward", q_means=["Pager"], q_callback="x"
    )
    next_page = send(
        client,
        place,
        "where means callback",
        q_where="Ward",
        q_means=["Pager"],
        q_callback="1.555.010.0100",
    )

    assert list(page.context["form"].errors) == ["q_callback"]
    assert next_page.status_code == 200
    assert next_page.context["form"].errors == {}
    assert '<a href="#id_q_model">Go to the first one</a>' in next_page.content.decode()
    assert "Error" not in next_page.content.decode()


def test_answers_that_are_hidden_in_the_end_are_not_on_the_ticket(client, place):
    send(
        client,
        place,
        "where means model callback",
        q_where="Home",
        q_means=["Pager"],
        q_model="B2",
        q_callback="1.555.010.0199",
    )

    ticket = Ticket.objects.get()
    assert list(ticket.answers.values_list("key", "value")) == [
        ("where", "Home"),
        ("callback", "1.555.010.0199"),
    ]


def test_what_somebody_emptied_is_not_filled_in_again(client, place):
    page = send(client, place, "where means callback", q_where="Home", q_callback="")
    again = client.get(place)

    assert [list(page.context["form"].errors), value(again, "q_callback")] == [["q_callback"], ""]


def test_a_default_of_a_question_that_appears_later_stands_there_then(client, place):
    page = send(client, place, "callback", q_callback="1.555.010.0199")

    assert value(page, "q_where") == "Clinic"
    assert asked(page) == ["q_where", "q_means", "q_callback"]


def test_signed_out_nothing_is_known(client):
    assert value(client.get("/new/statuspage-access/"), "q_email") is None


def test_nobody_is_asked_for_the_address_that_we_know(client, dana):
    client.force_login(dana)

    page = client.get("/new/statuspage-access/")

    assert [value(page, name) for name in ("q_who", "q_email")] == [dana.name, dana.email]
