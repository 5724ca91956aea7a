"""What the timetable asks of promises."""

from __future__ import annotations

from celery import shared_task

from sla import sweep as sweeping
from tickets import clock


@shared_task(name="sla.tasks.sweep")
def sweep() -> tuple[str, bool]:
    """Record the breaches that came to be since the last time."""
    return f"{sweeping.sweep(clock.now())} breached", False
