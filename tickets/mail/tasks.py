"""Mails by themselves: beat wakes what sends and what reads; what they leave is asked for again."""

from __future__ import annotations

from celery import shared_task

from tickets import clock
from tickets.mail import digests
from tickets.mail.inbound import clearing, lost, reading
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


@shared_task(name="tickets.mail.tasks.read")
def read() -> tuple[str, bool]:
    """Read what came in."""
    return reading.run(seconds=SECONDS)


@shared_task(name="tickets.mail.tasks.clear_kept")
def clear_kept() -> tuple[str, bool]:
    """Delete the bytes of old mails of which no message was made."""
    return clearing.clear_kept(clock.now())


@shared_task(name="tickets.mail.tasks.clear_lost")
def clear_lost() -> tuple[str, bool]:
    """Delete files of mails whose row was never committed."""
    return f"{lost.clear(clock.now())} files deleted", False
