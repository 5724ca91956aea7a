"""What the timetable asks of promises."""

from __future__ import annotations

from celery import shared_task

from sla import editions, exports, nightly
from sla import sweep as sweeping
from sla.pulse import SWEEP
from tickets import clock, heartbeat

# Well below a task's hard limit (portal/celery.py), one slow batch more included.
SECONDS = 20


@shared_task(name=SWEEP)
def sweep() -> tuple[str, bool]:
    """Record the breaches, steps and warnings that came to be since the last time."""
    now = clock.now()
    swept = sweeping.sweep(now, seconds=SECONDS)
    heartbeat.write(SWEEP, at=now)
    return str(swept), swept.more


@shared_task(name="sla.tasks.verify")
def verify() -> tuple[str, bool]:
    """Go on with the nightly check of stored promises, or begin it when it is time."""
    return nightly.go_on(seconds=SECONDS)


@shared_task(name="sla.tasks.clear_exports")
def clear_exports() -> tuple[str, bool]:
    """Remove the files of lists that were kept for long enough."""
    removed, more = exports.clear(clock.now())
    return f"{removed} files deleted", more


@shared_task(name="sla.tasks.report")
def report() -> tuple[str, bool]:
    """Write the reports that somebody subscribed to and that are due."""
    written, more = editions.write_due(clock.now(), seconds=SECONDS)
    return f"{written} reports written", more
