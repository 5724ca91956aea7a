"""The relay as a task: beat wakes it, and what it leaves is asked for again."""

from __future__ import annotations

from celery import shared_task

from tickets.mail.relay import run

# Well below a task's hard limit (portal/celery.py), one slow mail more included.
SECONDS = 20


@shared_task(name="tickets.mail.tasks.relay")
def relay() -> tuple[str, bool]:
    """Send what is due."""
    done, more = run(seconds=SECONDS)
    return str(done), more
