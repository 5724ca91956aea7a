"""What a mail server's refusal means for a mail, and how long to wait after it."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from smtplib import SMTPDataError, SMTPRecipientsRefused

AWAY_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
# With these waits the last try comes more than five days after the first (RFC 5321 4.5.4.1).
MAX_ATTEMPTS = 36


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


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many refusals: 1, 4, 16, 64 minutes, then 4 hours."""
    if attempts > 4:
        return LONGEST_WAIT
    return timedelta(minutes=4 ** (attempts - 1))


def _meaning_of_code(code: int) -> Answer:
    if code == 421:  # "closing transmission channel", whatever was asked
        return Answer.AWAY
    return Answer.NEVER if 500 <= code < 600 else Answer.LATER
