"""Mails that come in at the demo company: each as bytes, and what is made of what it says."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.demo.casting import Case
from portal.demo.filing import Desk
from tickets import clock, files
from tickets.mail.inbound.acting import Work, do, remember
from tickets.mail.inbound.deciding import decide
from tickets.mail.inbound.facts import facts_of
from tickets.mail.inbound.mail import Mail
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.models import Ticket


def bring(case: Case, desk: Desk, *, text: str, **said: Any) -> InboundEmail:
    """Have a mail come in now, from the case's customer unless it says otherwise.

    One on a ticket answers the newest mail of ours that its customer got. How often somebody may
    mail is not counted here: the quarter is lived within minutes.
    """
    sender = desk.people[said.pop("sender", case.requester)]
    ours = desk.brands[case.brand].mail_address
    headers = {
        "from": f"{sender.name} <{sender.email}>",
        "to": ours,
        "subject": case.say(case.story.subject),
        "references": " ".join(_answers(case)),
    }
    raw, message_id = _bytes(headers, text)
    row = _taken(raw, sender=sender.email, to=ours)
    mail = Mail(
        message_id=message_id,
        references=_answers(case),
        sender=sender.email,
        sender_name=sender.name,
        to=(ours,),
        subject=headers["subject"],
        text=text,
        fingerprint=hashlib.sha256(raw).hexdigest(),
        **{"check": "pass", "addressed": 1, **said},
    )
    remember(row, mail)
    do(Work(row, mail, decide(mail, facts_of(mail, row))))
    return row


def filed(case: Case, desk: Desk) -> Ticket:
    """File the case by mail."""
    ticket = bring(case, desk, text=case.say(case.story.description)).ticket
    if ticket is None:
        raise LookupError(f"“{case.story.key}” became no ticket.")
    return ticket


def _answers(case: Case) -> tuple[str, ...]:
    if case.ticket is None:
        return ()
    sent = OutboundEmail.objects.filter(ticket=case.ticket, recipient=case.requester)
    return tuple(sent.order_by("-pk").values_list("message_id", flat=True)[:1])


def _bytes(headers: dict[str, str], text: str) -> tuple[bytes, str]:
    """Write the mail as its program would have; return it with its Message-ID."""
    written = EmailMessage()
    for name, value in headers.items():
        if value:
            written[name] = value
    written.set_content(text)
    now = clock.now()
    written["date"] = now
    name = hashlib.sha256(f"{now} {headers['from']}".encode()).hexdigest()[:24]
    written["message-id"] = f"<{name}@{headers['from'].rpartition('@')[2].rstrip('>')}>"
    return written.as_bytes(), str(written["message-id"])


def _taken(raw: bytes, *, sender: str, to: str) -> InboundEmail:
    now = clock.now()
    return InboundEmail.objects.create(
        door=InboundEmail.Door.SMTP,
        received_at=now,
        next_try_at=now,
        mail_from=sender,
        rcpt_to=[to],
        raw=default_storage.save(files.server_name(None, ""), ContentFile(raw)),
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
    )
