"""How many promises wait for people who should have called and did not, and which."""

import pytest

from sla.tests.managers import BREACHED, DUE, numbers, read
from tickets import counting, services
from tickets.models import Ticket

STATE = {"left": "not-called"}
WORDS = "promises to people who were asked to call and did not"


def counted(response):
    return response.context["not_called"]["shown"]


@pytest.fixture
def not_called(make_ticket):
    return make_ticket(level=1, phone_answer="cannot")


def test_the_number_leads_to_a_list_as_long(not_called, make_ticket, morgan):
    make_ticket(level=1, phone_answer="called"), make_ticket(level=3)

    page = read(DUE, morgan)
    found = read(DUE, morgan, **STATE)

    assert f'<a href="{DUE}?left=not-called">2 {WORDS}</a>' in page.content.decode()
    assert numbers(found) == [not_called.number] * 2


def test_it_goes_down_when_somebody_answers(not_called, morgan, alex):
    services.reply(not_called, by=alex, body="We are on it.")

    page = read(DUE, morgan)

    assert counted(page) == "0"
    assert WORDS not in page.content.decode()


def test_other_brands_and_restricted_tickets_count_for_those_who_see_them(
    not_called, make_ticket, make_team, morgan
):
    make_team("Ours", members=[morgan], brands=["perfectserve"])
    make_team("Theirs", brands=["clinical-collaboration"])
    make_ticket(level=1, brand="clinical-collaboration")
    Ticket.objects.filter(pk=make_ticket(level=2).pk).update(restricted=True)

    assert counted(read(DUE, morgan)) == "2"
    assert numbers(read(DUE, morgan, **STATE)) == [not_called.number] * 2


def test_more_than_anybody_would_count_is_said_so(not_called, make_ticket, morgan, monkeypatch):
    monkeypatch.setattr(counting, "MOST", 3)
    make_ticket(level=2)

    assert counted(read(DUE, morgan)) == "2+"


def test_the_list_of_what_is_broken_does_not_count_them(not_called, morgan):
    assert read(BREACHED, morgan).context["not_called"] is None
