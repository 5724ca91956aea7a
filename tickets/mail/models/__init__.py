"""Mails: what must be told, each mail that goes out, each that came in."""

from tickets.mail.models.inbound import InboundEmail, RawDownload
from tickets.mail.models.notices import Digest, Notice, PutOff
from tickets.mail.models.outbound import OutboundEmail, new_message_id

__all__ = [
    "Digest",
    "InboundEmail",
    "Notice",
    "OutboundEmail",
    "PutOff",
    "RawDownload",
    "new_message_id",
]
