"""Turn notices into mails: once each, rendered and stored, before anything is sent."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from tickets.mail.choices import Tell, choices_for
from tickets.mail.later import release
from tickets.mail.making import Maker, announcements_of
from tickets.mail.models import Notice, OutboundEmail, PutOff

logger = logging.getLogger(__name__)

# Any number that nothing else in this database locks with.
LOCK = 0x6D61696C
LONGEST_WAIT = timedelta(hours=1)


def expand(now: datetime, *, limit: int) -> int:
    """Expand at most `limit` notices and return how many.

    One relay at a time does this, so that mails are numbered in the order in which
    things happened. A notice that fails is tried again later and holds up no other.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        notices = list(Notice.objects.to_expand(now)[:limit])
        mails = [
            mail
            for kind, group in _by_kind(notices).items()
            for mail in _expand(kind, group, now=now)
        ]
        order = {notice.pk: position for position, notice in enumerate(notices)}
        mails.sort(key=lambda mail: order[mail.notice_id])
        _mark_expanded(notices, now=now)
        released, number = release(now, limit=limit - len(notices))
        OutboundEmail.objects.bulk_create([*mails, *released], ignore_conflicts=True)
        return len(notices) + number


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def _by_kind(notices: Sequence[Notice]) -> dict[str, list[Notice]]:
    kinds = defaultdict(list)
    for notice in notices:
        kinds[notice.kind].append(notice)
    return kinds


def _expand(kind: str, notices: Sequence[Notice], *, now: datetime) -> list[OutboundEmail]:
    """Return the mails of these notices; where one fails, each goes on its own."""
    try:
        with transaction.atomic():
            mails = _mails(kind, notices, now=now)
    except Exception as error:
        if len(notices) > 1:
            return [mail for notice in notices for mail in _expand(kind, [notice], now=now)]
        _put_off(notices[0], error, now=now)
        return []
    for notice in notices:
        notice.expanded_at = now
    return mails


def _put_off(notice: Notice, error: Exception, *, now: datetime) -> None:
    notice.attempts += 1
    notice.next_try_at = now + min(
        timedelta(minutes=2 ** min(notice.attempts - 1, 10)), LONGEST_WAIT
    )
    notice.error = f"{type(error).__name__}: {error}"[:1000]
    notice.save(update_fields=["next_try_at", "attempts", "error"])
    # Only the type: an error's text may quote what it failed on.
    logger.error("Notice %s cannot be made into mails: %s", notice.pk, type(error).__name__)


def _mark_expanded(notices: Sequence[Notice], *, now: datetime) -> None:
    done = [notice.pk for notice in notices if notice.expanded_at]
    if done:
        Notice.objects.filter(pk__in=done).update(expanded_at=now, error="")


def _mails(kind: str, notices: Sequence[Notice], *, now: datetime) -> list[OutboundEmail]:
    """Return what these notices tell now, and keep what agents wanted to hear later."""
    announcements = announcements_of(kind, notices)
    choices, maker = choices_for(announcements.values()), Maker(announcements, now=now)
    mails, later = [], []
    for notice in notices:
        announcement = announcements.get(notice.subject_id)
        if announcement is None:
            continue
        for recipient in announcement.recipients:
            put_off = choices.put_off(announcement, recipient, notice=notice, now=now)
            if put_off:
                later.append(put_off)
            elif choices.way(announcement, recipient) != Tell.NEVER:
                mails.append(maker.mail_of(notice, announcement, recipient=recipient))
    PutOff.objects.bulk_create(later, ignore_conflicts=True)
    return mails
