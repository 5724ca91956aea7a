"""Taking a mail: its bytes are on the disk and its row committed before its bringer is told so."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from tickets import clock, files
from tickets.mail.inbound.top import hops
from tickets.mail.models import InboundEmail

# Mails lie here, a folder for each day: what a killed process left is looked for in few of them.
FOLDER = "mail"
MOST_HOPS = 50
# Before the source of a mail of which no more than the head is kept.
HEAD = "head:"
# How an empty sender is written: in SMTP, and by Postfix for a pipe.
NOBODY = ("<>", "MAILER-DAEMON")


class Refused(Exception):
    """A mail that will never be taken; in words that may be told to whoever brings it."""

    words = ""


class TooLarge(Refused):
    """A mail of more bytes than MAIL_IN_MAX_BYTES."""

    words = "The mail is too large"


class Empty(Refused):
    """A mail without a single letter."""

    words = "The mail is empty"


class Looping(Refused):
    """A mail that went through more servers than any way is long (RFC 5321, 6.3)."""

    words = "The mail goes round in circles"


def take(
    raw: bytes,
    *,
    door: str,
    mail_from: str = "",
    rcpt_to: Sequence[str] = (),
    source: str = "",
    size: int | None = None,
) -> InboundEmail:
    """Keep these bytes for good and return their row; what is read of them comes later.

    `source` names where they lay for good: taken from there twice they are one row. `size` is that
    of the whole mail, where these are its head. Raises `Refused`, and whatever a database or disk
    raises that cannot take it now: then nothing is left.
    """
    check(raw)
    taken = InboundEmail.objects.filter(source=source).first() if source else None
    if taken is not None:
        return taken
    now = clock.now()
    return _committed(
        InboundEmail(
            door=door,
            source=source,
            received_at=now,
            next_try_at=now,
            mail_from=_plain(mail_from),
            rcpt_to=[_plain(address) for address in rcpt_to][:100],
            raw=_keep(raw, day=now),
            size=len(raw) if size is None else size,
            sha256=hashlib.sha256(raw).hexdigest(),
        )
    )


def check(raw: bytes) -> None:
    """Raise what stands against ever taking these bytes."""
    if len(raw) > settings.MAIL_IN.max_bytes:
        raise TooLarge
    if not raw or raw.isspace():
        raise Empty
    if hops(raw) > MOST_HOPS:
        raise Looping


def _committed(row: InboundEmail) -> InboundEmail:
    """Store the row of bytes that are kept, or return the one that they have already."""
    place = str(row.raw.name)
    try:
        with transaction.atomic(durable=True):
            row.save(force_insert=True)
    except IntegrityError:
        _drop(place)
        return InboundEmail.objects.get(source=row.source)
    except Exception:  # every one is raised again, for the door to answer "later"
        # Nobody knows whether the commit came through where the connection broke in its middle.
        if not _is_known(place):
            _drop(place)
        raise
    return row


def was_taken(source: str) -> bool:
    """Whether what lies there is kept already: it need not be fetched again."""
    return InboundEmail.objects.filter(source=source).exists()


def folder_of(day: datetime) -> str:
    """Return where the mails of a day lie."""
    return f"{FOLDER}/{day:%Y-%m-%d}"


def _keep(raw: bytes, *, day: datetime) -> str:
    """Write the bytes so that they outlast a power cut, and return their name.

    Not under another name first: nobody knows this one before the row is there.
    """
    name = f"{folder_of(day)}/{files.server_name(None, '').rpartition('/')[2]}"
    try:
        name = default_storage.save(name, ContentFile(raw))
        _settle(name)
    except Exception:  # raised again: a storage elsewhere has errors of its own
        _drop(name)
        raise
    return name


def _settle(name: str) -> None:
    """Have a file and the folders that name it written to the disk, where there is one."""
    try:
        file = Path(default_storage.path(name))
    except NotImplementedError:
        return  # a storage elsewhere answers when it holds the bytes
    # The folder of the day may be new, and so may be the one that it is in.
    for place in (file, *list(file.parents)[:3]):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _drop(name: str) -> None:
    with suppress(OSError):  # what cannot be removed now is removed with what is lost
        default_storage.delete(name)


def _is_known(name: str) -> bool:
    """Whether a row names this file; so it may be, where the database does not say."""
    try:
        return InboundEmail.objects.filter(raw=name).exists()
    except Exception:  # whatever it is that the database does not answer for
        return True


def _plain(address: str) -> str:
    """Return an address as PostgreSQL can keep it: no NUL, no half of a letter, not too long."""
    text = address.encode("utf-8", "replace").decode().replace("\0", "")
    return "" if text in NOBODY else text[:320]
