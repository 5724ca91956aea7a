"""What Django and allauth send becomes rows like every other mail; the relay sends them."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from tickets import clock
from tickets.mail import envelope
from tickets.mail.models import OutboundEmail
from tickets.mail.recipients import ACCOUNT


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        """Store each message, once per recipient, and return how many messages that were.

        One to nobody is stored like any other and dropped by the relay: what a form writes for an
        address that nobody here has takes as long as a mail.

        Raises BadHeaderError where a header holds a line break, ValueError where a
        message carries a file: no mail of ours does.
        """
        messages = list(email_messages)
        now = clock.now() if messages else None
        OutboundEmail.objects.bulk_create(
            mail for message in messages for mail in _mails(message, now=now)
        )
        return len(messages)


def _mails(message: EmailMessage, *, now) -> Iterable[OutboundEmail]:
    message.message()  # refuses line breaks in headers
    if message.attachments:
        raise ValueError("Mails carry no files.")
    text, html = _bodies(message)
    own = {"from", "to", "cc", "bcc", "message-id", "date"}
    headers = {
        name: str(value) for name, value in message.extra_headers.items() if name.lower() not in own
    }
    for recipient in dict.fromkeys(message.recipients() or [OutboundEmail.NOBODY]):
        yield OutboundEmail(
            kind=OutboundEmail.ACCOUNT,
            recipient=recipient,
            sender=message.from_email,
            message_id=envelope.message_id(message.from_email),
            headers={**envelope.AUTOMATIC, **headers},
            subject=str(message.subject),
            text=text,
            html=html,
            created_at=now,
            next_try_at=now,
            why=ACCOUNT,
        )


def _bodies(message: EmailMessage) -> tuple[str, str]:
    """Return the plain text and the HTML of a message, whichever it has."""
    if message.content_subtype == "html":
        return "", str(message.body)
    alternatives = getattr(message, "alternatives", [])
    return str(message.body), next(
        (str(each.content) for each in alternatives if each.mimetype == "text/html"), ""
    )
