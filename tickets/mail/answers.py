"""What a mail server's refusal means for a mail, and how long to wait after it."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.conf import settings


class Answer(Enum):
    AWAY = "away"  # the server takes no mail at all now: not this mail's fault, not counted
    LATER = "later"  # it does not take this mail yet
    NEVER = "never"  # it never will


def meaning(error: Exception) -> Answer:
    """Return what an error while sending one mail to one address means for that mail.

    Only what the server says about the recipient or the content is held against a mail;
    a lost connection, a refused sign-in or sender is trouble of the installation.
    """
    if isinstance(error, SMTPRecipientsRefused):
        return _meaning_of_code(max(code for code, _text in error.recipients.values()))
    if isinstance(error, SMTPDataError):
        return _meaning_of_code(error.smtp_code)
    return Answer.AWAY if isinstance(error, OSError) else Answer.LATER


def wait_while_away() -> timedelta:
    """Return how long to leave a server alone that takes no mails."""
    return timedelta(seconds=settings.MAIL_AWAY_SECONDS)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many refusals: longer each time, then as long again."""
    waits = settings.MAIL_RETRY_SECONDS
    return timedelta(seconds=waits[min(attempts, len(waits)) - 1])


def _meaning_of_code(code: int) -> Answer:
    if code == 421:  # "closing transmission channel", whatever was asked
        return Answer.AWAY
    return Answer.NEVER if 500 <= code < 600 else Answer.LATER
