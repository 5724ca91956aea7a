"""The button “Next ticket”: the most urgent free one, and never the same for two agents."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from tickets import claiming, queue, services
from tickets.models import Ticket
from tickets.tests.desks import Desk

NEXT = "/admin/tickets/ticket/next/"


@pytest.fixture
def browser(alex):
    client = Client()
    client.force_login(alex)
    return client


def due_in(ticket, at, *, hours):
    queue.place([ticket], next_due={ticket.pk: at + timedelta(hours=hours)})
    return ticket


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_the_most_urgent_ticket_that_nobody_has_is_claimed_and_opened(
    make_ticket, browser, alex, time
):
    due_in(make_ticket(), time.at, hours=9)
    soon = due_in(make_ticket(), time.at, hours=1)

    page = browser.post(NEXT, follow=True)

    assert page.redirect_chain == [(f"/admin/tickets/ticket/{soon.pk}/change/", 302)]
    assert said(page) == [f"{soon.number} is yours now."]
    assert list(Ticket.objects.filter(assignee=alex)) == [soon]
    assert [event.by for event in soon.events.filter(type="assigned")] == [alex]


def test_who_did_not_call_comes_first(make_ticket, alex, time):
    due_in(make_ticket(), time.at, hours=1)
    not_called = due_in(make_ticket(level=1, phone_answer="cannot"), time.at, hours=9)

    assert claiming.next_ticket(by=alex) == not_called


def test_what_is_not_free_is_passed_over_and_that_nothing_is_left_is_said(
    make_ticket, make_team, make_user, browser, alex, time
):
    waiting, snoozed, taken, elsewhere, solved = (make_ticket() for _number in range(5))
    services.set_status(waiting, by=alex, to="pending")
    services.set_status(solved, by=alex, to="solved")
    Ticket.objects.filter(pk=snoozed.pk).update(snoozed_until=time.at + timedelta(days=1))
    blair = make_user("Blair", role="agent")
    services.assign(taken, by=alex, to=blair)
    others = make_team("Others", members=[alex, blair], brands=["perfectserve"])
    others.memberships.filter(user=alex).delete()
    make_team("Ours", members=[alex], brands=["perfectserve"])
    services.set_team(elsewhere, by=blair, to=others)
    make_ticket(requester=alex)
    make_ticket(about="legal")

    page = browser.post(NEXT, follow=True)

    assert page.redirect_chain == [("/admin/tickets/ticket/", 302)]
    assert said(page) == ["No free ticket waits for you."]
    assert not Ticket.objects.filter(assignee=alex).exists()


def send(agent, ticket):
    desk = Desk(ticket, agent).open()
    desk.press("public:", body="We look into it.", after="next")
    return desk.page["Location"].removeprefix("/admin/tickets/ticket/")


def test_after_sending_an_agent_goes_on_with_their_own_most_urgent_ticket(make_ticket, alex, time):
    sent, own, urgent = (make_ticket() for _number in range(3))
    make_ticket(level=1)
    for ticket in (sent, own, urgent):
        services.assign(ticket, by=alex, to=alex)
    due_in(own, time.at, hours=3)
    due_in(urgent, time.at, hours=2)

    assert send(alex, sent) == f"{urgent.pk}/change/"
    assert Ticket.objects.filter(assignee=alex).count() == 3


def test_after_sending_who_has_none_left_claims_a_free_one_and_never_another_teams(
    make_ticket, make_team, make_user, alex
):
    blair = make_user("Blair", role="agent")
    theirs = make_team("Theirs", members=[blair], brands=["perfectserve"])
    make_team("Ours", members=[alex], brands=["perfectserve"])
    sent, elsewhere = make_ticket(), make_ticket(level=1)
    services.set_team(elsewhere, by=blair, to=theirs)

    assert send(alex, sent) == ""
    free = make_ticket()
    assert send(alex, sent) == f"{free.pk}/change/"
    assert {*Ticket.objects.filter(assignee=alex)} == {sent, free}


def test_agents_who_send_one_after_the_other_are_led_to_a_ticket_each(make_ticket, make_user):
    agents = [make_user(name, role="agent") for name in ("Blair", "Cho", "Eli")]
    sent = [make_ticket() for _agent in agents]
    for ticket, agent in zip(sent, agents, strict=True):
        services.assign(ticket, by=agent, to=agent)
    free = [make_ticket() for _agent in agents]

    led = [send(agent, ticket) for ticket, agent in zip(sent, agents, strict=True)]

    assert sorted(led) == sorted(f"{ticket.pk}/change/" for ticket in free)


def test_a_page_that_is_only_looked_at_claims_nothing(make_ticket, browser):
    ticket = make_ticket()

    assert browser.get(NEXT).status_code == 405
    assert not ticket.events.filter(type="assigned").exists()


def test_who_only_reads_the_desk_claims_nothing(make_ticket, make_user):
    ticket, client = make_ticket(), Client()
    client.force_login(make_user("Robin", role="read_only"))

    assert client.post(NEXT).status_code == 404
    assert not ticket.events.filter(type="assigned").exists()


@pytest.mark.django_db(transaction=True)
def test_ten_who_ask_at_once_get_ten_tickets(furnished, make_ticket, make_user):
    agents = [make_user(f"Agent {number}", role="agent") for number in range(10)]
    tickets = {make_ticket().pk for _number in range(10)}
    start = Barrier(len(agents))

    def claim(agent):
        start.wait()
        try:
            return claiming.next_ticket(by=agent).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(len(agents)) as pool:
        claimed = list(pool.map(claim, agents))

    assert sorted(claimed) == sorted(tickets)
