"""The signed part of an address that answers come to: support+TAG@… names a ticket and a person.

A tag shows that we told this person of this ticket. It is all small letters and digits, for mail
servers on the way may change the case.
"""

from __future__ import annotations

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.querysets import normal_email

SALT = "tickets.mail.inbound.tags"
# 26 letters of base32 are 130 bits.
LENGTH = 26
TAG = re.compile(rf"([0-9]{{1,12}})-([a-z2-7]{{{LENGTH}}})")


def make(ticket_id: int, recipient: str) -> str:
    """Return the tag that this person's answers on this ticket bear."""
    return f"{ticket_id}-{_signature(ticket_id, recipient, key=settings.SECRET_KEY)}"


def check(tag: str, *, sender: str) -> int | None:
    """Return the ticket where we gave this tag to this sender; None for any other."""
    found = TAG.fullmatch(tag.lower())
    if found is None:
        return None
    ticket_id, given = int(found[1]), found[2]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    signatures = [_signature(ticket_id, sender, key=key) for key in keys]
    return ticket_id if any(constant_time_compare(given, each) for each in signatures) else None


def named(tag: str) -> int | None:
    """Return the ticket that a tag names, whosever it is: it proves nothing."""
    found = TAG.fullmatch(tag.lower())
    return int(found[1]) if found else None


def tag_of(address: str) -> str:
    """Return what stands behind the plus of an address, "" where there is none."""
    return address.rpartition("@")[0].partition("+")[2]


def without_tag(address: str) -> str:
    """Return an address without what stands behind its plus."""
    name, _at, domain = address.rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def with_tag(address: str, tag: str) -> str:
    """Return an address with a tag behind its plus."""
    name, _at, domain = address.rpartition("@")
    return f"{name}+{tag}@{domain}"


def _signature(ticket_id: int, recipient: str, *, key: str) -> str:
    value = f"{ticket_id}:{normal_email(recipient)}"
    digest = salted_hmac(SALT, value, secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:LENGTH]
