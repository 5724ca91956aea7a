"""Whatever becomes of sweeps (left out for hours, doubled, killed), promises come out the same.

The same random stories are lived twice under a moving clock: once in peace with a sweep at every
beat, once with beats left out for three hours, two sweeps at once, and sweepers killed at any
moment, in the middle of their transaction too. WHERE_DISTURBED repeats a run.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time as seconds
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import connection, transaction

from sla.models import Breach, Clock
from sla.sweep import sweep
from sla.tests.crew import Crew
from sla.tests.escalating import add_step
from sla.tests.standings import START
from tickets import services
from tickets.mail.models import Notice
from tickets.models import Ticket
from tickets.states import Status

SEED = os.environ.get("WHERE_DISTURBED") or str(random.randrange(10**6))
TICKETS, ACTS, DAYS = 40, 5, 4
BEAT, OUTAGE = timedelta(minutes=5), timedelta(hours=3)
PATIENCE = 120  # seconds until a worker that was killed must be gone
LONGEST_SWEEP = 0.06  # seconds, about, with a connection of its own

pytestmark = pytest.mark.alone


class Act(NamedTuple):
    """What is done, when, and to which of the tickets."""

    at: timedelta
    ticket: int
    verb: str
    choice: int


@pytest.fixture
def crew(furnished, environment_of_processes, tmp_path):
    crew = Crew(tmp_path, environment_of_processes)
    yield crew
    crew.close()


def stories(chance):
    """Tickets that are filed in the course of a day, and what is done to each in those after it."""
    acts = []
    for ticket in range(TICKETS):
        filed = timedelta(minutes=chance.randrange(24 * 60), seconds=chance.randrange(60))
        acts.append(Act(filed, ticket, "file", chance.randrange(4)))
        for _act in range(chance.randrange(ACTS + 1)):
            later = filed + timedelta(minutes=chance.randrange((DAYS - 1) * 24 * 60))
            verb = chance.choice(("reply", "answer", "note", "level", "status", "status"))
            acts.append(Act(later, ticket, verb, chance.randrange(len(Status))))
    return sorted(acts)


class Life:
    """One life of all stories; `beat` is what a beat of the sweep comes to."""

    def __init__(self, time, beat, people):
        self.time, self.beat = time, beat
        self.make_ticket, self.alex, self.dana = people
        self.tickets = {}

    def through(self, acts):
        next_beat, end = BEAT, timedelta(days=DAYS)
        for act in [*acts, Act(end, 0, "end", 0)]:
            while next_beat <= act.at:
                self.time.at = START + next_beat
                self.beat(self.time.at)
                next_beat += BEAT
            self.time.at = START + act.at
            if act.verb != "end":
                self._do(act)
        return self.tickets

    def _do(self, act):
        if act.verb == "file":
            self.tickets[act.ticket] = self.make_ticket(level=1 + act.choice)
            return
        ticket = self.tickets[act.ticket]
        with suppress(services.Refused), transaction.atomic():
            match act.verb:
                case "reply":
                    services.reply(ticket, by=self.alex, body="Yes.")
                case "answer":
                    services.reply(ticket, by=self.dana, body="No.")
                case "note":
                    services.note(ticket, by=self.alex, body="Hm.")
                case "level":
                    level = 1 + act.choice % 4
                    services.set_level(ticket, by=self.alex, to=level, reason="It is so.")
                case "status":
                    services.set_status(ticket, by=self.alex, to=[*Status][act.choice])


class Trouble:
    """What befalls a beat at which there is something to write."""

    def __init__(self, crew, chance):
        self.crew, self.chance = crew, chance
        self.others = clients()
        self.away_until = START
        self.befell = Counter()
        self.troubles = (self.outage, self.twice, self.killed_in_transaction, self.killed)

    def beat(self, at):
        due = Clock.objects.filter(due_at__lt=at, breached_at=None, stopped_at=None)
        if at < self.away_until or not due.exists():
            return
        trouble = self.chance.choice(self.troubles)
        trouble(at)
        self.befell[trouble.__name__] += 1

    def outage(self, at):
        self.away_until = at + OUTAGE

    def twice(self, at):
        for _beat in range(2):
            self.crew.sweep(at)
        self.crew.order("wait")

    def killed_in_transaction(self, at):
        """Nothing of it may be left: the next beat finds all of it again."""
        before = Breach.objects.count()
        pid = self.crew.sweep(at, held=True)
        held = self.crew.reported()["held"]
        while self.crew.reported()["held"] == held:
            seconds.sleep(0.005)  # until the worker has written, and keeps its transaction open
        os.kill(pid, signal.SIGKILL)
        self.crew.order("wait")
        self.wait_for_the_database()
        assert Breach.objects.count() == before

    def killed(self, at):
        """At any moment: before it began, after it was done, or in between."""
        before = Breach.objects.count()
        pid = self.crew.sweep(at)
        seconds.sleep(self.chance.uniform(0, LONGEST_SWEEP))
        os.kill(pid, signal.SIGKILL)
        self.crew.order("wait")
        self.wait_for_the_database()
        self.befell["too late"] += Breach.objects.count() > before

    def wait_for_the_database(self):
        """Let it notice that a worker is gone; until then it may finish what that one began."""
        deadline = seconds.monotonic() + PATIENCE
        while left := clients() - self.others:
            assert seconds.monotonic() < deadline, left
            seconds.sleep(0.002)


def clients():
    """Return who else is connected, by process: tests with a browser leave a connection open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor.fetchall()}


def rows(tickets):
    """All clocks and breaches of these tickets, by what they are about; without ids.

    Neither when a breach was noticed nor whether there was time for a warning: both are of sweeps.
    """
    places = {ticket.pk: place for place, ticket in tickets.items()}
    kept = [
        field.attname
        for field in Clock._meta.concrete_fields
        if field.attname not in ("id", "ticket_id", "warned_at")
    ]
    clocks = sorted(
        (places[ticket], *rest)
        for ticket, *rest in Clock.objects.filter(ticket__in=places).values_list(
            "ticket", "metric", "cycle", *kept
        )
    )
    breaches = Breach.objects.filter(clock__ticket__in=places).values_list(
        "clock__ticket", "clock__metric", "clock__cycle", "breached_at", "retracted_at"
    )
    return clocks, sorted((places[ticket], *rest) for ticket, *rest in breaches)


def test_sweeps_that_are_late_doubled_or_killed_change_nothing_but_when_it_was_noticed(
    crew, make_ticket, alex, dana, time
):
    add_step(minutes=45)
    acts, people = stories(random.Random(SEED)), (make_ticket, alex, dana)
    trouble = Trouble(crew, random.Random(SEED))

    peaceful = Life(time, sweep, people).through(acts)
    disturbed = Life(time, trouble.beat, people).through(acts)
    sweep(time.at)

    sys.stdout.write(f"{len(acts)} acts, {dict(trouble.befell)}, seed {SEED}\n")
    clocks, breaches = rows(peaceful)
    assert rows(disturbed) == (clocks, breaches), SEED
    assert len(breaches) > TICKETS // 4
    notices = Notice.objects.filter(kind="breached").values_list("subject_id", flat=True)
    assert sorted(notices) == sorted(Breach.objects.values_list("pk", flat=True)), SEED
    assert set(trouble.befell) >= {each.__name__ for each in trouble.troubles}, SEED
    assert Ticket.objects.count() == 2 * TICKETS
