"""Send stored mails over SMTP, outside any transaction.

A mail is leased, sent, marked. Who is killed between the last two sends it a second
time when the lease is over, under the same Message-ID; nothing else can double it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from tickets import clock
from tickets.mail.answers import Answer, meaning, wait_after, wait_while_away
from tickets.mail.envelope import message
from tickets.mail.models import OutboundEmail
from tickets.mail.tally import Tally

logger = logging.getLogger(__name__)

# Longer than a task may live (portal/celery.py), so that a lease only ends with its holder.
LEASE = timedelta(seconds=90)


def deliver(now: datetime, *, limit: int, until: float) -> Tally:
    """Send at most `limit` mails that are due, beginning none after `until` (monotonic).

    Where the server cannot be reached, all of them wait a little and none is blamed.
    """
    mails = claim(now, limit=limit)
    if not mails:
        return Tally()
    server = get_connection(settings.RELAY_BACKEND)
    try:
        server.open()
    except OSError as error:
        _hang_up(server)  # it may have been reached, and have offered no TLS
        _change(mails, next_try_at=now + wait_while_away(), error=_words(error))
        return Tally(put_off=len(mails), away=True)
    try:
        return _send_all(server, mails, now=now, until=until)
    finally:
        _hang_up(server)


def claim(now: datetime, *, limit: int) -> list[OutboundEmail]:
    """Lease mails that are due: until the lease is over, no other relay takes them."""
    with transaction.atomic():
        due = OutboundEmail.objects.to_send(now).select_for_update(skip_locked=True, no_key=True)
        mails = list(due[:limit])
        OutboundEmail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
            next_try_at=now + LEASE
        )
    return mails


def drop() -> int:
    """Delete what was written for nobody's sake, and return how much that was."""
    deleted, _by_model = OutboundEmail.objects.queued().to_nobody().delete()
    return deleted


def _send_all(
    server: BaseEmailBackend, mails: Sequence[OutboundEmail], *, now: datetime, until: float
) -> Tally:
    tally = Tally()
    for position, mail in enumerate(mails):
        if time.monotonic() > until:
            _put_off(mails[position:], until=now)
            break
        tally += _send(server, mail)
        if tally.away:
            # Others may fare better over a new connection; this one waits for its lease's end.
            _put_off(mails[position + 1 :], until=now)
            break
    return tally


def _send(server: BaseEmailBackend, mail: OutboundEmail) -> Tally:
    try:
        server.send_messages([message(mail)])
    except Exception as error:
        logger.warning("Mail %s was not sent: %s", mail.pk, type(error).__name__)
        return _refused(mail, error)
    scrubbed = {"text": "", "html": ""} if mail.is_of_account else {}
    OutboundEmail.objects.filter(pk=mail.pk).update(
        state=OutboundEmail.State.SENT, sent_at=clock.now(), error="", **scrubbed
    )
    return Tally(sent=1)


def _refused(mail: OutboundEmail, error: Exception) -> Tally:
    answer, attempts = meaning(error), mail.attempts + 1
    if answer is Answer.AWAY:
        _change([mail], error=_words(error))
        return Tally(put_off=1, away=True)
    if answer is Answer.NEVER or attempts >= settings.MAIL_MAX_TRIES:
        _change([mail], error=_words(error), attempts=attempts, state=OutboundEmail.State.FAILED)
        return Tally(failed=1)
    _change(
        [mail],
        error=_words(error),
        attempts=attempts,
        next_try_at=clock.now() + wait_after(attempts),
    )
    return Tally(put_off=1)


def _put_off(mails: Sequence[OutboundEmail], *, until: datetime) -> None:
    _change(mails, next_try_at=until)


def _change(mails: Sequence[OutboundEmail], **columns) -> None:
    """Change mails that still wait: another relay may have sent them after a lease's end."""
    OutboundEmail.objects.queued().filter(pk__in=[mail.pk for mail in mails]).update(**columns)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:1000]


def _hang_up(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError as error:
        logger.info("The mail server did not say goodbye: %s", type(error).__name__)
