"""Eight sweepers beside four agents, while thousands of promises fall due: none missed or doubled.

All are processes of their own. SWEEP_CLOCKS says how many promises there are, one of which falls
due every millisecond: 20,000 unless told otherwise, which takes twenty seconds.
"""

from __future__ import annotations

import os
import sys
import time as seconds
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F, Q

from bench.multiplying import Copies
from sla import history, policies
from sla.models import Breach, Clock, Escalation
from sla.sweep import Swept, sweep
from sla.tests.crew import Crew
from sla.tests.escalating import add_step
from tickets import clock
from tickets.mail.models import Notice
from tickets.models import Event

SWEEPERS, AGENTS = 8, 4
CLOCKS = int(os.environ.get("SWEEP_CLOCKS", "20000"))
STEPS = CLOCKS // 10
EVERY = timedelta(milliseconds=1)
# Until everything is copied and everybody at work.
LEAD = timedelta(seconds=1 + CLOCKS / 5000)

pytestmark = pytest.mark.alone


@pytest.fixture
def crew(furnished, environment_of_processes, tmp_path):
    crew = Crew(tmp_path, environment_of_processes)
    yield crew
    crew.close()


@pytest.fixture
def falling_due(crew, make_ticket):
    """Tickets whose first hour ends one after the other, and some that broke a minute before that.

    For those a step falls due meanwhile. Returns when the last of all that is.
    """
    add_step(minutes=1, level_id=1)
    begin = clock.now() + LEAD
    end = begin + CLOCKS * EVERY
    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    first = make_ticket(level=1, received_at=end + EVERY - hour)
    broken = make_ticket(level=1, received_at=end + EVERY - hour - minute)
    with transaction.atomic():
        Copies(first, CLOCKS - 1, step=EVERY).write()
        Copies(broken, STEPS - 1, step=EVERY * (CLOCKS // STEPS)).write()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return end + 2 * EVERY


def test_none_is_missed_none_is_doubled_and_each_has_its_own_time(crew, falling_due, alex):
    crew.order(f"sweepers {SWEEPERS}")
    crew.order(f"agents {AGENTS} {alex.email}")
    early = falling_due - clock.now()
    while clock.now() <= falling_due:
        seconds.sleep(0.1)
    _let_them_finish()
    crew.order("end")
    last = sweep(clock.now())

    done = crew.reported()
    sys.stdout.write(f"{dict(done)}, {early.total_seconds():.1f} s of them in time\n")
    firsts = Clock.objects.filter(metric="first_response")
    assert firsts.count() == CLOCKS + STEPS
    _assert_breaches_are_what_was_late()
    _assert_steps_are_taken_of_what_stayed_late(falling_due)
    _assert_the_fold_of_what_agents_touched_says_the_same()
    assert last == Swept(warned=last.warned)
    assert min(done["breached"], done["escalated"], done["warned"]) > STEPS // 2
    assert min(done["sweeps"] / SWEEPERS, done["acts"] / AGENTS) > 5, "Hardly anything met."


def _let_them_finish():
    """Wait until the sweepers find nothing more: a machine that is busy is a little behind."""
    before, found = None, _found()
    while before != found:
        seconds.sleep(2)
        before, found = found, _found()


def _found():
    return Breach.objects.count(), Escalation.objects.count()


def _assert_breaches_are_what_was_late():
    """Late is what had not stopped at its deadline: a matter of the rows' times alone."""
    firsts = Clock.objects.filter(metric="first_response")
    late = firsts.filter(Q(stopped_at=None) | Q(stopped_at__gt=F("due_at")))
    by_now = late.filter(due_at__lt=clock.now())
    expected = sorted(by_now.values_list("pk", "due_at"))
    assert sorted(Breach.objects.values_list("clock", "breached_at")) == expected
    assert (
        sorted(Clock.objects.exclude(breached_at=None).values_list("pk", "breached_at")) == expected
    )
    assert not Breach.objects.exclude(retracted_at=None).exists()
    assert _told("breached") == sorted(Breach.objects.values_list("pk", flat=True))
    warned = Clock.objects.exclude(warned_at=None).values_list("pk", flat=True)
    assert _told("endangered") == sorted(warned)


def _assert_steps_are_taken_of_what_stayed_late(end):
    """What was answered before its step fell due is passed over; all others are taken once."""
    taken = Escalation.objects.values_list("breach", flat=True)
    due = Breach.objects.filter(breached_at__lt=end - timedelta(minutes=1))
    assert len(set(taken)) == len(taken)
    assert set(due.filter(clock__stopped_at=None).values_list("pk", flat=True)) <= set(taken)
    assert not Escalation.objects.filter(
        breach__clock__stopped_at__lt=F("breach__breached_at") + timedelta(minutes=1)
    ).exists()
    assert _told("escalated") == sorted(Escalation.objects.values_list("pk", flat=True))


def _assert_the_fold_of_what_agents_touched_says_the_same():
    touched = Event.objects.exclude(type=Event.Type.OPENED).values("ticket")
    stored, logs = {}, {}
    for row in Clock.objects.filter(ticket__in=touched):
        stored.setdefault(row.ticket_id, []).append((row.metric, row.due_at, row.breached_at))
    for event in Event.objects.filter(ticket__in=touched):
        logs.setdefault(event.ticket_id, []).append(event)
    book, now = policies.book(), clock.now()
    folded = {
        ticket: [
            (state.metric, state.due_at, state.breached_at)
            for state in history.states(log, book=book, as_of=now)
        ]
        for ticket, log in logs.items()
    }
    assert {ticket: sorted(rows) for ticket, rows in stored.items()} == {
        ticket: sorted(rows) for ticket, rows in folded.items()
    }


def _told(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("subject_id", flat=True))
