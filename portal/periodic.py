"""What every job does once it has run: leave a sign of life, and ask for what it left."""

from __future__ import annotations

from celery import Task

from tickets import heartbeat


class PeriodicTask(Task):
    """A task of the timetable (portal/celery.py) in a worker; a plain call does none of this."""

    def on_success(self, retval, task_id, args, kwargs):
        """Put what the job's time did not allow back on the queue.

        It expires, as beat's own messages do, so that a long backlog never fills the queue.
        """
        heartbeat.note(self.name)
        _done, more = retval
        if more:
            self.apply_async(expires=self.time_limit)
