"""Mails by themselves: beat wakes the relay and the digests; what they leave is asked for again."""

from __future__ import annotations

from celery import shared_task

from tickets import clock
from tickets.mail import digests
from tickets.mail.relay import run

# Well below a task's hard limit (portal/celery.py), one slow mail more included.
SECONDS = 20


@shared_task(name="tickets.mail.tasks.relay")
def relay() -> tuple[str, bool]:
    """Send what is due."""
    done, more = run(seconds=SECONDS)
    return str(done), more


@shared_task(name="tickets.mail.tasks.digest")
def digest() -> tuple[str, bool]:
    """Write the digests that are due by their readers' clocks."""
    written, more = digests.write_due(clock.now(), seconds=SECONDS)
    return f"{written} digests written", more
