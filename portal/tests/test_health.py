"""What health says: whether a process lives, and whether the site is served and worked on."""

from __future__ import annotations

import pytest
from django.db import connection

from tickets import heartbeat

OK = {"database": "ok", "worker": "ok"}
DEGRADED = {"status": "degraded", "database": "ok", "worker": "late"}


@pytest.fixture
def readiness(client):
    """Ask, and return status and answer."""

    def ask():
        response = client.get("/readyz")
        return response.status_code, response.json()

    return ask


def test_a_process_that_lives_says_so_without_a_database(client):
    assert client.get("/healthz").content == b"ok\n"


def test_all_is_well_while_any_job_runs(readiness, time, db):
    heartbeat.note("relay")

    assert readiness() == (200, OK)


def test_a_site_whose_workers_never_ran_is_served_but_degraded(readiness, time, db):
    assert readiness() == (200, DEGRADED)


def test_it_is_degraded_when_no_job_has_run_for_three_minutes(readiness, time, db):
    heartbeat.note("sweep")
    time.advance(seconds=60)
    heartbeat.note("relay")

    time.advance(seconds=180)
    assert readiness() == (200, OK)

    time.advance(seconds=1)
    assert readiness() == (200, DEGRADED)


def test_an_installation_can_say_after_how_long(readiness, time, db, settings):
    settings.WORKER_LATE_SECONDS = 10
    heartbeat.note("relay")

    time.advance(seconds=11)

    assert readiness() == (200, DEGRADED)


def test_a_database_that_is_not_migrated_is_not_ready(readiness, db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tickets_heartbeat RENAME TO not_there_yet")

    assert readiness() == (503, {"database": "unavailable"})


def test_readiness_costs_one_query_and_the_time(client, db, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get("/readyz")


def test_a_worker_and_beat_give_signs_of_life_through_the_queue(
    celery_services, client, eventually
):
    eventually(lambda: client.get("/readyz").json() == OK)
