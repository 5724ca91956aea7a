"""A worker is killed while it writes a file, time and again, and the file is whole all the same."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import time as seconds
from io import StringIO

import pytest
from django.db.models import F
from django.urls import reverse

from sla.tests.crowds import crowd
from sla.tests.managers import signed_in
from tickets import clock, jobs
from tickets.models import Job
from tickets.tasks import work_on_jobs

ROUNDS = 4
# A worker of its own that does slices of a fifth of a second, and says when it begins.
WORKER = """
import django; django.setup()
from datetime import timedelta
from sla import exports
from tickets import jobs
from tickets.tasks import work_on_jobs
jobs.SLICE, exports.BATCH = timedelta(seconds=0.2), 50
print("ready", flush=True)
while work_on_jobs()[1]:
    pass
"""


@pytest.fixture
def long_list(transactional_db, furnished, settings, make_ticket, tmp_path):
    settings.EXPORT_LINES = 10
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }
    crowd(make_ticket(), 2999)
    return tmp_path


def kill_a_worker(environment, *, after):
    """Start one, and end it as a power cut would, so many seconds after it began."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stdout.readline() == "ready\n"
        seconds.sleep(after)
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()


def test_every_line_is_there_once_however_often_a_worker_was_killed(
    long_list, morgan, environment_of_processes
):
    environment = environment_of_processes | {"FILES_ROOT": str(long_list)}
    client = signed_in(morgan)
    client.post(reverse("export", args=["due"]))
    job = Job.objects.get()
    came_to = []
    for _round in range(ROUNDS):
        kill_a_worker(environment, after=random.uniform(0.1, 1.0))
        job.refresh_from_db()
        came_to.append(job.done)
        # Its lease is over; a slice that was never ended counts as a try.
        Job.objects.filter(pk=job.pk, finished_at=None).update(
            next_try_at=clock.now(), attempts=F("attempts")
        )

    while work_on_jobs()[1]:
        pass

    job.refresh_from_db()
    text = b"".join(client.get(job.leads_to).streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(StringIO(text, newline="")))
    assert came_to == sorted(came_to)
    assert len(lines) == job.done == job.total == 6000
    assert len({(line["Ticket"], line["Promise"]) for line in lines}) == 6000
    assert jobs.TRIES > ROUNDS
