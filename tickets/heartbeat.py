"""Signs of life: each periodic job leaves a row when it has done its work, and so does beat."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from tickets import clock
from tickets.models import Heartbeat

# Not a job but what sends for them: it says nothing of workers.
BEAT = "beat"


def note(job: str) -> None:
    """Write that this job has just run; not at every run of a job that runs all the time."""
    now = clock.now()
    often_enough = timedelta(seconds=settings.WORKER_LATE_SECONDS / 6)
    if not Heartbeat.objects.filter(job=job, at__gt=now - often_enough).exists():
        write(job, at=now)


def write(job: str, *, at: datetime) -> None:
    """Write that this ran at `at` (UTC), in one query: for what must be known to the second."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(job=job, at=at)],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["at"],
    )


def is_late() -> bool:
    """Whether no job at all has run for settings.WORKER_LATE_SECONDS."""
    limit = clock.now() - timedelta(seconds=settings.WORKER_LATE_SECONDS)
    return not Heartbeat.objects.exclude(job=BEAT).filter(at__gte=limit).exists()
