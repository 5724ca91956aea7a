"""The demo company as a whole: its people, its past and its present, lived in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from portal.demo import (
    edits,
    macros,
    past,
    people,
    present,
    promises,
    reports,
    reviews,
    unconfirmed,
)
from portal.demo.casting import Case
from portal.demo.courses import Pace, Targets, times
from portal.demo.filing import Desk, level_of
from portal.demo.living import Life, Step
from portal.demo.stories import Story
from sla import verify
from tickets import clock
from tickets.promise import promised_for

SEED = 18778447727
# How long after a call its agent has written it down.
LOGGED_AFTER = timedelta(minutes=4)


@dataclass(frozen=True)
class Progress:
    """How far the company has lived: tickets filed, of how many, and the day it is there."""

    filed: int
    of: int
    at: datetime


def is_lived() -> bool:
    return people.are_there()


@transaction.atomic
def live(now: datetime, *, tell: Callable[[Progress], object] = lambda progress: None) -> None:
    """Live through the quarter before `now` (UTC), and tell of each ticket that is filed.

    All of it or nothing. The same `now` and catalog give the same company. Raises
    `filing.NotAccepted` where the catalog has no form that takes a story's answers.
    """
    promises.settle()
    macros.settle()
    desk = Desk.open(people.settle(since=now - timedelta(days=past.DAYS + 30)))
    script = _Script(desk, now=now)
    life, filed = Life(script.cases, desk), 0
    for step in life.through(script.steps(), until=now):
        if step.act == "file":
            filed += 1
            tell(Progress(filed, len(script.cases), step.at))
    unconfirmed.leave(desk, now=now, rng=Random(SEED))  # noqa: S311 (nothing secret)
    with clock.moving_clock(lambda: now):
        verify.check_all()


class _Script:
    """Which cases there are, and when what is done on each."""

    def __init__(self, desk: Desk, *, now: datetime) -> None:
        self.desk, self.now = desk, now
        self.targets = {level: _targets(level, at=now) for level in desk.catalog.levels}
        rng = Random(SEED)  # noqa: S311 (nothing secret: the same company every time)
        self.rng = rng
        self.history = list(past.cases(now, level_of=self._level_of, rng=rng))
        self.scenes = list(
            present.cases(now, level_of=self._level_of, targets=self.targets, rng=rng)
        )
        self.cases: list[Case] = [*self.history, *self.scenes]

    def steps(self) -> list[Step]:
        beside = (edits.times, reports.times, reviews.times)
        own = [step for times in beside for step in times(self.now)]
        return [
            Step(at, position, act)
            for position, case in enumerate(self.cases)
            for at, act in self._acts(case, rng=self.rng if position < len(self.history) else None)
        ] + [Step(at, len(self.cases), act) for at, act in own]

    def _acts(self, case: Case, *, rng: Random | None) -> Iterator[tuple[datetime, str]]:
        level = self._level_of(case.story)
        pace = Pace(
            opened_at=case.at,
            filed_at=case.at + (LOGGED_AFTER if case.way == "phone" else timedelta(0)),
            level=level,
            targets=self.targets[level],
            time_zone=case.time_zone,
            now=self.now,
        )
        yield pace.filed_at, "file"
        yield from times(case.course, pace, rng)

    def _level_of(self, story: Story) -> int:
        return level_of(story, self.desk.catalog)


def _targets(level: int, *, at: datetime) -> Targets:
    promises = promised_for(level=level, attributes={}, at=at)
    return {promise.metric: timedelta(seconds=promise.seconds) for promise in promises}
