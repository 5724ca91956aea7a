"""Lets the cases of the company happen: all their acts in time order, under a moving clock.

Between two acts happens what would have happened by itself: the sweep finds each broken promise
at the next beat after its deadline, what was solved closes, and notices become mails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Min

from portal.demo.acts import ACTS, SILENT, SOLVING
from portal.demo.casting import Case
from portal.demo.edits import EDITS
from portal.demo.filing import Desk
from portal.demo.reports import REPORTS
from portal.demo.reviews import REVIEW, REVIEWS
from sla.models import Breach, Clock
from sla.sweep import sweep
from tickets import clock
from tickets.mail.expand import expand
from tickets.models import Ticket
from tickets.tasks import close_solved
from tickets.waking import wake_due

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# How often both run, as the timetable in portal/celery.py says.
SWEEP, CLOSE = timedelta(seconds=15), timedelta(hours=1)
NOTICES = 1000
CLOSING = "close"
# What is done of no case.
BESIDE = EDITS | REPORTS | REVIEWS
UNTOLD = SILENT | {CLOSING, REVIEW}


@dataclass(frozen=True, order=True)
class Step:
    """An act at its time (UTC); of several at once, those of the case that stands first."""

    at: datetime
    position: int
    act: str


class Life:
    """The steps of many cases, lived; `at` is the present of the moment."""

    def __init__(self, cases: Sequence[Case], desk: Desk) -> None:
        self.cases, self.desk = cases, desk
        self.at = EPOCH

    def through(self, steps: Sequence[Step], *, until: datetime) -> Iterator[Step]:
        """Take all steps up to then, yielding each when it is done."""
        closings = [step for step in _closings(steps) if step.at <= until]
        with clock.moving_clock(lambda: self.at):
            for step in sorted([*steps, *closings]):
                self._sweep(before=step.at)
                self.at = step.at
                self._take(step)
                if step.act not in UNTOLD:
                    expand(self.at, limit=NOTICES)
                yield step
            self._sweep(before=until)

    def _take(self, step: Step) -> None:
        if step.act == CLOSING:
            close_solved()
        elif step.act in BESIDE:
            BESIDE[step.act](self.desk.people)
        else:
            ACTS[step.act](self.cases[step.position], self.desk)

    def _sweep(self, *, before: datetime) -> None:
        """Find what comes due of promises, and what was put off, at the first beat after it is."""
        while (due := _next_due()) is not None and (beat := _beat(due, SWEEP)) < before:
            self.at = beat
            woken = wake_due(beat, limit=NOTICES)
            if not any(sweep(beat)) and not woken:
                return
            expand(beat, limit=NOTICES)


def _next_due() -> datetime | None:
    """Say when the next deadline, warning or step is due, or what was put off comes back."""
    running = Clock.objects.filter(breached_at=None, stopped_at=None)
    unwarned = running.filter(warned_at=None, paused_since=None)
    instants = (
        running.aggregate(at=Min("due_at"))["at"],
        unwarned.aggregate(at=Min("warn_at"))["at"],
        Breach.objects.standing().aggregate(at=Min("next_step_at"))["at"],
        Ticket.objects.aggregate(at=Min("snoozed_until"))["at"],
    )
    return min((at for at in instants if at is not None), default=None)


def _closings(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield when what these steps solve is found to be solved for long enough."""
    for step in steps:
        if step.act in SOLVING:
            long_enough = step.at + timedelta(days=settings.CLOSE_AFTER_DAYS)
            yield Step(_beat(long_enough, CLOSE), step.position, CLOSING)


def _beat(at: datetime, every: timedelta) -> datetime:
    """Return the first beat after a moment of a job that runs so often."""
    return EPOCH + ((at - EPOCH) // every + 1) * every
