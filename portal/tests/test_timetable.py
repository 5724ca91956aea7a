"""Every task of ours is woken by the timetable, and the timetable wakes nothing else."""

from portal.celery import TIMETABLE, app
from portal.tests.architecture import app_of


def test_every_task_stands_in_the_timetable():
    app.loader.import_default_modules()

    assert sorted(job.task for job in TIMETABLE) == sorted(
        name for name in app.tasks if app_of(name)
    )
