"""What waited for the end of an agent's quiet hours, told as things are now."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tickets.mail.choices import Tell, choices_for
from tickets.mail.making import Maker, announcements_of
from tickets.mail.models import OutboundEmail, PutOff
from tickets.mail.notices import Announcement

logger = logging.getLogger(__name__)

WAIT = timedelta(minutes=15)  # after a fault
DUE_SOON = "due_soon"  # the choice whose notices are of promises, of which a ticket has several


def release(now: datetime, *, limit: int) -> tuple[list[OutboundEmail], int]:
    """Return the mails of at most `limit` notices whose wait is over, and how many these were.

    What happened several times on a ticket is told once. For the relay that expands: it alone
    does this, in its transaction.
    """
    late = list(PutOff.objects.after_quiet_hours(now)[:limit])
    kinds: dict[str, list[PutOff]] = defaultdict(list)
    for item in late:
        item.over_at = now
        kinds[item.notice.kind].append(item)
    mails = [mail for kind, items in kinds.items() for mail in _mails_or_wait(kind, items, now=now)]
    PutOff.objects.bulk_update(late, ["over_at", "until"])
    return mails, len(late)


def _mails_or_wait(kind: str, items: Sequence[PutOff], *, now: datetime) -> list[OutboundEmail]:
    """Return the mails of these; where one fails, each goes on its own, and that one waits."""
    try:
        with transaction.atomic():
            return list(_mails(kind, items, now=now))
    except Exception as error:
        if len(items) > 1:
            return [mail for item in items for mail in _mails_or_wait(kind, [item], now=now)]
        items[0].over_at, items[0].until = None, now + WAIT
        # Only the type: an error's text may quote what it failed on.
        logger.error("Put off %s cannot be told: %s", items[0].pk, type(error).__name__)
        return []


def _mails(kind: str, items: Sequence[PutOff], *, now: datetime) -> Iterable[OutboundEmail]:
    """Yield a mail for each that is still to be told now; what they chose meanwhile counts."""
    announcements = announcements_of(kind, [item.notice for item in items])
    choices, maker = choices_for(announcements.values()), Maker(announcements, now=now)
    newest: dict[tuple[int, int, int], tuple[PutOff, Announcement]] = {}
    for item in items:
        announcement = announcements.get(item.notice.subject_id)
        if announcement is None or item.user not in announcement.recipients:
            continue
        again = choices.put_off(announcement, item.user, notice=item.notice, now=now)
        if again:
            item.over_at, item.until = None, again.until
        elif choices.way(announcement, item.user) != Tell.NEVER:
            newest[_same(item, announcement)] = item, announcement
    for item, announcement in newest.values():
        yield maker.mail_of(item.notice, announcement, recipient=item.user)


def _same(item: PutOff, announcement: Announcement) -> tuple[int, int, int]:
    """Return what one mail of the newest tells: a ticket's news, but of each promise by itself."""
    promise = item.notice.subject_id if announcement.choice == DUE_SOON else 0
    return item.user_id, item.ticket_id, promise
