"""Signs of life of the workers: each periodic job leaves a row when it has done its work."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from tickets import clock
from tickets.models import Heartbeat


def note(job: str) -> None:
    """Write that this job has just run; not at every run of a job that runs all the time."""
    now = clock.now()
    often_enough = timedelta(seconds=settings.WORKER_LATE_SECONDS / 6)
    if not Heartbeat.objects.filter(job=job, at__gt=now - often_enough).exists():
        Heartbeat.objects.bulk_create(
            [Heartbeat(job=job, at=now)],
            update_conflicts=True,
            unique_fields=["job"],
            update_fields=["at"],
        )


def is_late() -> bool:
    """Whether no job at all has run for settings.WORKER_LATE_SECONDS."""
    limit = clock.now() - timedelta(seconds=settings.WORKER_LATE_SECONDS)
    return not Heartbeat.objects.filter(at__gte=limit).exists()
