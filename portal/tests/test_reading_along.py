"""Copying somebody, and going on from a closed ticket: in a browser, with JavaScript or none."""

import re

import pytest
from django.core import mail

from portal.tests.test_whole_way import PASSWORD, sign_in
from tickets import services
from tickets.models import Ticket, Watcher


@pytest.fixture
def people(dana, alex, make_user):
    """People who can sign in by the door: Dana, and Cho from elsewhere."""
    cho = make_user("Cho")
    for user in (dana, cho):
        user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return dana, cho


def test_somebody_is_copied_and_agrees(page, people, make_ticket, axe):
    copy_and_agree(page, people, make_ticket(), axe=axe)


def test_somebody_is_copied_and_agrees_without_javascript(page_without_js, people, make_ticket):
    copy_and_agree(page_without_js, people, make_ticket())


def copy_and_agree(page, people, ticket, *, axe=lambda _page: []):
    dana, cho = people
    sign_in(page, dana)
    page.goto(ticket.get_absolute_url())
    page.get_by_label("Copy somebody").fill(cho.email)
    page.get_by_role("button", name="Add").click()
    page.get_by_text("waiting for confirmation").wait_for()
    assert axe(page) == []

    page.context.clear_cookies()
    page.goto(re.findall(r"https?://[^/]+(/copies/\S+)", mail.outbox[-1].body)[0])
    assert axe(page) == []
    page.locator("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(cho.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Yes, copy me").click()
    page.get_by_text("You are copied").wait_for()

    page.get_by_role("heading", name=ticket.subject).wait_for()
    assert list(Watcher.objects.values_list("ticket", "user", "added_by")) == [
        (ticket.pk, cho.pk, dana.pk)
    ]


def test_a_new_ticket_goes_on_from_a_closed_one(page, people, make_ticket, alex, axe):
    go_on(page, people, make_ticket(type="payment", about=None), alex, axe=axe)


def test_a_new_ticket_goes_on_from_a_closed_one_without_javascript(
    page_without_js, people, make_ticket, alex
):
    go_on(page_without_js, people, make_ticket(type="payment", about=None), alex)


def go_on(page, people, ticket, alex, *, axe=lambda _page: []):
    services.set_status(ticket, by=alex, to="solved")
    services.set_status(ticket, by=None, to="closed")
    sign_in(page, people[0])
    page.goto(ticket.get_absolute_url())
    assert axe(page) == []
    page.get_by_role("button", name="New ticket about this").click()
    page.get_by_text(f"We took along what you told us in {ticket.number}").wait_for()
    page.get_by_label("Subject").fill("It is back")
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("link", name="See the ticket").click()

    page.get_by_role("link", name=ticket.number).wait_for()
    new = Ticket.objects.latest("pk")
    assert (new.follows, new.subject) == (ticket, "It is back")
    page.get_by_role("link", name=ticket.number).click()
    page.get_by_role("link", name=new.number).wait_for()
