"""Sending signed out, for tests: through the pages, and the link out of the mail."""

from __future__ import annotations

import re
import uuid

from django.core import mail
from django.test import Client
from django.urls import resolve

from tickets.models import Confirmation
from tickets.tests.filing import SIMPLE

SENDER = {"email": "robin@clinic.example", "name": "Robin Vale"}


def send(client, *, type="payment", key=None, **changes):
    """Send a one-page request signed out; return the answer."""
    key = key or uuid.uuid4()
    return client.post(f"/new/{type}/", {**SIMPLE, **SENDER, "key": key, "send": "", **changes})


def sent_signed_out(email=SENDER["email"], client=None, **changes) -> Confirmation:
    """Send one, and return what then waits for this address."""
    key = uuid.uuid4()
    send(client or Client(), key=key, email=email, **changes)
    return Confirmation.objects.get(draft=key)


def link_in(message) -> str:
    """Return the path of the link that files, out of a mail's plain text."""
    return re.search(r"https?://[^/\s]+(/confirmations/\S+)", message.body)[1]


def link(number=-1) -> str:
    """Return the path of the link in the last mail, or in the one of this number."""
    return link_in(mail.outbox[number])


def link_of(confirmation) -> dict:
    """Return the arguments of the link that was mailed last."""
    assert mail.outbox[-1].to == [confirmation.email]
    return resolve(link_in(mail.outbox[-1])).kwargs
