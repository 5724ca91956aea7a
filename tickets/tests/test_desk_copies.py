"""Copied people on the desk's page of a ticket: staff see them, agents change them there."""

import re

import pytest
from django.core import mail
from django.test import Client

from tickets import watching
from tickets.models import Proposal, Watcher
from tickets.tests.reading import words_of

UNTIL = "waiting for confirmation until …"


@pytest.fixture
def ticket(make_ticket, dana, make_user, time):
    """One that Cho reads, and that Ana was asked to read."""
    ticket, cho = make_ticket(), make_user("Cho")
    watching.watch(ticket, by=cho, added_by=dana)
    watching.propose(ticket, email="ana@else.example", by=dana)
    return ticket


@pytest.fixture
def desk(ticket):
    """Return a browser of somebody, and the words of the panel on the desk's page there."""

    def desk(user):
        browser = Client()
        browser.force_login(user)
        return browser, f"/admin/tickets/ticket/{ticket.pk}/change/?_changelist_filters=tab%3Dall"

    return desk


def panel(browser, page):
    words = words_of(browser.get(page))
    words = re.sub(r"until [^:]+:\d\d [ap]m EST", "until …", words)
    return words[words.index("Copied people") :].partition(" Keyboard shortcuts")[0]


def test_an_agent_removes_who_is_copied_and_who_was_asked_and_stays_there(ticket, desk, alex):
    browser, page = desk(alex)
    before = panel(browser, page)
    removal = f"/tickets/{ticket.pk}/copies/removal/"

    for key, row in (("watcher", Watcher.objects.get()), ("proposal", Proposal.objects.get())):
        answer = browser.post(removal, {key: row.pk, "next": page})
        assert answer["Location"] == page

    assert before.startswith(
        "Copied people Cho copied Remove Cho "
        f"ana@else.example {UNTIL} Remove ana@else.example Copy somebody"
    )
    assert panel(browser, page).startswith("Copied people Nobody else is copied. Copy somebody")
    assert (Watcher.objects.count(), Proposal.objects.count()) == (0, 0)


def test_an_agent_has_somebody_asked_and_stays_there(ticket, desk, alex):
    browser, page = desk(alex)
    mail.outbox.clear()

    answer = browser.post(
        f"/tickets/{ticket.pk}/copies/", {"email": "bo@else.example", "next": page}
    )
    wrong = browser.post(f"/tickets/{ticket.pk}/copies/", {"email": "nonsense", "next": page})

    assert [answer["Location"], wrong["Location"]] == [page, page]
    assert [message.to for message in mail.outbox] == [["bo@else.example"]]
    assert "Alex wants you to be copied on request" in mail.outbox[0].body
    assert "Enter an e-mail address like name@example.com" in browser.get(page).content.decode()
    assert f"bo@else.example {UNTIL}" in panel(browser, page)


def test_who_only_reads_the_desk_sees_them_and_changes_nothing(ticket, desk, make_user):
    browser, page = desk(make_user("Robin", role="read_only"))

    copied = f"Copied people Cho copied ana@else.example {UNTIL}"
    assert panel(browser, page) == f"{copied} More Watch Mails"
    assert browser.post(f"/tickets/{ticket.pk}/copies/", {"email": "b@c.example"}).status_code in (
        302,
        404,
    )
    assert Proposal.objects.count() == 1


def test_a_restricted_ticket_offers_nobody_to_copy(make_ticket, alex):
    legal = make_ticket(about="legal", requester=alex)
    browser = Client()
    browser.force_login(alex)

    assert "Copied people" not in words_of(browser.get(f"/admin/tickets/ticket/{legal.pk}/change/"))


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"]
)
def test_the_way_back_leads_nowhere_else(ticket, desk, alex, elsewhere):
    browser, _page = desk(alex)

    answer = browser.post(
        f"/tickets/{ticket.pk}/copies/", {"email": "bo@else.example", "next": elsewhere}
    )

    assert answer["Location"] == f"/tickets/{ticket.pk}/"
