"""Bytes and words of mails that nobody will go back to are deleted; their rows stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage

from tickets.mail.models import InboundEmail

Outcome = InboundEmail.Outcome
NOT_NEEDED = (Outcome.KEPT, Outcome.DOUBLE, Outcome.DISCARDED, Outcome.REPORTED)
AT_ONCE = 500


def clear_kept(now: datetime, *, limit: int = AT_ONCE) -> tuple[str, bool]:
    """Delete bytes and words of mails of which no message was made, MAIL_IN.keep_days after.

    What stays is whose they were, about what, and what was done with them.
    """
    before = now - timedelta(days=settings.MAIL_IN.keep_days)
    old = InboundEmail.objects.filter(
        outcome__in=NOT_NEEDED, state=InboundEmail.State.DONE, received_at__lt=before
    ).exclude(raw="")
    rows = list(old.order_by("pk")[:limit])
    for row in rows:
        # The bytes go first: who is killed here finds their name again, and deletes them twice.
        default_storage.delete(str(row.raw.name))
        forget(row)
        row.save(update_fields=["raw", "told"])
    return f"{len(rows)} mails cleared", len(rows) == limit


def forget(row: InboundEmail) -> str:
    """Take a mail's bytes and words off its row, which the caller saves; return the bytes' name."""
    name = str(row.raw.name)
    row.raw, row.told = "", {}
    return name
