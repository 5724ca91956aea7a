"""What a mail server's refusals mean."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.conf import settings as installation

from tickets.mail.answers import Answer, meaning, wait_after


@pytest.mark.parametrize(
    "error, answer",
    [
        (ConnectionRefusedError(), Answer.AWAY),
        (TimeoutError(), Answer.AWAY),
        (smtplib.SMTPServerDisconnected("gone"), Answer.AWAY),
        (smtplib.SMTPAuthenticationError(535, b"who?"), Answer.AWAY),
        (smtplib.SMTPSenderRefused(452, b"disk full", "help@acme.example"), Answer.AWAY),
        (smtplib.SMTPSenderRefused(550, b"not you", "help@acme.example"), Answer.AWAY),
        (smtplib.SMTPDataError(421, b"closing"), Answer.AWAY),
        (smtplib.SMTPDataError(451, b"try again"), Answer.LATER),
        (smtplib.SMTPDataError(554, b"spam"), Answer.NEVER),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (450, b"greylisted")}), Answer.LATER),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (421, b"closing")}), Answer.AWAY),
        (smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"unknown")}), Answer.NEVER),
        (ValueError("a fault of ours"), Answer.LATER),
    ],
)
def test_only_what_is_said_of_recipient_or_content_is_held_against_a_mail(error, answer):
    assert meaning(error) is answer


def test_waits_grow_to_four_hours_and_go_on_for_more_than_five_days():
    waits = [wait_after(attempts) for attempts in range(1, installation.MAIL_MAX_TRIES)]

    assert [wait.total_seconds() / 60 for wait in waits[:6]] == [1, 4, 16, 64, 240, 240]
    assert sum(waits, timedelta()) > timedelta(days=5)


def test_an_installation_can_shorten_the_waits(settings):
    settings.MAIL_RETRY_SECONDS = [1, 2]

    assert [wait_after(attempts).total_seconds() for attempts in range(1, 5)] == [1, 2, 2, 2]
