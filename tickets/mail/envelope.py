"""A mail as a row and as a message: who it is from, its id, its headers."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import format_datetime, parseaddr
from typing import Any

from django.core.mail import EmailMultiAlternatives

from tickets.catalog.specs import BrandSpec
from tickets.mail.models import OutboundEmail, new_message_id
from tickets.models import Ticket

# RFC 3834: nobody's machine should answer these; Exchange wants to be told in its own words.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def message_id(sender: str) -> str:
    """Return a new Message-ID in the domain of the sender's address."""
    return f"<{new_message_id()}@{_domain(sender)}>"


def thread_headers(
    ticket: Ticket, *, brand: BrandSpec, answers: Sequence[str] = ()
) -> dict[str, str]:
    """Return what makes mail programs show a ticket's mails as one conversation.

    `answers` are the Message-IDs of what its reader mailed on it, which their program knows.
    """
    root = f"<{ticket.number.lower()}.ticket@{_domain(brand.mail_address)}>"
    named = [root, *answers]
    return {"References": " ".join(named), "In-Reply-To": named[-1]}


def unsubscribe(url: str) -> dict[str, str]:
    """Name the page where its reader ends such mails (RFC 2369); a page, and no single click."""
    return {"List-Unsubscribe": f"<{url}>"}


def message(mail: OutboundEmail) -> EmailMultiAlternatives:
    """Return the message to send: the same one however often it is tried."""
    headers: dict[str, Any] = {
        **mail.headers,
        "Message-ID": mail.message_id,
        "Date": format_datetime(mail.created_at),
    }
    made = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.sender,
        to=[mail.recipient],
        headers=headers,
    )
    if mail.html:
        made.attach_alternative(mail.html, "text/html")
    return made


def _domain(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2]
