"""Do every periodic job once, without Celery or its broker."""

from __future__ import annotations

import logging
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.celery import TIMETABLE, Job, app
from tickets import heartbeat

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Do every periodic job until nothing of it is due, in the order of the timetable. It may "
        "run beside workers or a second one of itself. Ends with 1 if a job failed; the others "
        "are done all the same."
    )

    def handle(self, *args, **options):
        app.loader.import_default_modules()
        failed = [job.name for job in TIMETABLE if not self._did(job)]
        if failed:
            raise CommandError(
                f"{len(failed)} of {len(TIMETABLE)} jobs failed: {', '.join(failed)}"
            )

    def _did(self, job: Job) -> bool:
        """Do one job and say what came of it; whether it came to its end."""
        began = time.monotonic()
        try:
            for done in runs(job):
                self.stdout.write(f"{job.name}: {done} ({time.monotonic() - began:.2f} s)")
        except Exception as error:
            logger.exception("“%s” failed", job.name)
            self.stderr.write(f"{job.name}: failed: {type(error).__name__}")
            if not connection.is_usable():
                connection.close()  # the next job opens another
            return False
        return True


def runs(job: Job):
    """Run a job until it leaves nothing, and yield what each run did."""
    more = True
    while more:
        done, more = app.tasks[job.task]()
        yield done
    heartbeat.note(job.task)
