"""What happened in the quarter before now: which requests came when, and how each went."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from random import Random
from zoneinfo import ZoneInfo

from portal.demo.casting import (
    ORGANIZATION_OF,
    Case,
    Way,
    agents_for,
    brand_of,
    requesters_for,
    words_for,
)
from portal.demo.stories import Story, stories

DAYS = 92
SATURDAY = 5

# How requests of each level go, in turn. What a level promises is broken now and then.
GO: Mapping[int, Sequence[str]] = {
    1: ("plain", "noted", "solved late", "lowered", "asked", "answered late", "handed over"),
    2: (
        *("plain", "asked", "answered late", "noted", "handed over"),
        *("solved late", "watched for a while", "lowered", "reopened", "plain", "asked"),
    ),
    3: (
        *("plain", "asked", "at once", "taken", "noted", "answered late", "asked", "watched"),
        *("reopened", "plain", "held", "lowered", "withdrawn", "solved late", "raised", "plain"),
    ),
    4: (
        *("plain", "asked", "at once", "held", "asked", "taken", "noted", "reopened", "plain"),
        *("raised", "plain", "answered late", "handed over", "asked", "at once", "withdrawn"),
        *("plain", "watched", "solved late", "asked", "silent", "plain", "taken", "late twice"),
    ),
}
# How they come in, in turn: urgent matters are called in, or their senders say whether they did.
COME: Mapping[int, Sequence[Way]] = {
    1: ("phone", "called", "phone", "cannot"),
    2: ("phone", "called", "phone", "cannot", "phone"),
    3: ("portal", "portal", "phone", "portal", "portal"),
    4: ("portal",) * 8 + ("phone",),
}


def cases(now: datetime, *, level_of: Callable[[Story], int], rng: Random) -> Iterator[Case]:
    """Yield every case of the quarter, in no order of time."""
    going = {level: cycle(GO[level]) for level in GO}
    coming = {level: cycle(COME[level]) for level in COME}
    drawn = [story for story in stories().values() for _time in range(story.times)]
    rng.shuffle(drawn)
    for story in drawn:
        level = level_of(story)
        requester = rng.choice(requesters_for(story))
        brand = brand_of(story, requester)
        yield Case(
            story=story,
            course=next(going[level]),
            at=_some_time(now, urgent=level <= 2, requester=requester, rng=rng),
            requester=requester,
            agent=rng.choice(agents_for(story, brand)),
            brand=brand,
            way="mail" if story.by_mail else next(coming[level]),
            words=words_for(requester, rng),
        )


def _some_time(now: datetime, *, urgent: bool, requester: str, rng: Random) -> datetime:
    """Choose a moment (UTC) of the last quarter: at work, or for urgent matters at any time."""
    zone = ZoneInfo(ORGANIZATION_OF[requester].time_zone)
    day = (now.astimezone(zone) - timedelta(days=rng.uniform(1, DAYS))).date()
    if not urgent and day.weekday() >= SATURDAY:
        day -= timedelta(days=2)
    seconds = rng.uniform(0, 24 * 3600) if urgent else rng.triangular(7.5, 17.5, 10) * 3600
    local = datetime.combine(day, time(), tzinfo=zone) + timedelta(seconds=int(seconds))
    return local.astimezone(UTC)
