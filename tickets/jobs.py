"""Long work in slices: begun by a person, done by whichever worker comes by, resumed by any."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import clock
from tickets.models import Job

logger = logging.getLogger(__name__)

# Between two slices a worker does whatever else waits in its queue: mails, the sweep.
SLICE = timedelta(seconds=5)
# Longer than any task may run (portal/celery.py), so that nobody works on a job beside its holder.
LEASE = timedelta(seconds=90)
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
TRIES = len(WAITS) + 1
LONGEST_ERROR = 1000


class Lost(Exception):
    """Another worker has the job by now; what this one did since its last `keep` does not count."""


def start(kind: str, *, params: dict[str, Any], by: User, title: str, leads_to: str = "") -> Job:
    """Ask for long work of one of `settings.JOB_KINDS`; a worker begins with it in a moment.

    `title` says what it is to who waits for it, `leads_to` is the page that goes on from its end.
    """
    now = clock.now()
    return Job.objects.create(
        kind=kind,
        params=params,
        by=by,
        title=title,
        leads_to=leads_to,
        created_at=now,
        next_try_at=now,
    )


def work(now: datetime) -> Job | None:
    """Do a slice of the job that is due longest at `now` (UTC); None: there is none.

    An error puts the job off, longer each time, and after `TRIES` in a row it is given up; so it
    is when its workers were killed as often. Either way the error stays on the job.
    """
    job = _claim(now)
    if job is None or job.was_given_up:
        return job
    try:
        is_finished = _work_of(job.kind)(job, until=now + SLICE)
    except Lost:
        logger.warning("Another worker went on with job %s", job.pk)
    except Exception as error:
        logger.exception("A slice of job %s failed", job.pk)
        _put_off(job, error)
    else:
        _end_slice(job, is_finished=is_finished)
    return job


def keep(job: Job) -> None:
    """Store how far the job came, in the transaction of what it did.

    Raises `Lost` where another worker has it: the transaction must not stand then.
    """
    _update(job, state=job.state, result=job.result, done=job.done, total=job.total)


def try_again(job: Job) -> None:
    """Let a job that was given up go on from where it stopped; any other goes on anyway."""
    now = clock.now()
    Job.objects.filter(pk=job.pk, finished_at=None, next_try_at=None).update(
        next_try_at=now, attempts=0
    )


def _claim(now: datetime) -> Job | None:
    due = Job.objects.filter(next_try_at__lte=now).order_by("next_try_at", "id")
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        if job.attempts >= TRIES:
            job.next_try_at = None
            job.error = job.error or _("Its workers ended in the middle of it, time and again.")
        else:
            job.next_try_at = now + LEASE
            job.started_at = job.started_at or now
            job.attempts += 1
        job.save(update_fields=["next_try_at", "started_at", "attempts", "error"])
    return job


def _end_slice(job: Job, *, is_finished: bool) -> None:
    now = clock.now()
    changes = (
        {"finished_at": now, "next_try_at": None}
        if is_finished
        else {"next_try_at": now}  # behind whatever else is due by now
    )
    _update_if_ours(
        job,
        state=job.state,
        result=job.result,
        done=job.done,
        total=job.total,
        attempts=0,
        error="",
        **changes,
    )


def _put_off(job: Job, error: Exception) -> None:
    words = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    is_last = job.attempts >= TRIES
    next_try_at = None if is_last else clock.now() + WAITS[job.attempts - 1]
    _update_if_ours(job, error=words, next_try_at=next_try_at)


def _update_if_ours(job: Job, **columns: Any) -> None:
    try:
        _update(job, **columns)
    except Lost:
        logger.warning("Another worker went on with job %s", job.pk)


def _update(job: Job, **columns: Any) -> None:
    """Write columns while the lease is the one that this worker was given."""
    leased = Job.objects.filter(pk=job.pk, next_try_at=job.next_try_at, finished_at=None)
    if not leased.update(**columns):
        raise Lost
    for name, value in columns.items():
        setattr(job, name, value)


@cache
def _work_of(kind: str) -> Callable[..., bool]:
    return import_string(settings.JOB_KINDS[kind])
