"""Mails that came in, as rows with their bytes: for the pages that show and decide about them."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tickets import clock, files
from tickets.catalog.models import Brand
from tickets.mail.models import InboundEmail

RAW = b"From: Eve <eve@elsewhere.example>\r\nSubject: About it\r\n\r\nPlease pay me instead.\r\n"


def came(*, brand: str = "perfectserve", raw: bytes = RAW, **columns) -> InboundEmail:
    """Keep a mail that was read: in quarantine, unless the columns say otherwise."""
    now = clock.now()
    place = default_storage.save(files.server_name(None, ""), ContentFile(raw))
    values = {
        "door": InboundEmail.Door.SMTP,
        "received_at": now,
        "next_try_at": now,
        "mail_from": "eve@elsewhere.example",
        "rcpt_to": ["support@support.perfectserve.com"],
        "raw": place,
        "size": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "brand": Brand.objects.filter(key=brand).first(),
        "state": InboundEmail.State.QUARANTINED,
        "reason": "list",
        "sender": "eve@elsewhere.example",
        "sender_name": "Eve",
        "subject": "About it",
        "told": {"text": "Please pay me instead.", "quoted": "> earlier", "files": []},
    }
    return InboundEmail.objects.create(**values | columns)


def held(ticket, **columns) -> InboundEmail:
    """Let a mail wait on a ticket whose customer it claims to be from."""
    values = {
        "ticket": ticket,
        "state": InboundEmail.State.DONE,
        "outcome": InboundEmail.Outcome.HELD,
        "reason": "check_failed",
        "check_of_sender": InboundEmail.Check.FAILED,
        "sender": ticket.requester.email,
    }
    return came(**values | columns)
