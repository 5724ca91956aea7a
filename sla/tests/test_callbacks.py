"""Calls that customers wait for, as managers read of them."""

from datetime import timedelta

import pytest

from sla.callbacks import calls
from tickets import calling, services
from tickets.calling import Wish

PAGE = "/admin/sla/breached/"
LIST = "/admin/tickets/ticket/callbacks/"


@pytest.fixture
def ask(make_ticket, alex, time):
    def ask(hours=4, by=alex, **given):
        until = time.at + timedelta(hours=hours)
        wish = Wish("212.555.0101", time.at, until, "UTC")
        return calling.ask(make_ticket(**given), by=by, wish=wish)

    return ask


def test_a_manager_reads_who_waits_who_is_late_and_who_was_reached(
    browser_of, ask, alex, morgan, time
):
    late, reached, reached_late = ask(1), ask(4), ask(1)
    ask(9)
    closed = ask(9)
    services.set_status(closed.ticket, by=alex, to="solved")
    services.set_status(closed.ticket, by=None, to="closed")
    calling.log_attempt(reached, by=alex, result="voicemail")
    calling.log_attempt(reached, by=alex, result="reached")
    time.advance(hours=2)
    calling.log_attempt(late, by=alex, result="no_answer")
    calling.log_attempt(reached_late, by=alex, result="reached")
    browser = browser_of(morgan)

    page = browser.get(PAGE).content.decode()

    counted = calls(morgan, now=time.at)
    assert (counted.waiting, counted.late) == (2, 1)
    assert (counted.reached, counted.in_time, counted.calls_each) == (2, 1, "1.5")
    assert "2 customers wait for a call" in page
    assert "Reached in the last 30 days: 2, in their time 1, calls for each 1.5." in page
    lists = [browser.get(url).context["lines"] for url in (counted.url, counted.late_url)]
    assert [len(lines) for lines in lists] == [counted.waiting, counted.late]


def test_what_a_manager_does_not_see_is_not_counted(ask, make_team, morgan, dana, time):
    ask(by=dana, about="legal")
    before = calls(morgan, now=time.at).waiting
    ask()
    seen = calls(morgan, now=time.at).waiting
    make_team("There", members=[morgan], brands=["clinical-collaboration"])
    make_team("Here", brands=["perfectserve"])

    assert (before, seen, calls(morgan, now=time.at).waiting) == (0, 1, 0)


def test_where_nobody_waits_nothing_is_said(browser_of, morgan, time):
    assert "wait for a call" not in browser_of(morgan).get(PAGE).content.decode()
