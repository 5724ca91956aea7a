"""Sweepers and agents as processes of their own, on the database of a test.

One process is started and made ready; every worker is a fork of it, which costs milliseconds. It
obeys lines on its standard input and answers each with one line:

    sweep TIME       one worker sweeps as of then (ISO 8601); answers its process id
    sweep-held TIME  the same, but stays in its transaction until it is killed
    sweepers N       so many sweep, with hardly a pause, until "end"; likewise
    agents N ADDRESS so many agents, all signed in as one person, work on what is about to fall due
    wait             answers when all workers have ended by themselves
    end              asks all to end, and answers when they have
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time as seconds
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

ABOUT_TO = timedelta(milliseconds=150)
AT_ONCE = 40
# Between two sweeps of one process: beat takes 15 s, but a machine has to leave agents some room.
NAP_SECONDS = 0.05


class Crew:
    """The test's side: what it orders, and what the workers report at their end."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.reports = folder / "reports"
        self.reports.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sla.tests.crew", str(self.reports)],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, line: str) -> str:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer, "The crew has ended."
        return answer

    def sweep(self, at: datetime, *, held: bool = False) -> int:
        return int(self.order(f"sweep{'-held' if held else ''} {at.isoformat()}"))

    def reported(self) -> Counter[str]:
        """What was done, by name, added up over all workers that ended."""
        total: Counter[str] = Counter()
        for line in self.reports.read_text().splitlines():
            name, count = line.split()
            total[name] += int(count)
        return total

    def close(self) -> None:
        """Let all end; with its input at its end the process goes, and its workers before it."""
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


# --- The processes ----------------------------------------------------------------------


class Shift:
    """The crew's own side: its workers."""

    def __init__(self, reports: Path) -> None:
        self.reports = reports
        self.workers: list[int] = []

    def obey(self, line: str) -> str:
        order, *given = line.split()
        if order in ("sweep", "sweep-held"):
            at = datetime.fromisoformat(given[0])
            return str(self.fork(partial(hold_sweep if order == "sweep-held" else sweep_once, at)))
        if order == "sweepers":
            return " ".join(str(self.fork(sweep_on)) for _sweeper in range(int(given[0])))
        if order == "agents":
            work = partial(answer_on, given[1])
            return " ".join(str(self.fork(work)) for _agent in range(int(given[0])))
        if order == "end":
            self.end()
        self.wait()
        return "done"

    def fork(self, work) -> int:
        pid = os.fork()
        if pid:
            self.workers.append(pid)
            return pid
        os.close(0)
        ended = 1
        try:
            random.seed(os.getpid())
            work(partial(report, self.reports))
            ended = 0
        finally:
            os._exit(ended)

    def end(self) -> None:
        for pid in self.workers:
            os.kill(pid, signal.SIGTERM)

    def wait(self) -> None:
        while self.workers:
            os.waitpid(self.workers.pop(), 0)


def report(reports: Path, name: str, count: int) -> None:
    """Short lines that are appended are never mixed up, whoever writes at the same time."""
    with reports.open("a") as file:
        file.write(f"{name} {count}\n")


def sweep_once(at: datetime, tell) -> None:
    from sla.sweep import sweep

    tell("breached", sweep(at).breached)


def hold_sweep(at: datetime, tell) -> None:
    from django.db import transaction

    from sla.sweep import sweep

    with transaction.atomic():
        tell("held", sweep(at).breached)
        signal.pause()


def sweep_on(tell) -> None:
    from sla.sweep import sweep
    from tickets import clock

    total: Counter[str] = Counter()
    for _again in until_asked_to_end():
        swept = sweep(clock.now())
        total += Counter(swept._asdict() | {"sweeps": 1})
        seconds.sleep(NAP_SECONDS)
    for name, count in total.items():
        tell(name, count)


def answer_on(address: str, tell) -> None:
    """Pick what falls due about now and do to it what agents do; a few at once, as they come."""
    from accounts.models import User
    from tickets import services

    agent, done = User.objects.get(email=address), 0
    acts = (
        lambda ticket: services.reply(ticket, by=agent, body="Here we are."),
        lambda ticket: services.reply(ticket, by=agent, body="Here we are."),
        lambda ticket: services.set_level(ticket, by=agent, to=2, reason="Fewer people."),
        lambda ticket: services.set_status(ticket, by=agent, to="pending"),
        lambda ticket: services.set_status(ticket, by=agent, to="solved"),
        lambda ticket: services.note(ticket, by=agent, body="A moment."),
    )
    for _again in until_asked_to_end():
        for ticket in about_to_fall_due():
            try:
                random.choice(acts)(ticket)
            except services.Refused:
                continue
            done += 1
    tell("acts", done)


def about_to_fall_due():
    from sla.models import Clock
    from tickets import clock

    now = clock.now()
    near = Clock.objects.filter(
        metric="first_response", stopped_at=None, due_at__range=(now - ABOUT_TO, now + ABOUT_TO)
    ).select_related("ticket")[:AT_ONCE]
    found = [each.ticket for each in near]
    return random.sample(found, min(len(found), 3))


def until_asked_to_end():
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    while not asked:
        yield


def main(reports: Path) -> None:
    import django

    django.setup()
    shift = Shift(reports)
    for line in sys.stdin:
        sys.stdout.write(shift.obey(line) + "\n")
        sys.stdout.flush()
    shift.end()
    shift.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
