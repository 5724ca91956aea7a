"""What agents are mailed about tickets of theirs: who hears, why, and as they chose."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from tickets import desk_settings, ending, services
from tickets.conversation import Turn, take_turn
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail, PutOff
from tickets.mail.tests.told import clock, mailed, watch
from tickets.models import Ticket

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)  # in New York


# --- Who hears --------------------------------------------------------------------------


def test_whom_a_ticket_is_given_to_hears_of_it(desk, given):
    assert mailed() == [(given.pk, "assigned", "ben@acme.example")]


def test_who_takes_a_ticket_is_not_told_and_nor_is_anybody_when_it_is_given_back(desk, time, ben):
    ticket = desk.ticket()
    services.assign(ticket, by=ben, to=ben)
    services.assign(ticket, by=ben, to=None)
    take_turn(desk.ticket(), by=ben, turn=Turn(body="Here."))

    expand(time.now, limit=100)

    assert mailed() == []


def test_of_a_ticket_that_went_on_to_somebody_else_only_they_hear(desk, time, ben):
    ticket, cleo = desk.ticket(), desk.person("cleo@acme.example", is_staff=True, is_superuser=True)
    services.assign(ticket, by=desk.agent, to=ben)
    services.assign(ticket, by=desk.agent, to=cleo)

    expand(time.now, limit=100)

    assert mailed() == [(ticket.pk, "assigned", "cleo@acme.example")]


def test_of_a_customers_answer_hear_who_has_the_ticket_and_who_watches_it(desk, time, given, ben):
    watch(given, desk.agent, time.now)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == [
        (given.pk, "customer_replied", "ana@acme.example"),
        (given.pk, "customer_replied", "ben@acme.example"),
    ]


def test_who_has_a_ticket_and_watches_it_is_told_once_and_why_it_is_theirs(desk, time, given, ben):
    watch(given, ben, time.now)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    mail = OutboundEmail.objects.get(kind="customer_replied")
    assert "You get this because the ticket is assigned to you." in mail.text


def test_nobody_hears_of_an_answer_on_a_ticket_that_nobody_has(desk, time):
    services.reply(desk.ticket(), by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed() == []


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"is_staff": False},
    ],
)
def test_who_left_hears_nothing(desk, time, given, ben, change):
    User.objects.filter(pk=ben.pk).update(**change)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []


def test_who_may_not_see_a_ticket_any_more_hears_nothing_of_it(desk, time, given, ben):
    desk.brand.teams.add(Team.objects.create(name="Others"))
    watch(given, desk.agent, time.now)
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []


def test_a_restricted_ticket_is_told_to_who_may_see_it_by_number_and_link(desk, time, given, ben):
    watch(given, desk.agent, time.now)
    Ticket.objects.filter(pk=given.pk).update(restricted=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    mail = OutboundEmail.objects.get(kind="customer_replied")
    assert (mail.recipient, mail.subject) == (
        "ben@acme.example",
        f"[{given.number}] There is news",
    )
    assert f"/admin/tickets/ticket/{given.pk}/change/" in mail.text
    assert "replied" not in mail.text + mail.html
    assert "Bills" not in mail.text + mail.html
    assert "/admin/tickets/ticket/settings/" in mail.text


def test_an_automatic_answer_a_note_and_what_was_merged_or_deleted_are_not_told(
    desk, time, given, ben
):
    services.reply(given, by=desk.customer, body="-", automatic=True)
    services.note(given, by=desk.agent, body="-")
    services.reply(given, by=desk.customer, body="-")
    ending.delete(given, by=desk.agent)

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []


def test_the_mail_says_why_it_came_and_where_that_is_chosen_and_no_word_of_the_ticket(desk, given):
    mail = OutboundEmail.objects.get(kind="assigned")

    assert mail.subject == f"[{given.number}] Assigned to you"
    assert f"{given.number} is yours." in mail.text
    assert "Ana assigned it to you." in mail.text
    assert "You get this because the ticket is assigned to you." in mail.text
    assert "https://help.acme.example/admin/tickets/ticket/settings/" in mail.text
    assert "canary" not in mail.subject + mail.text + mail.html


def test_many_notices_cost_no_more_queries_than_one(desk, time, ben):
    desk_settings.choose(ben, quiet_from=clock(22), quiet_until=clock(6))

    counts = []
    for number in (1, 3):
        for _ in range(number):
            services.assign(desk.ticket(), by=desk.agent, to=ben)
        with CaptureQueriesContext(connection) as queries:
            expand(time.now, limit=100)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- As they chose ----------------------------------------------------------------------


def test_who_wants_no_mail_gets_none(desk, time, given, ben):
    desk_settings.choose(ben, customer_replied="never")
    services.reply(given, by=desk.customer, body="-")

    expand(time.now, limit=100)

    assert mailed("customer_replied") == []
    assert not PutOff.objects.exists()


def test_in_quiet_hours_a_mail_waits_for_their_end(desk, time, given, ben):
    """It is told as things are then, once for each ticket; and blocks no other mail meanwhile."""
    desk_settings.choose(ben, quiet_from=clock(10), quiet_until=clock(12))
    services.reply(given, by=desk.customer, body="-")
    services.reply(given, by=desk.customer, body="-")
    expand(time.now, limit=100)
    assert mailed("customer_replied") == []

    time.now = NOON.replace(hour=16, minute=59)
    assert expand(time.now, limit=100) == 0
    time.now = NOON
    assert expand(time.now, limit=100) == 2
    assert expand(time.now, limit=100) == 0

    assert mailed("customer_replied") == [(given.pk, "customer_replied", "ben@acme.example")]
    assert set(PutOff.objects.values_list("over_at", flat=True)) == {NOON}


def test_what_waited_is_not_told_to_who_gave_the_ticket_away(desk, time, given, ben):
    desk_settings.choose(ben, quiet_from=clock(10), quiet_until=clock(12))
    services.reply(given, by=desk.customer, body="-")
    expand(time.now, limit=100)
    services.assign(given, by=ben, to=None)

    time.now = NOON
    expand(time.now, limit=100)

    assert mailed("customer_replied") == []
    assert not PutOff.objects.filter(over_at=None).exists()


def test_what_was_chosen_while_it_waited_counts(desk, time, given, ben):
    desk_settings.choose(ben, quiet_from=clock(10), quiet_until=clock(12))
    services.reply(given, by=desk.customer, body="-")
    expand(time.now, limit=100)

    desk_settings.choose(ben, quiet_until=clock(13))
    time.now = NOON
    expand(time.now, limit=100)
    assert mailed("customer_replied") == []
    desk_settings.choose(ben, customer_replied="digest")
    time.now = NOON.replace(hour=18)
    expand(time.now, limit=100)

    assert mailed("customer_replied") == []
    assert PutOff.objects.for_digests().count() == 1
