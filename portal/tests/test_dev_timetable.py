"""The timetable: every job in it exists, and no message outlives its use."""

from portal.celery import HARD_LIMIT, TIMETABLE, VISIBILITY_TIMEOUT, app


def test_every_job_names_a_task_that_there_is():
    app.loader.import_default_modules()

    assert {job.task for job in TIMETABLE} - app.tasks.keys() == set()


def test_every_message_expires_before_the_job_has_been_sent_twice():
    assert [job.name for job in TIMETABLE if not 0 < job.expires <= job.every] == []


def test_beat_is_given_the_whole_timetable():
    assert app.conf.beat_schedule.keys() == {job.name for job in TIMETABLE}


def test_no_task_can_run_longer_than_its_message_stays_hidden():
    timeout = VISIBILITY_TIMEOUT["visibility_timeout"]

    assert timeout > HARD_LIMIT
    assert {
        app.conf.visibility_timeout,
        app.conf.broker_transport_options["visibility_timeout"],
        app.conf.result_backend_transport_options["visibility_timeout"],
    } == {timeout}
