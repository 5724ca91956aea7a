"""Restricted tickets: each look is written down, and lists say nothing of their text."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.roles import RIGHTS
from tickets import calling, services, viewings
from tickets.calling import Wish
from tickets.models import Viewing
from tickets.permissions import can_see_restricted
from tickets.tests.desks import Desk


@pytest.fixture
def desk(make_ticket, alex):
    return Desk(make_ticket(), alex)


@pytest.fixture
def lee(make_user):
    """An agent with the right to see restricted tickets."""
    lee = make_user("Lee", role="agent")
    lee.groups.add(Group.objects.get(name=RIGHTS["legal_requests"].group))
    return lee


def test_each_look_at_a_restricted_ticket_is_written_down(make_ticket, lee, time):
    ticket = make_ticket(about="legal")
    desk = Desk(ticket, lee)

    desk.open().press(
        "note:", body="See.", kind="note", files=SimpleUploadedFile("log.txt", b"one line")
    )
    file = ticket.messages.last().attachments.get()
    handed = desk.client.get(file.get_absolute_url())
    assert b"".join(handed.streaming_content) == b"one line"

    assert list(Viewing.objects.order_by("id").values_list("user", "ticket", "what")) == [
        (lee.pk, ticket.pk, ticket.number),
        (lee.pk, ticket.pk, f"{ticket.number}: log.txt"),
    ]


VERBS = ("watch", "merge", "split", "snooze", "redact", "spam", "delete")


@pytest.mark.parametrize("verb", [*VERBS, "about", "answers", "callback"])
def test_each_page_that_shows_of_a_restricted_ticket_what_it_says_writes_it_down(
    make_ticket, lee, verb
):
    ticket, browser = make_ticket(about="legal"), Client()
    browser.force_login(lee)

    shown = browser.get(f"/admin/tickets/ticket/{ticket.pk}/{verb}/")

    assert shown.status_code == 200
    assert list(Viewing.objects.values_list("user", "what")) == [(lee.pk, ticket.number)]


def test_of_two_restricted_tickets_that_are_compared_both_are_written_down(make_ticket, lee):
    one, two = make_ticket(about="legal"), make_ticket(about="legal")
    browser = Client()
    browser.force_login(lee)

    browser.get(f"/admin/tickets/ticket/{one.pk}/merge/?into={two.number}")

    assert set(Viewing.objects.values_list("ticket", flat=True)) == {one.pk, two.pk}


def test_lists_and_files_say_nothing_of_the_text_of_a_restricted_ticket(make_ticket, lee, time):
    ticket, browser = make_ticket(about="legal", description="CANARY", subject="About it"), Client()
    services.note(ticket, by=lee, body="CANARY")
    wish = Wish(
        "1.212.555.0101",
        call_after=time.at,
        call_before=time.at + timedelta(hours=4),
        time_zone="America/New_York",
        reason="CANARY",
    )
    call = calling.ask(ticket, by=lee, wish=wish)
    calling.call_back(call, by=lee, result="no_answer", seen=0, note="CANARY")
    browser.force_login(lee)
    desk = "/admin/tickets/ticket/"

    lists = [browser.get(url) for url in (desk, f"{desk}callbacks/", "/admin/")]
    file = browser.post(desk, {"action": "export", "_selected_action": [ticket.pk]})

    assert [ticket.number in page.content.decode() for page in (*lists, file)] == [True] * 4
    assert [b"CANARY" in page.content for page in (*lists, file)] == [False] * 4
    assert b"About it" not in file.content


def test_who_looked_is_found_by_person_and_by_ticket(make_ticket, make_user, lee, time):
    one, two = make_ticket(about="legal"), make_ticket(about="legal")
    kim = make_user("Kim", role="administrator")
    for user, ticket in ((lee, one), (kim, one), (lee, two)):
        viewings.note(ticket, user, what=ticket.number)
    browser = Client()
    browser.force_login(kim)

    def found(asked):
        page = browser.get("/admin/tickets/viewing/", {"q": asked})
        listed = page.context["cl"].result_list
        return page, [(viewing.user.name, viewing.what) for viewing in listed]

    page, of_one = found(one.number)
    assert of_one == [("Kim", one.number), ("Lee", one.number)]
    assert found("lee")[1] == [("Lee", two.number), ("Lee", one.number)]
    assert found("9" * 18)[1] == []
    text = page.content.decode()
    assert page.context["title"] == "Who read restricted tickets"
    assert "Mon 5 Jan 2026, " in text
    link = f'<a href="/admin/tickets/ticket/{one.pk}/change/">'
    assert (link in text) == can_see_restricted(kim)


def test_a_look_at_another_ticket_is_not(desk):
    desk.open()

    assert not Viewing.objects.exists()
