"""A mail's whole way over the desk: it comes in, waits, and becomes what an agent says."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tickets.mail.inbound import reading, taking
from tickets.mail.models import InboundEmail
from tickets.mail.tests.came_in import SUPPORT, written
from tickets.models import Ticket
from tickets.tests.reading import words_of

DESK = "admin:tickets_ticket_change"
OUR_SERVER = "mx.support.example"


@pytest.fixture
def ticket(time, make_ticket, settings):
    settings.MAIL_AUTHSERV_ID = OUR_SERVER
    return make_ticket()


@pytest.fixture
def as_alex(browser_of, alex):
    return browser_of(alex)


def take(sender, *, answers="", check="pass"):
    """Have a mail come in as our own server hands it on, and return its row."""
    raw = (
        f"Authentication-Results: {OUR_SERVER}; dmarc={check} header.from={sender}\r\n"
        f"From: {sender}\r\nTo: {SUPPORT}\r\nSubject: The schedule\r\n"
        f"Message-ID: <one@there.example>\r\nReferences: {answers}\r\n\r\n"
        "It rings again.\r\n\r\n> Which ward is it?\r\n"
    )
    taking.take(raw.encode(), door="smtp", mail_from=sender, rcpt_to=[SUPPORT])
    reading.run()
    return InboundEmail.objects.latest("pk")


def decide(browser, name, mail, **fields):
    return browser.post(reverse(f"admin:mail_{name}", args=[mail.pk]), fields, follow=True)


def test_who_is_not_who_they_claim_is_read_by_no_customer_before_somebody_confirms(
    ticket, dana, as_alex, as_dana
):
    mail = take(dana.email, answers=written(ticket, dana).message_id, check="fail")
    waiting = words_of(as_dana.get(ticket.get_absolute_url()))
    on_desk = words_of(as_alex.get(reverse(DESK, args=[ticket.pk])))

    done = words_of(decide(as_alex, "confirm", mail))

    assert "It rings again." not in waiting
    assert "waits: sender not verified" in on_desk
    assert "It rings again." in on_desk
    assert "Added as a reply." in done
    assert "It rings again." in words_of(as_dana.get(ticket.get_absolute_url()))


def test_a_held_mail_is_filed_apart(ticket, dana, as_alex):
    mail = take(dana.email, answers=written(ticket, dana).message_id, check="fail")

    done = words_of(decide(as_alex, "file_apart", mail))

    new = Ticket.objects.latest("pk")
    assert (new.requester, new.subject, ticket.messages.count()) == (dana, "The schedule", 1)
    assert "Filed as a ticket of its own." in done
    assert f"{new.number} The schedule" in done


def test_an_agents_mail_is_let_out_as_their_own_request(ticket, alex, morgan, browser_of):
    mail = take(alex.email)
    browser = browser_of(morgan)
    why = words_of(browser.get(reverse("admin:mail_inboundemail_change", args=[mail.pk])))

    done = words_of(decide(browser, "release", mail))

    assert "It claims to be from one of the staff. Nobody acts as an agent by mail." in why
    assert "Let out of quarantine." in done
    assert Ticket.objects.latest("pk").requester == alex
