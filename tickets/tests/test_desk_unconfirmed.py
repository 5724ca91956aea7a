"""The desk's list of requests that wait for their sender, and filing one after a call."""

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import RIGHTS
from tickets.desk import unconfirmed
from tickets.models import Confirmation, Ticket
from tickets.tests.signed_out import link_in, send, sent_signed_out

LIST = "/admin/tickets/ticket/unconfirmed/"
URGENT = {"affected": "most", "ability": "no"}
LEGAL = {
    "q_state": "Pending",
    "q_from": "2026-01-01",
    "q_to": "2026-02-01",
    "q_records": "Messages",
    "q_due": "2026-12-01",
    "shown": "state from to records due",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(alex):
    client = Client()
    client.force_login(alex)
    return client


def sent_urgently(email):
    browser = Client()
    phone = send(browser, email=email, **URGENT)["Location"]
    browser.post(phone, {"phone_answer": "cannot"})
    send(browser, key=phone.split("/")[2], email=email, **URGENT)
    return Confirmation.objects.get(email=email)


def listed(client, **query):
    return [each.email for each in client.get(LIST, query).context["confirmations"]]


def file(client, waits, reason="Robin, at 10:40"):
    return client.post(f"{LIST}{waits.draft_id}/", {"reason": reason})


def test_what_waits_is_listed_the_most_urgent_first_then_the_oldest(agent, time):
    sent_signed_out("first@clinic.example")
    time.advance(minutes=1)
    sent_signed_out("second@clinic.example")
    time.advance(minutes=1)
    sent_urgently("urgent@clinic.example")
    sent_signed_out("machine@clinic.example", website="x")

    page = agent.get(LIST).content.decode()

    assert listed(agent) == [
        "urgent@clinic.example",
        "first@clinic.example",
        "second@clinic.example",
    ]
    assert page.count("Cannot call") == 1
    assert agent.get("/admin/tickets/ticket/").context["queue"].counts["unconfirmed"] == "3"


def test_the_next_page_begins_behind_the_last_row(agent, time, monkeypatch):
    monkeypatch.setattr(unconfirmed, "PAGE", 2)
    for number in range(5):
        sent_signed_out(f"{number}@clinic.example")

    first = agent.get(LIST).context
    second = agent.get(LIST, {"after": first["next"]}).context
    third = agent.get(LIST, {"after": second["next"]}).context

    pages = [[each.email[0] for each in page["confirmations"]] for page in (first, second, third)]
    assert (pages, third["next"]) == ([["0", "1"], ["2", "3"], ["4"]], None)


@pytest.mark.parametrize("cursor", ["x", "1,2,3", "1,2026-01-05T10:00:00,3", "99999999999999,,"])
def test_nonsense_for_a_place_is_nothing(agent, cursor):
    assert agent.get(LIST, {"after": cursor}).status_code == 404


def test_the_list_asks_as_much_for_three_rows_as_for_one(agent):
    def asked():
        agent.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            agent.get(LIST)
        return len(queries)

    sent_signed_out("0@clinic.example")
    one = asked()
    sent_signed_out("1@clinic.example")
    sent_signed_out("2@clinic.example")

    assert asked() == one


def test_agents_see_what_waits_for_their_brands_and_nobody_else_does(
    make_user, make_team, alex, dana
):
    make_team("Here", members=[alex], brands=["clinical-collaboration"])
    make_team("There", members=[make_user("Cho", role="agent")], brands=["perfectserve"])
    make_user("Reader", role="read_only")
    waits = sent_signed_out()
    seen = {}

    for user in User.objects.filter(name__in=["Alex", "Cho", "Reader", "Dana"]):
        client = Client()
        client.force_login(user)
        lists, one = client.get(LIST), client.get(f"{LIST}{waits.draft_id}/")
        rows = len(lists.context["confirmations"]) if lists.status_code == 200 else None
        seen[user.name] = (rows, one.status_code, file(client, waits).status_code)

    assert seen == {
        "Alex": (0, 404, 404),
        "Reader": (None, 404, 404),
        "Dana": (None, 404, 404),
        "Cho": (1, 200, 302),
    }


def test_a_restricted_one_is_for_who_has_that_right(agent, alex):
    waits = sent_signed_out(type="legal-information", **LEGAL)

    before = (listed(agent), agent.get(f"{LIST}{waits.draft_id}/").status_code)
    alex.groups.add(Group.objects.get(name=RIGHTS["legal_requests"].group))

    assert before == ([], 404)
    assert listed(agent) == [waits.email]


def test_an_agent_files_it_after_a_call(agent, alex):
    waits = sent_urgently("urgent@clinic.example")

    response = file(agent, waits)

    ticket = Ticket.objects.get()
    assert response["Location"] == f"/admin/tickets/ticket/{ticket.pk}/change/"
    assert (ticket.requester.email, ticket.requester.name) == (waits.email, waits.name)
    assert not ticket.requester.has_usable_password()
    assert (ticket.channel, ticket.phone_answer, ticket.queue_rank) == ("portal", "called", 1)
    opened, noted = ticket.events.order_by("id")
    assert (opened.type, opened.actor, opened.by, opened.data["filed_after_call"]) == (
        "opened",
        "agent",
        alex,
        "Robin, at 10:40",
    )
    assert noted.message.body == "Filed after a call: Robin, at 10:40"


def test_without_a_reason_nothing_is_filed(agent):
    response = file(agent, sent_signed_out(), reason="  ")

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])
    assert Ticket.objects.count() == 0


def test_nothing_is_filed_for_who_was_shut_out(agent, make_user):
    waits = sent_signed_out(make_user("Gone", is_active=False).email)

    response = file(agent, waits)

    assert response.status_code == 422
    assert "cannot file requests here" in response.content.decode()
    assert Ticket.objects.count() == 0


def test_a_link_after_the_call_finds_the_ticket_that_is_there(agent):
    waits = sent_signed_out()
    file(agent, waits)

    answer = Client().post(link_in(mail.outbox[0]), {"password1": "three blue herons"})

    assert answer.templates[0].name == "tickets/confirm_filed.html"
    assert Ticket.objects.count() == 1
    assert agent.get(f"{LIST}{waits.draft_id}/").status_code == 404
