"""Every periodic job once, without Celery: for small installations and for tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as installation
from django.core.management import CommandError, call_command

from portal.celery import TIMETABLE
from portal.testing_services import environment_of_test
from sla.models import Breach
from sla.nightly import PARTS
from tickets import services
from tickets.mail.models import OutboundEmail
from tickets.models import Draft, Heartbeat, Ticket
from tickets.tasks import BATCH
from tickets.tests.drafts import expired_drafts

NAMES = [job.name for job in TIMETABLE]
PLACE = {job.task: place for place, job in enumerate(TIMETABLE)}
CLOSE, CLEAN_UP = PLACE["tickets.tasks.close_solved"], PLACE["tickets.tasks.clean_up"]
# What each job says when there is nothing to do.
NOTHING = {
    "sla.tasks.sweep": "0 breached, 0 escalated, 0 warned",
    "tickets.mail.tasks.read": "0 read",
    "tickets.mail.tasks.relay": "0 notices expanded, 0 mails sent, 0 put off, 0 failed",
    "tickets.tasks.work_on_jobs": "0 slices worked on",
    "tickets.tasks.wake_snoozed": "0 woken",
    "tickets.tasks.close_solved": "0 closed",
    "tickets.tasks.warn_of_expiry": "0 warned",
    "tickets.tasks.remind": "0 reminded",
    "tickets.tasks.clean_up": "0 drafts and 0 files deleted",
    "tickets.tasks.clear_staged": "0 files deleted",
    "accounts.tasks.tidy_up": "0 sessions and 0 counts of limits deleted",
    "tickets.tasks.follow_names": "0 tickets indexed",
    "sla.tasks.report": "0 reports written",
    "tickets.mail.tasks.digest": "0 digests written",
    "sla.tasks.clear_exports": "0 files deleted",
    "tickets.mail.tasks.clear_kept": "0 mails cleared",
    "tickets.mail.tasks.clear_lost": "0 files deleted",
    "sla.tasks.verify": "no replay check is due",
}


@pytest.fixture
def run_due():
    """Run the command; returns its lines without durations, and what it ended with."""

    def run():
        out, error = StringIO(), StringIO()
        try:
            call_command("run_due", stdout=out, stderr=error)
        except CommandError as failed:
            ended = str(failed)
        else:
            ended = ""
        lines = [re.sub(r" \(\d+\.\d\d s\)$", "", line) for line in out.getvalue().splitlines()]
        return lines, error.getvalue().splitlines(), ended

    return run


@pytest.fixture
def much_is_due(make_ticket, alex, time, smtp_sink):
    """A ticket whose promises are broken, one long solved, mails to send, and a draft to go."""
    broken, solved = make_ticket(level=1), make_ticket(level=1)
    services.reply(solved, by=alex, body="Done.")
    services.set_status(solved, by=alex, to="solved")
    expired_drafts(1, time)
    time.advance(days=8)
    return broken, solved


def test_everything_that_is_due_is_done_in_the_order_of_the_timetable(
    run_due, much_is_due, smtp_sink
):
    lines, errors, ended = run_due()

    tonight = [ticket for ticket in much_is_due if ticket.pk % PARTS == 0]
    done = NOTHING | {
        "sla.tasks.sweep": "2 breached, 0 escalated, 0 warned",
        "tickets.mail.tasks.relay": "6 notices expanded, 4 mails sent, 0 put off, 0 failed",
        "tickets.tasks.close_solved": "1 closed",
        "tickets.tasks.clean_up": "1 drafts and 0 files deleted",
        "sla.tasks.verify": f"{len(tonight)} tickets checked against their logs, 0 differ so far",
    }
    assert lines == [f"{job.name}: {done[job.task]}" for job in TIMETABLE]
    assert (errors, ended) == ([], "")
    assert sorted(ticket.status for ticket in Ticket.objects.all()) == ["closed", "new"]
    assert Breach.objects.count() == 2
    assert Draft.objects.count() == 0
    assert len(smtp_sink.messages) == OutboundEmail.objects.filter(state="sent").count() == 4


def test_a_second_run_finds_nothing_left(run_due, much_is_due):
    run_due()

    lines, errors, ended = run_due()

    assert lines == [f"{job.name}: {NOTHING[job.task]}" for job in TIMETABLE]
    assert (errors, ended) == ([], "")


def test_readiness_knows_that_the_jobs_ran(run_due, time, db, client):
    run_due()

    assert {beat.job: beat.at for beat in Heartbeat.objects.all()} == {
        job.task: time.at for job in TIMETABLE
    }
    assert client.get("/readyz").json() == {"database": "ok", "worker": "ok"}


def test_a_job_that_fails_stops_no_other_and_is_named(run_due, much_is_due, settings):
    settings.CLOSE_AFTER_DAYS = "soon"

    lines, errors, ended = run_due()

    assert [line.partition(":")[0] for line in lines] == [*NAMES[:CLOSE], *NAMES[CLOSE + 1 :]]
    assert errors == [f"{NAMES[CLOSE]}: failed: TypeError"]
    assert ended == f"1 of {len(NAMES)} jobs failed: {NAMES[CLOSE]}"
    assert Draft.objects.count() == 0


def test_it_goes_on_after_a_full_batch_until_nothing_is_due(run_due, time, db):
    expired_drafts(BATCH + 1, time)

    lines, _errors, _ended = run_due()

    assert [line for line in lines if line.startswith(NAMES[CLEAN_UP])] == [
        f"{NAMES[CLEAN_UP]}: {BATCH} drafts and 0 files deleted",
        f"{NAMES[CLEAN_UP]}: 1 drafts and 0 files deleted",
    ]
    assert Draft.objects.count() == 0


def test_two_at_once_do_everything_once(furnished, make_ticket, alex, smtp_sink):
    for _ in range(30):
        services.set_status(make_ticket(), by=alex, to="solved")
    Ticket.objects.update(solved_at="2026-01-01T00:00Z")

    both = [start() for _ in range(2)]

    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert Ticket.objects.filter(status="closed").count() == 30
    assert [
        ticket.events.filter(type="status_changed", actor="system").count()
        for ticket in Ticket.objects.all()
    ] == [1] * 30
    assert len(smtp_sink.messages) == OutboundEmail.objects.count()


def start():
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_due"],
        cwd=installation.BASE_DIR,
        env={**os.environ, **environment_of_test()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
