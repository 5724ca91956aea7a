"""Mails about requests that were sent signed out: the one that asks, the reminder, what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from tickets import confirmations
from tickets.mail.models import OutboundEmail
from tickets.models import Ticket
from tickets.tasks import remind
from tickets.tests.signed_out import sent_signed_out

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mails_are_rows")]


def written():
    return list(OutboundEmail.objects.order_by("id").values_list("recipient", "subject"))


def test_the_mail_that_asks_is_a_row_that_the_desk_does_not_show():
    waits = sent_signed_out()

    mail = OutboundEmail.objects.get()

    assert (mail.recipient, mail.is_of_account) == (waits.email, True)


def test_after_a_call_its_sender_is_told_like_anybody(alex):
    waits = sent_signed_out()
    OutboundEmail.objects.all().delete()

    confirmations.file_after_call(waits.draft_id, by=alex, reason="Robin, at 10:40")
    call_command("relay", verbosity=0)

    ticket = Ticket.objects.get()
    told = OutboundEmail.objects.values_list("ticket", "recipient", "kind")
    assert list(told) == [(ticket.pk, waits.email, "received")]


def test_who_does_not_confirm_is_reminded_once(time):
    sent_signed_out("early@clinic.example")
    time.pass_by(hours=2)
    sent_signed_out("late@clinic.example")
    before = len(written())
    time.pass_by(hours=23)

    said = [remind() for _time in range(2)]

    assert said == [("1 reminded", False), ("0 reminded", False)]
    assert written()[before:] == [("early@clinic.example", "Your request still waits for you")]


def test_the_link_of_the_reminder_is_the_one_that_files_and_lives_as_long(time):
    waits = sent_signed_out()
    first = waits.token_hash
    time.pass_by(hours=25)

    remind()

    waits.refresh_from_db()
    assert waits.token_hash not in (first, "")
    assert waits.expires_at == time.now + timedelta(days=3)


def test_nobody_is_reminded_of_what_is_filed_or_was_sent_by_a_machine(time, alex):
    filed = sent_signed_out("filed@clinic.example")
    sent_signed_out("machine@clinic.example", website="x")
    confirmations.file_after_call(filed.draft_id, by=alex, reason="Robin")
    time.pass_by(hours=25)

    assert remind() == ("0 reminded", False)


def test_an_address_that_got_its_fill_is_reminded_later(time, settings):
    sent_signed_out()
    time.pass_by(hours=25)
    settings.LIMITS = settings.LIMITS | {"get_password": (1, 3600)}

    assert remind() == ("0 reminded", False)
    settings.LIMITS = settings.LIMITS | {"get_password": (9, 3600)}
    assert remind() == ("1 reminded", False)
