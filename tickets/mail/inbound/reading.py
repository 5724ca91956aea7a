"""Mails that were taken are read, one by one: what each says, what is decided, what is done.

A mail is leased, read in a limited process of its own, and done with in one transaction. One that
fails is tried again later and holds up no other; in the end it lies in quarantine, where staff see
why.
"""

from __future__ import annotations

import logging
import math
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction

from tickets import clock
from tickets.mail.answers import wait_after
from tickets.mail.inbound.acting import State, act
from tickets.mail.inbound.mail import LEFT_THERE, Envelope, Limits, Mail, Unreadable
from tickets.mail.inbound.reader import Reader
from tickets.mail.inbound.taking import HEAD
from tickets.mail.models import InboundEmail

logger = logging.getLogger(__name__)

# Longer than a task may live (portal/celery.py), so that a lease only ends with its holder.
LEASE = timedelta(seconds=90)
# What is kept of an error: its end tells most.
ERROR_LENGTH = 20_000
TELL_THE_ENVELOPE = (InboundEmail.Door.SMTP, InboundEmail.Door.LMTP)
# What another try may change, on a machine that has less to do. Each that is too slow holds up all
# others for its time.
MAY_PASS = frozenset({"failed", "too_slow"})
TRIES_THAT_ARE_SLOW = 2


def run(*, seconds: float = math.inf) -> tuple[str, bool]:
    """Read what waits until nothing does, or the seconds are over.

    Returns what was done in words, and whether there is more.
    """
    until = time.monotonic() + seconds
    done: Counter[str] = Counter()
    row = claim(clock.now())
    if row is None:
        return words(done), False
    with a_reader() as reader:
        while row is not None:
            done[read(reader, row)] += 1
            if time.monotonic() > until:
                return words(done), True
            row = claim(clock.now())
    return words(done), False


def words(done: Counter[str]) -> str:
    parts = (f"{count} {outcome}" for outcome, count in sorted(done.items()))
    return f"{done.total()} read" + (f": {', '.join(parts)}" if done else "")


@transaction.atomic
def claim(now: datetime) -> InboundEmail | None:
    """Lease the mail that waits longest; a try counts as begun, for some never come to an end."""
    due = InboundEmail.objects.to_read(now).select_for_update(skip_locked=True, no_key=True)
    row: InboundEmail | None = due.first()
    if row is not None:
        row.attempts += 1
        row.next_try_at = now + LEASE
        row.save(update_fields=["attempts", "next_try_at"])
    return row


def read(reader: Reader, row: InboundEmail) -> str:
    """Read one mail and do what it asks for; return what became of it."""
    if row.attempts > settings.MAIL_IN.max_tries:
        return _failed(row, reason="gave_up", error=row.error)
    try:
        with opened(reader, row) as mail:
            return act(row, mail)
    except Unreadable as unreadable:
        return _failed(row, reason=unreadable.reason, error=unreadable.traceback)
    except Exception:  # whatever it is, the next mail is read, and staff see why this one was not
        return _failed(row, reason="failed", error=traceback.format_exc())


def a_reader() -> Reader:
    """Return what reads mails in a process of its own, within the limits of the settings."""
    return Reader(Limits.of(settings.MAIL_IN), authserv_id=settings.MAIL_AUTHSERV_ID)


@contextmanager
def opened(reader: Reader, row: InboundEmail) -> Iterator[Mail]:
    """Return what a mail says; its files lie there until this ends. Raises `Unreadable`."""
    with TemporaryDirectory(prefix="mail-") as folder:
        known = row.door in TELL_THE_ENVELOPE
        envelope = Envelope(mail_from=row.mail_from, rcpt_to=tuple(row.rcpt_to), known=known)
        mail = reader.read(on_disk(row, Path(folder)), envelope=envelope, folder=Path(folder))
        if row.source.startswith(HEAD):
            mail = replace(mail, files=(), notes=(*mail.notes, LEFT_THERE))
        yield mail


def on_disk(row: InboundEmail, folder: Path) -> Path:
    """Return where a mail's bytes lie; those of a storage elsewhere are brought into `folder`."""
    try:
        return Path(row.raw.path)
    except NotImplementedError:
        place = folder / "as it came"
        with row.raw.open("rb") as raw, place.open("wb") as here:
            shutil.copyfileobj(raw, here)
        return place


def _failed(row: InboundEmail, *, reason: str, error: str) -> str:
    """Try a mail again later, or never: then it lies where staff see it."""
    # Only the reason: an error's text may quote the mail.
    logger.warning("Mail %s was not read: %s", row.pk, reason)
    most = TRIES_THAT_ARE_SLOW if reason == "too_slow" else settings.MAIL_IN.max_tries
    is_over = reason not in MAY_PASS or row.attempts >= most
    InboundEmail.objects.waiting().filter(pk=row.pk).update(
        state=State.QUARANTINED if is_over else State.WAITING,
        reason=reason,
        error=error[-ERROR_LENGTH:],
        next_try_at=clock.now() + wait_after(row.attempts),
    )
    return "in quarantine" if is_over else "put off"
