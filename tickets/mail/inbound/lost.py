"""Files of mails without a row: a process was killed between the two. They are removed here."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage

from tickets.mail.inbound.taking import FOLDER, folder_of
from tickets.mail.models import InboundEmail

logger = logging.getLogger(__name__)

# Whoever was to look and could not, for so long, looks the next time.
DAYS = 7


def clear(now: datetime) -> int:
    """Remove files that lie about for settings.LOST_FILE_HOURS; return how many that were."""
    before = now - timedelta(hours=settings.LOST_FILE_HOURS)
    days = (before - timedelta(days=back) for back in range(DAYS))
    return sum(_clear_day(folder_of(day), before=before) for day in days)


def _clear_day(folder: str, *, before: datetime) -> int:
    try:
        _folders, names = default_storage.listdir(folder)
    except OSError:
        return 0  # no mail came on that day
    here = {f"{folder}/{name}" for name in names}
    known = set(InboundEmail.objects.filter(raw__in=here).values_list("raw", flat=True))
    return sum(_removed(name, before=before) for name in sorted(here - known))


def _removed(name: str, *, before: datetime) -> bool:
    try:
        if default_storage.get_modified_time(name) >= before:
            return False
        default_storage.delete(name)
    except OSError as error:
        logger.error("A mail's file in %s cannot be removed: %s", FOLDER, type(error).__name__)
        return False
    return True
