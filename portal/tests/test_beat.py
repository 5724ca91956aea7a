"""Beat leaves a sign of life of its own, and no database that is away stops it."""

from __future__ import annotations

import pytest
from django.db import connection

from portal.beat import Scheduler
from portal.celery import app
from tickets import heartbeat
from tickets.models import Heartbeat


@pytest.fixture
def scheduler(tmp_path):
    scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    yield scheduler
    scheduler.close()


def test_beat_and_its_jobs_leave_signs_of_life(celery_services, eventually):
    eventually(lambda: Heartbeat.objects.filter(job=heartbeat.BEAT).exists())
    eventually(lambda: Heartbeat.objects.filter(job="tickets.mail.tasks.relay").exists())


def test_beat_notes_once_in_a_while(scheduler, time, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        scheduler._note()
        scheduler._note()

    assert list(Heartbeat.objects.values_list("job", "at")) == [("beat", time.at)]


def test_without_its_table_beat_goes_on_and_says_so(scheduler, transactional_db, caplog):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_heartbeat RENAME TO not_there_yet")
    try:
        scheduler._note()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE not_there_yet RENAME TO tickets_heartbeat")

    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "Beat cannot leave a sign of life"
    ]
