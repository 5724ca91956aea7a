"""Taking a mail: its bytes are stored and committed before its bringer is told so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from tickets import clock, files
from tickets.mail.models import InboundEmail


class TooLarge(Exception):
    """A mail of more bytes than MAIL_IN_MAX_BYTES; it will never be taken."""


def take(
    raw: bytes,
    *,
    door: str,
    mail_from: str = "",
    rcpt_to: Sequence[str] = (),
    source: str = "",
) -> InboundEmail:
    """Keep these bytes for good and return their row; what is read of them comes later.

    `source` names where they lay for good: taken from there twice they are one row. Raises
    `TooLarge`, and whatever a database or disk raises that cannot take it now.
    """
    if len(raw) > settings.MAIL_IN.max_bytes:
        raise TooLarge
    taken = InboundEmail.objects.filter(source=source).first() if source else None
    if taken is not None:
        return taken
    now = clock.now()
    place = default_storage.save(files.server_name(None, ""), ContentFile(raw))
    try:
        with transaction.atomic(durable=True):
            return InboundEmail.objects.create(
                door=door,
                source=source,
                received_at=now,
                next_try_at=now,
                mail_from=mail_from[:320],
                rcpt_to=[address[:320] for address in rcpt_to][:100],
                raw=place,
                size=len(raw),
                sha256=hashlib.sha256(raw).hexdigest(),
            )
    except IntegrityError:
        default_storage.delete(place)
        return InboundEmail.objects.get(source=source)
