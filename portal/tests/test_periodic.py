"""Periodic jobs leave a sign of life, and ask for what they left undone."""

from __future__ import annotations

from portal.celery import app
from portal.periodic import PeriodicTask
from tickets import heartbeat
from tickets.models import Draft, Heartbeat
from tickets.tasks import BATCH, clean_up
from tickets.tests.drafts import expired_drafts


def beats():
    return {beat.job: beat.at for beat in Heartbeat.objects.all()}


def test_a_job_that_ran_in_a_worker_leaves_a_sign_of_life(db, time):
    clean_up.apply(throw=True)

    assert beats() == {"tickets.tasks.clean_up": time.at}


def test_a_job_that_fails_leaves_none(db, time, settings):
    settings.LOST_FILE_HOURS = "soon"

    clean_up.apply()

    assert beats() == {}


def test_a_job_that_runs_all_the_time_writes_only_now_and_then(db, time, settings):
    settings.WORKER_LATE_SECONDS = 180
    heartbeat.note("relay")
    began = time.at

    time.advance(seconds=29)
    heartbeat.note("relay")
    assert beats() == {"relay": began}

    time.advance(seconds=1)
    heartbeat.note("relay")
    assert beats() == {"relay": time.at}


def test_noting_costs_two_queries_and_mostly_writes_nothing(db, django_assert_num_queries):
    heartbeat.note("relay")

    with django_assert_num_queries(2) as queries:
        heartbeat.note("relay")

    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["SELECT", "SELECT"]


def test_what_a_full_batch_leaves_is_asked_for_at_once(db, time, queue):
    expired_drafts(BATCH + 1, time)

    clean_up.apply(throw=True)

    assert (Draft.objects.count(), queue()) == (1, 1)


def test_what_is_done_asks_for_nothing(db, time, queue):
    expired_drafts(1, time)

    clean_up.apply(throw=True)

    assert (Draft.objects.count(), queue()) == (0, 0)


def test_every_task_of_ours_is_a_periodic_one():
    app.loader.import_default_modules()
    assert [
        name
        for name, task in app.tasks.items()
        if not name.startswith("celery.") and not isinstance(task, PeriodicTask)
    ] == []
