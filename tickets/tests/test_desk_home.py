"""The desk's first page: an agent's queue, what is due, what broke; for others what it was."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tickets import queue, services

HOME = "/admin/"


@pytest.fixture
def browser_of():
    def browse(user):
        client = Client()
        client.force_login(user)
        return client

    return browse


def test_an_agent_sees_theirs_what_is_due_and_what_broke(make_ticket, browser_of, alex, time):
    mine, late = make_ticket(), make_ticket()
    services.assign(mine, by=alex, to=alex)
    queue.place([mine], next_due={mine.pk: time.at + timedelta(hours=2)})
    queue.place([late], next_due={late.pk: time.at - timedelta(hours=2)})

    page = browser_of(alex).get(HOME)

    assert {
        part.name: (part.count, [line.number for line in part.lines])
        for part in page.context["home"]["parts"]
    } == {
        "mine": ("1", [mine.number]),
        "due": ("2", [late.number, mine.number]),
        "breached": ("1", [late.number]),
    }


def test_who_only_reads_finds_what_was_there_before(make_ticket, make_user, browser_of):
    make_ticket()

    page = browser_of(make_user("Reader", role="read_only")).get(HOME)

    assert page.context["home"] is None
    assert "Next ticket" not in page.content.decode()


def test_the_page_takes_the_same_number_of_queries_for_one_ticket_and_for_three(
    make_ticket, browser_of, alex
):
    browser = browser_of(alex)
    services.assign(make_ticket(), by=alex, to=alex)
    browser.get(HOME)
    with CaptureQueriesContext(connection) as one:
        browser.get(HOME)
    for _number in range(2):
        services.assign(make_ticket(), by=alex, to=alex)

    with CaptureQueriesContext(connection) as three:
        browser.get(HOME)

    assert len(one) == len(three), [query["sql"][:90] for query in three]
