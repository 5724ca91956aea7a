"""Places in the managers' lists: where one page ends, written into the next page's address."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """Numbers alone, so that an address can be read without trusting it."""

    WRITTEN: ClassVar[re.Pattern[str]]

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else, which is the beginning."""
        written = cls.WRITTEN.fullmatch(text)
        return cls(*map(int, written.groups())) if written else None

    def __str__(self) -> str:
        return "-".join(str(int(number)) for number in astuple(self))


@dataclass(frozen=True)
class BreachedPlace(Place):
    """`ticks` are microseconds: until an open one was broken, or by which an ended one was late."""

    WRITTEN = re.compile(r"([01])-([1-4])-(\d{1,17})-(\d{1,17})", re.ASCII)

    has_ended: int
    level: int
    ticks: int
    clock: int


@dataclass(frozen=True)
class DuePlace(Place):
    """`ticks` are microseconds until it is due; a paused one has none."""

    WRITTEN = re.compile(r"([01])-(\d{1,17})-(\d{1,17})", re.ASCII)

    is_paused: int
    ticks: int
    clock: int


@dataclass(frozen=True)
class LatestPlace(Place):
    """`ticks` are microseconds until it ended, or was met or broken."""

    WRITTEN = re.compile(r"(\d{1,17})-(\d{1,17})", re.ASCII)

    ticks: int
    clock: int


@dataclass(frozen=True)
class SlowestPlace(Place):
    """`ticks` are microseconds until the list was begun, `seconds` what it had taken by then."""

    WRITTEN = re.compile(r"(\d{1,17})-(\d{1,10})-(\d{1,17})", re.ASCII)

    ticks: int
    seconds: int
    clock: int


def ticks(length: timedelta) -> int:
    return length // TICK


def instant(since_epoch: int) -> datetime:
    return EPOCH + since_epoch * TICK
