"""The relay as a task: beat wakes it, and what it leaves it asks for again by itself."""

from __future__ import annotations

from celery import shared_task

from tickets.mail.relay import run

# Well below a task's hard limit (portal/celery.py), one slow mail more included.
SECONDS = 20


@shared_task(bind=True, name="tickets.mail.tasks.relay")
def relay(self):
    """Send what is due; only inside a worker is the rest put back on the queue."""
    _done, more = run(seconds=SECONDS)
    if more and not self.request.called_directly:
        # It expires like beat's own messages, so that a long backlog never fills the queue.
        self.apply_async(expires=SECONDS)
