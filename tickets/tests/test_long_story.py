"""A ticket on which very much was said: its pages show the newest, and all when asked to."""

import pytest
from django.test import Client

from tickets import services
from tickets.tests.reading import words_of
from tickets.timeline import AT_FIRST


@pytest.fixture
def tell(make_ticket, dana):
    """A ticket with so many entries: what was asked, and replies that are numbered."""

    def tell(entries):
        ticket = make_ticket()
        for number in range(2, entries + 1):
            services.reply(ticket, by=dana, body=f"Reply {number}.")
        return ticket

    return tell


@pytest.fixture
def look(dana, alex):
    """Return the words of both pages of a ticket: the customer's, and the desk's."""

    def look(ticket, query=""):
        words = []
        for user, place in (
            (dana, f"/tickets/{ticket.pk}/"),
            (alex, f"/admin/tickets/ticket/{ticket.pk}/change/"),
        ):
            browser = Client()
            browser.force_login(user)
            words.append(words_of(browser.get(f"{place}{query}")))
        return words

    return look


def test_the_newest_are_shown_and_all_when_asked_to(tell, look):
    ticket = tell(AT_FIRST + 3)

    for first, everything in zip(look(ticket), look(ticket, "?all=1"), strict=True):
        told = "These are the newest 50 of 53 entries. Show all 53"
        assert (told in first, told in everything) == (True, False)
        assert ["Reply 3." in first, "Reply 4." in first] == [False, True]
        assert ["Wrong schedule" in everything, "It shows last week." in everything] == [True, True]
        assert [f"Reply {number}." in everything for number in (2, 3, 53)] == [True] * 3


def test_a_story_that_fits_is_shown_whole_without_a_word_about_it(tell, look):
    for page in look(tell(AT_FIRST)):
        assert ("It shows last week." in page, "Show all" in page) == (True, False)


def test_the_way_to_all_keeps_the_queue_that_an_agent_came_from(tell, alex):
    browser = Client()
    browser.force_login(alex)
    page = f"/admin/tickets/ticket/{tell(AT_FIRST + 1).pk}/change/?_changelist_filters=tab%3Dall"

    response = browser.get(page)

    assert response.context["all_url"] == f"{page}&all=1"
    assert f'href="{page}&amp;all=1"' in response.content.decode()


def test_a_reply_that_is_refused_shows_as_much_as_before(tell, dana):
    ticket = tell(AT_FIRST + 1)
    browser = Client()
    browser.force_login(dana)

    response = browser.post(f"/tickets/{ticket.pk}/replies/", {"body": ""})

    assert response.status_code == 422
    assert len(response.context["entries"]) == AT_FIRST
    assert response.context["all_url"] == f"/tickets/{ticket.pk}/?all=1"


def test_a_level_that_changed_long_ago_is_still_said_above(tell, alex, look):
    ticket = tell(2)
    services.set_level(ticket, by=alex, to=2, reason="More are affected")
    for number in range(AT_FIRST):
        services.note(ticket, by=alex, body=f"Note {number}")
        services.reply(ticket, by=alex, body=f"Reply {number}")

    customer, _desk = look(ticket)

    assert "Level 3 became 2: More are affected" in customer
