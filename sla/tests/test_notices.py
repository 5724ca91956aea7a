"""Who hears of a broken promise: somebody always does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from sla.models import Breach
from sla.notices import breached
from sla.sweep import sweep
from sla.tests.standings import after
from tickets.conversation import Turn, take_turn
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail
from tickets.models import Ticket


@pytest.fixture
def broken(make_ticket, time):
    """File a level 1 ticket and let its first response pass; return the breach."""

    def make(*, team=None, **given):
        ticket = make_ticket(level=1, **given)
        if team:
            Ticket.objects.filter(pk=ticket.pk).update(team=team)
        time.advance(hours=2)
        sweep(time.at)
        return Breach.objects.get(clock__ticket=ticket)

    return make


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


def recipients(breach):
    return [user.email for user in breached([breach.pk])[breach.pk].recipients]


def test_the_leads_of_the_tickets_team_hear_of_it(broken, make_team, make_user, morgan):
    lead, member = make_user("Lee", role="agent"), make_user("Max", role="agent")
    breach = broken(team=make_team("Clinical", members=[member], leads=[lead]))

    assert recipients(breach) == ["lee@example.com"]


def test_without_a_team_the_managers_who_serve_the_brand_hear_of_it(
    broken, make_team, make_user, alex, morgan
):
    elsewhere = make_user("Mika", role="manager")
    make_team("Theirs", members=[morgan], brands=["perfectserve"])
    make_team("Others", members=[elsewhere], brands=["clinical-collaboration"])

    assert recipients(broken()) == ["morgan@example.com"]


def test_of_a_brand_that_no_team_serves_every_manager_hears(broken, make_user, morgan, alex):
    make_user("Mika", role="manager")

    assert recipients(broken()) == ["mika@example.com", "morgan@example.com"]


def test_a_team_whose_leads_have_left_is_no_reason_for_silence(
    broken, make_team, make_user, morgan
):
    lead = make_user("Lee", role="agent")
    team = make_team("Clinical", leads=[lead])
    User.objects.filter(pk=lead.pk).update(is_active=False)

    assert recipients(broken(team=team)) == ["morgan@example.com"]


def test_without_leads_and_managers_the_administrators_hear_of_it(broken, make_user, robin):
    User.objects.create_superuser("root@example.com")
    make_user("Rita", role="read_only")

    assert recipients(broken()) == ["robin@example.com", "root@example.com"]


def test_who_was_once_a_manager_and_is_now_a_customer_hears_nothing(
    broken, make_user, morgan, robin
):
    User.objects.filter(pk=morgan.pk).update(is_staff=False)

    assert recipients(broken()) == ["robin@example.com"]


def test_a_retracted_breach_is_not_told(broken, morgan, time):
    breach = broken()
    Breach.objects.update(retracted_at=time.at)

    assert breached([breach.pk, 0]) == {breach.pk: None, 0: None}


def test_the_announcement_says_what_is_late_and_by_how_much(broken, morgan):
    breach = broken()

    announcement = breached([breach.pk])[breach.pk]

    assert announcement.template == "breached"
    assert announcement.path == f"/admin/tickets/ticket/{breach.clock.ticket_id}/change/"
    assert announcement.context == {
        "what": "First reply",
        "level": 1,
        "due": after(hours=1),
        "late": "1:00",
        "open": True,
    }


def test_many_breaches_cost_no_more_queries_than_one(broken, make_team, make_user, morgan, time):
    team = make_team("Clinical", leads=[make_user("Lee", role="agent")])
    pks = [broken(team=team).pk, broken().pk, broken(brand="clinical-collaboration").pk]

    counts = []
    for some in (pks[:1], pks):
        with CaptureQueriesContext(connection) as queries:
            breached(some)
        counts.append(len(queries))

    assert counts == [5, 5]


def test_the_mail_has_number_level_time_and_link_and_no_words_of_the_ticket(broken, morgan, time):
    ticket = broken(subject="canary subject", description="canary text").clock.ticket

    expand(time.at, limit=100)

    mail = OutboundEmail.objects.get(kind="breached")
    assert (mail.recipient, mail.subject) == (
        "morgan@example.com",
        f"[{ticket.number}] Level 1: First reply is late",
    )
    assert f"First reply is late on {ticket.number}." in mail.text
    assert "Level: 1\nDue: Mon 5 Jan, 6:00 am EST\n" in mail.text
    assert "Late by 1:00 when this was written, and still open." in mail.text
    assert f"/admin/tickets/ticket/{ticket.pk}/change/" in mail.text
    assert "canary" not in mail.subject + mail.text + mail.html


def test_the_mail_says_when_the_answer_has_come_meanwhile(broken, alex, morgan, time):
    ticket = broken().clock.ticket
    take_turn(ticket, by=alex, turn=Turn(body="Sorry for the wait."))

    expand(time.at, limit=100)

    assert "It came 1:00 late." in OutboundEmail.objects.get(kind="breached").text


def test_the_mail_of_a_restricted_ticket_has_number_and_link_only(broken, morgan, time):
    breach = broken()
    Ticket.objects.update(restricted=True)

    expand(time.at, limit=100)

    mail = OutboundEmail.objects.get(kind="breached")
    assert breach.clock.ticket.number in mail.text
    assert "late" not in (mail.subject + mail.text).lower()
