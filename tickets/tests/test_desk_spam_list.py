"""The desk's list of spam."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets import ending
from tickets.desk import spam_list

PAGE = "/admin/tickets/ticket/spam/"


@pytest.fixture
def spam(make_ticket, alex):
    """Make a ticket that was marked as spam."""
    return lambda: ending.mark_spam(make_ticket(), by=alex)


def listed(response):
    return [ticket.number for ticket in response.context["tickets"]]


def test_the_newest_comes_first_and_nothing_else_is_in_it(spam, make_ticket, browser_of, alex):
    older, _other, newer = spam(), make_ticket(), spam()

    assert listed(browser_of(alex).get(PAGE)) == [newer.number, older.number]


def test_pages_follow_each_other(spam, browser_of, alex, monkeypatch):
    monkeypatch.setattr(spam_list, "PAGE", 2)
    tickets = [spam() for _each in range(3)]

    first = browser_of(alex).get(PAGE)
    second = browser_of(alex).get(PAGE, {"after": first.context["next"]})

    assert (listed(first), listed(second), second.context["next"]) == (
        [tickets[2].number, tickets[1].number],
        [tickets[0].number],
        None,
    )


@pytest.mark.parametrize("cursor", ["x", "-1", "1" * 40])
def test_nonsense_for_a_place_is_nothing(cursor, browser_of, alex):
    assert browser_of(alex).get(PAGE, {"after": cursor}).status_code == 404


def test_it_asks_as_much_for_three_rows_as_for_one(spam, browser_of, alex):
    browser = browser_of(alex)
    spam()
    browser.get(PAGE)  # what is kept in memory from then on
    counted = []
    for more in (0, 2):
        for _each in range(more):
            spam()
        with CaptureQueriesContext(connection) as asked:
            browser.get(PAGE)
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_it_is_for_agents_of_the_brand(spam, browser_of, make_user, make_team, dana):
    spam()
    elsewhere = make_user("Blair", role="agent")
    make_team("There", members=[elsewhere], brands=["clinical-collaboration"])
    make_team("Here", brands=["perfectserve"])

    assert listed(browser_of(elsewhere).get(PAGE)) == []
    for user in (dana, make_user("Robin", role="read_only")):
        assert browser_of(user).get(PAGE).status_code == 404
