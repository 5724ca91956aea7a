"""Every night a part of the tickets is checked against its log, so that a week sees them all."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Mod

from sla import verify
from sla.models import Difference, Verification
from tickets import clock
from tickets.models import Ticket
from tickets.states import WORKING

logger = logging.getLogger(__name__)

# Tickets fall into so many parts by their number; a night takes one, the next night the next.
PARTS = 7
# What changed since its part had its last turn, and one night more.
CHANGED_WITHIN = timedelta(days=PARTS + 1)
# Hours of UTC that are night in America. Who missed them all is checked at any hour.
NIGHT = range(6, 10)
APART, AT_THE_LATEST = timedelta(hours=20), timedelta(hours=26)
# So long what is over is kept.
KEPT_FOR = timedelta(days=90)


def go_on(*, seconds: float) -> tuple[str, bool]:
    """Go on with this night's check, or begin it if it is time, for about so many seconds.

    Returns what was done in words, and whether there is more to do now. It may run twice at
    once: who comes second leaves it to the first.
    """
    night = _open_night(clock.now())
    if night is None:
        return "no replay check is due", False
    deadline, before = time.monotonic() + seconds, night.checked
    for keys in verify.batches(tickets_of(night), after=night.after):
        if verify.check(night, keys) is None:
            return "another worker checks", False
        if time.monotonic() > deadline:
            return _said(night, night.checked - before), True
    verify.finish(night)
    _tell(night)
    _forget(night.started_at - KEPT_FOR)
    return _said(night, night.checked - before), False


def tickets_of(night: Verification) -> QuerySet[Ticket]:
    """Return this night's part of the tickets that are open or changed since its last turn."""
    changed = Q(updated_at__gte=night.started_at - CHANGED_WITHIN)
    return Ticket.objects.alias(part=Mod(F("pk"), PARTS)).filter(
        changed | Q(status__in=WORKING), part=night.part
    )


def _open_night(now: datetime) -> Verification | None:
    """Return the check that is under way, else a new one if it is time for it."""
    last = Verification.objects.nights().order_by("-started_at", "-pk").first()
    if last is not None and last.finished_at is None:
        return last
    if last is not None and not _is_time(now, since=now - last.started_at):
        return None
    part = (last.part + 1) % PARTS if last else 0
    Verification.objects.bulk_create(
        [Verification(scope=Verification.Scope.NIGHT, part=part, started_at=now)],
        ignore_conflicts=True,  # another worker began it just now
    )
    return Verification.objects.nights().filter(finished_at=None).first()


def _is_time(now: datetime, *, since: timedelta) -> bool:
    return since >= AT_THE_LATEST or (since >= APART and now.hour in NIGHT)


def _said(night: Verification, checked: int) -> str:
    return f"{checked} tickets checked against their logs, {night.differing} differ so far"


def _tell(night: Verification) -> None:
    if night.differing:
        logger.error(
            "%d of %d tickets have stored promises that their logs do not say: "
            "see /admin/sla/differences/",
            night.differing,
            night.checked,
        )


def _forget(before: datetime) -> None:
    """Delete what has long been over: differences that are gone, and checks that found none."""
    Difference.objects.filter(settled_at__lt=before).delete()
    Verification.objects.filter(finished_at__lt=before, differences=None).delete()
