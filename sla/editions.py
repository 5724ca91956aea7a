"""Writes reports when they are due: each period of a subscription once, with what must be told."""

from __future__ import annotations

import logging
import math
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from sla import subscribing
from sla.models import Edition, Subscription
from sla.periods import DAY, Period
from sla.report_figures import figures
from sla.scope import Scope
from sla.subscription_times import Rhythm
from tickets.mail.models import Notice

logger = logging.getLogger(__name__)

KIND = "report"
# After a fault; the next report of the same subscription may come first.
WAIT = timedelta(minutes=15)


def write_due(now: datetime, *, seconds: float = math.inf) -> tuple[int, bool]:
    """Write reports that are due at `now` (UTC), beginning none when the seconds are over.

    Returns how many, and whether there may be more.

    Who writes one holds its subscription, and others pass it by, so two of us write none twice.
    """
    until, done = time.monotonic() + seconds, 0
    follow_readers(now)
    while time.monotonic() < until:
        if not _write_next(now):
            return done, False
        done += 1
    return done, True


def follow_readers(now: datetime) -> int:
    """Move what is to come to the clocks of readers who changed theirs, and say how many."""
    coming = Subscription.objects.going_on().filter(next_at__gt=now)
    default, moved = subscribing.default_zone(), 0
    for subscription in coming.select_related("user__organization"):
        owed = subscribing.rhythm(subscription).period(subscription.next_at)
        if subscribing.follow(subscription, default=default):
            next_at = _next_at(subscribing.rhythm(subscription), owed=owed, now=now)
            # Unless another process has written one meanwhile, or its reader has changed it.
            same = Subscription.objects.going_on().filter(
                pk=subscription.pk, next_at=subscription.next_at
            )
            moved += same.update(zone=subscription.zone, next_at=next_at)
    return moved


def _next_at(rhythm: Rhythm, *, owed: Period, now: datetime) -> datetime:
    """Return when the report that is owed is due: by clocks that are past its hour, it was."""
    latest = rhythm.latest(now)
    return latest if rhythm.period(latest).first >= owed.first else rhythm.next(now)


@transaction.atomic
def _write_next(now: datetime) -> bool:
    due = Subscription.objects.due(now).select_related("user__organization")
    subscription = due.select_for_update(skip_locked=True, of=("self",)).first()
    if subscription is None:
        return False
    try:
        with transaction.atomic(), timezone.override(subscribing.zone_name(subscription.user)):
            _write(subscription, now=now)
    except Exception:  # whatever it is about one report, it must not keep the others waiting
        logger.exception("The report of subscription %s cannot be written", subscription.pk)
        Subscription.objects.filter(pk=subscription.pk).update(retry_at=now + WAIT)
    return True


def _write(subscription: Subscription, *, now: datetime) -> None:
    scope = Scope.of(subscription.user)
    if reason := subscribing.why_over(subscription, scope=scope):
        subscribing.stop(subscription, reason=reason)
        logger.info("Subscription %s ended: %s", subscription.pk, reason)
        return
    was_due, asked_by = subscription.next_at, subscribing.rhythm(subscription)
    subscribing.follow(subscription)
    rhythm = subscribing.rhythm(subscription)
    at = rhythm.latest(now)
    period = rhythm.period(at)
    if not _is_written(subscription, period):
        skipped = _skipped(asked_by.period(was_due), before=period)
        _tell(subscription, period, scope=scope, now=now, skipped=skipped)
    subscription.next_at, subscription.retry_at = rhythm.next(now), None
    subscription.save(update_fields=["zone", "next_at", "retry_at"])


def _is_written(subscription: Subscription, period: Period) -> bool:
    same = Edition.objects.filter(subscription=subscription, first=period.first, last=period.last)
    return same.exists()


def _tell(
    subscription: Subscription,
    period: Period,
    *,
    scope: Scope,
    now: datetime,
    skipped: list[str] | None,
) -> None:
    found = figures(QueryDict(subscription.filters), period=period, scope=scope, now=now)
    edition = Edition.objects.create(
        subscription=subscription,
        first=period.first,
        last=period.last,
        zone=subscription.zone,
        created_at=now,
        figures={**found, "skipped": skipped},
    )
    Notice.objects.create(kind=KIND, subject_id=edition.pk, created_at=now, next_try_at=now)


def _skipped(due: Period, *, before: Period) -> list[str] | None:
    """Return the first and last day that no report was written of, as nobody was there to."""
    if due.first >= before.first:
        return None
    return [due.first.isoformat(), (before.first - DAY).isoformat()]
