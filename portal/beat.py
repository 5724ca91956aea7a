"""Beat, with a sign of life of its own: so that one can tell whether it or the workers are gone."""

from __future__ import annotations

import logging
import time

from celery.beat import PersistentScheduler
from django.conf import settings
from django.db import Error, connection

from tickets import clock, heartbeat

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Celery's own, which notes on its way that it goes round. No database stops it."""

    noted_at = float("-inf")

    def tick(self, *args, **kwargs):
        self._note()
        return min(super().tick(*args, **kwargs), settings.SWEEP_SECONDS)

    def _note(self):
        if time.monotonic() - self.noted_at < settings.SWEEP_SECONDS:
            return
        self.noted_at = time.monotonic()
        try:
            heartbeat.write(heartbeat.BEAT, at=clock.now())
        except Error as error:
            logger.warning("Beat cannot leave a sign of life: %s", error)
            connection.close()  # the next one opens another
