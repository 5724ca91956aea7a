"""Long work: in slices, by any worker, from where the last one stopped; and its page."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tickets import clock, jobs
from tickets.job_page import progress
from tickets.models import Job
from tickets.tasks import work_on_jobs

HERE = "tickets.tests.test_jobs"
KINDS = {
    "counting": f"{HERE}.count_one",
    "failing": f"{HERE}.fail_at_two",
    "overtaken": f"{HERE}.be_overtaken",
}
broken = threading.Event()


def count_one(job, *, until):
    """Work that counts to its parameter, one a slice."""
    job.total = job.params["to"]
    job.done += 1
    job.state = {"last": job.done}
    return job.done == job.total


def fail_at_two(job, *, until):
    if job.done == 1 and broken.is_set():
        raise OSError("The disk is full.")
    return count_one(job, until=until)


def be_overtaken(job, *, until):
    """Work during which the lease runs out, and another worker goes on."""
    Job.objects.filter(pk=job.pk).update(next_try_at=until + jobs.LEASE, done=7)
    return count_one(job, until=until)


@pytest.fixture(autouse=True)
def kinds(settings):
    settings.JOB_KINDS = KINDS
    broken.set()


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


@pytest.fixture
def start(robin):
    def start(kind, **params):
        return jobs.start(kind, params=params, by=robin, title="Count", leads_to="/admin/")

    return start


def columns_of(job):
    job.refresh_from_db()
    return {
        name: getattr(job, name)
        for name in ("state", "done", "total", "attempts", "error", "next_try_at", "finished_at")
    }


def test_work_is_done_slice_by_slice_until_it_is_finished(start, time):
    job = start("counting", to=3)

    said = [work_on_jobs() for _ in range(4)]

    assert said == [("1 slices worked on", True)] * 3 + [("0 slices worked on", False)]
    assert columns_of(job) == {
        "state": {"last": 3},
        "done": 3,
        "total": 3,
        "attempts": 0,
        "error": "",
        "next_try_at": None,
        "finished_at": time.at,
    }


def test_two_long_works_take_turns(start, time):
    first, second = start("counting", to=5), start("counting", to=5)

    for _ in range(4):
        time.advance(seconds=1)
        jobs.work(time.at)

    assert [Job.objects.get(pk=job.pk).done for job in (first, second)] == [2, 2]


def test_an_error_puts_work_off_and_it_goes_on_from_where_it_was(start, time):
    job = start("failing", to=3)
    work_on_jobs()

    work_on_jobs()

    assert columns_of(job) == {
        "state": {"last": 1},
        "done": 1,
        "total": 3,
        "attempts": 1,
        "error": "OSError: The disk is full.",
        "next_try_at": time.at + timedelta(seconds=10),
        "finished_at": None,
    }
    broken.clear()
    time.advance(seconds=10)
    work_on_jobs()
    assert (columns_of(job)["done"], job.error, job.attempts) == (2, "", 0)


def test_work_that_fails_time_and_again_is_given_up_and_can_be_tried_again(start, time):
    job = start("failing", to=3)
    for _ in range(10):
        work_on_jobs()
        time.advance(hours=1)

    job.refresh_from_db()
    assert (job.was_given_up, job.attempts, job.error) == (True, 5, "OSError: The disk is full.")
    broken.clear()
    jobs.try_again(job)
    while work_on_jobs()[1]:
        pass
    assert columns_of(job)["finished_at"] == time.at


def test_an_unknown_kind_is_given_up_with_its_name(start, time):
    job = start("forgotten")
    for _ in range(10):
        work_on_jobs()
        time.advance(hours=1)

    job.refresh_from_db()
    assert (job.was_given_up, job.error) == (True, "KeyError: 'forgotten'")


def test_after_a_killed_worker_another_goes_on_when_the_lease_ran_out(start, time):
    job = start("counting", to=3)
    work_on_jobs()
    jobs._claim(time.at)  # and this one is killed before it ends its slice

    assert jobs.work(time.at + timedelta(seconds=89)) is None
    time.advance(seconds=90)
    assert jobs.work(time.at) == job
    assert columns_of(job)["state"] == {"last": 2}


def test_work_that_kills_its_workers_is_given_up(start, time):
    job = start("counting", to=3)
    for _ in range(jobs.TRIES):
        jobs._claim(time.at)
        time.advance(minutes=2)

    jobs.work(time.at)

    job.refresh_from_db()
    assert (job.was_given_up, job.done) == (True, 0)
    assert job.error == "Its workers ended in the middle of it, time and again."


def test_who_lost_the_lease_writes_nothing(start, time):
    job = start("overtaken", to=1)

    work_on_jobs()

    job.refresh_from_db()
    assert (job.done, job.finished_at) == (7, None)


def test_keeping_what_another_worker_has_is_refused(start, time):
    job = start("counting", to=3)
    mine = jobs._claim(time.at)
    jobs._claim(time.at + timedelta(minutes=2))

    with pytest.raises(jobs.Lost):
        jobs.keep(mine)

    assert columns_of(job)["done"] == 0


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_holds_another_skips(furnished, start):
    job = start("counting", to=3)
    now = clock.now()
    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)
        found = []
        other = threading.Thread(target=lambda: (found.append(jobs.work(now)), connection.close()))
        other.start()
        other.join(timeout=20)

    assert found == [None]


def test_the_database_refuses_work_that_is_over_and_due(start, time):
    with pytest.raises(IntegrityError):
        Job.objects.filter(pk=start("counting").pk).update(finished_at=time.at)


@pytest.mark.parametrize(
    "columns, minutes, words",
    [
        ({}, 0, "Waiting for its turn"),
        ({"started_at": 0}, 1, "Begun"),
        ({"started_at": 0, "total": 10}, 1, "0 of 10"),
        (
            {"started_at": 0, "total": 100_000, "done": 34_000},
            1,
            "34,000 of 100,000, about 2 min left",
        ),
        ({"started_at": 0, "total": 100, "done": 50}, 1, "50 of 100, about 1 min left"),
        ({"started_at": 0, "total": 100, "done": 90}, 1, "90 of 100, less than a minute left"),
        ({"started_at": 0, "total": 100, "done": 100}, 1, "100 of 100"),
    ],
)
def test_how_far_it_is_stands_in_words(time, columns, minutes, words):
    begun = {"started_at": time.at} if "started_at" in columns else {}

    job = Job(**columns | begun)

    assert progress(job, now=time.at + timedelta(minutes=minutes)) == words


def test_its_page_refreshes_by_itself_while_it_goes_on_and_leads_on_at_the_end(
    start, time, robin, client
):
    client.force_login(robin)
    job = start("counting", to=2)
    work_on_jobs()

    page = client.get(f"/admin/jobs/{job.pk}/")
    still = client.get(f"/admin/jobs/{job.pk}/?still=1")
    work_on_jobs()
    ended = client.get(f"/admin/jobs/{job.pk}/")

    assert (page["Refresh"], "Refresh" in still, "Refresh" in ended) == ("3", False, False)
    assert '<progress class="job-progress" aria-label="Count" max="2" value="1">' in (
        page.content.decode()
    )
    assert "See what came of it" in ended.content.decode()


def test_its_page_keeps_nobody_signed_in_who_went_away(start, time, robin, client):
    job = start("counting", to=2)
    time.advance(minutes=30)
    client.force_login(robin)

    page = client.get(f"/admin/jobs/{job.pk}/")

    assert "Refresh" not in page
    assert "See how far it is" in page.content.decode()


def test_who_started_it_and_administrators_see_it_nobody_else(
    start, robin, alex, morgan, browser_of
):
    theirs = jobs.start("counting", params={}, by=morgan, title="Export")
    page = f"/admin/jobs/{theirs.pk}/"

    assert [browser_of(user).get(page).status_code for user in (morgan, robin, alex)] == [
        200,
        200,
        404,
    ]
    assert browser_of().get(page)["Location"] == f"/accounts/sign-in/?next={page}"


def test_work_that_was_given_up_shows_why_and_is_tried_again_from_its_page(
    start, time, robin, client
):
    client.force_login(robin)
    job = start("failing", to=3)
    for _ in range(10):
        work_on_jobs()
        time.advance(hours=1)

    page = client.get(f"/admin/jobs/{job.pk}/")
    sent = client.post(f"/admin/jobs/{job.pk}/")

    assert "OSError: The disk is full." in page.content.decode()
    assert sent["Location"] == f"/admin/jobs/{job.pk}/"
    assert columns_of(job)["next_try_at"] == time.at


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    start, robin, client, django_assert_num_queries, rows
):
    client.force_login(robin)
    for _ in range(rows):
        start("counting", to=3)
    client.get("/admin/tickets/job/")

    with django_assert_num_queries(6):
        response = client.get("/admin/tickets/job/")

    assert response.content.decode().count(">Count</a>") == rows
