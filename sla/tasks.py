"""What the timetable asks of promises."""

from __future__ import annotations

from celery import shared_task

from sla import sweep as sweeping
from tickets import clock

# Well below a task's hard limit (portal/celery.py), one more batch included.
SECONDS = 20


@shared_task(name="sla.tasks.sweep")
def sweep() -> tuple[str, bool]:
    """Record the breaches, steps and warnings that came to be since the last time."""
    swept = sweeping.sweep(clock.now(), seconds=SECONDS)
    return str(swept), swept.more
