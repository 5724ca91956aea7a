"""Bytes and words of mails that nobody will go back to are deleted; their rows stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage

from tickets.mail.models import InboundEmail

Outcome = InboundEmail.Outcome
CAME_TO_NOTHING = (Outcome.KEPT, Outcome.DOUBLE, Outcome.DISCARDED, Outcome.REPORTED)
AT_ONCE = 500


def clear_kept(now: datetime, *, limit: int = AT_ONCE) -> tuple[str, bool]:
    """Delete bytes and words of mails that came to nothing, MAIL_IN.keep_days after.

    What stays is whose they were, about what, and why nothing came of them.
    """
    before = now - timedelta(days=settings.MAIL_IN.keep_days)
    old = InboundEmail.objects.filter(
        outcome__in=CAME_TO_NOTHING, state=InboundEmail.State.DONE, received_at__lt=before
    ).exclude(raw="")
    rows = list(old.order_by("pk")[:limit])
    for row in rows:
        clear(row)
        row.save(update_fields=["raw", "told"])
    return f"{len(rows)} mails cleared", len(rows) == limit


def clear(row: InboundEmail) -> None:
    """Delete a mail's bytes, and take its words off its row, which the caller saves.

    The bytes go first: whoever is killed in between finds their name again, and deletes it twice.
    """
    if row.raw:
        default_storage.delete(str(row.raw.name))
    row.raw, row.told = "", {}
