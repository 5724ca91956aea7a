"""The steps that explain a due time: what began, ran, waited, changed and ended, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from sla.calendars import Key
from sla.terms import ClockState

# How a new target came to count.
FROM_START, FRESH_WINDOW, AT_ONCE, SAME = "from_start", "fresh_window", "breached", "same"
# Whether a stretch is past, still to come, or only what would have come without a stop.
COUNTED, AHEAD, SPARED = "counted", "ahead", "spared"
# A stop after the deadline.
LATE = "late"


@dataclass(frozen=True)
class Cause:
    """The event that brought a step about, by its id and type, who did it and what it led to."""

    event: str | int
    type: str
    by: str | None = None
    to: str | int | None = None


@dataclass(frozen=True)
class Terms:
    """What was promised: a target, and the level, the policy and the calendar that say so."""

    level: int
    policy: Key
    calendar: Key | None
    target: timedelta


@dataclass(frozen=True)
class Step:
    """One step; `at` is when it takes effect. All instants are in UTC."""

    kind: ClassVar[str]
    at: datetime


@dataclass(frozen=True)
class Started(Step):
    """The clock began to count. `terms` is None where nothing was promised yet."""

    kind = "started"
    cause: Cause
    terms: Terms | None


@dataclass(frozen=True)
class Ran(Step):
    """It ran until `until`: so much of that was open, the rest closed.

    `total` is the open time so far and `left` what the target has left, by the window that
    decides. `days_off` are the days in it that a holiday or an exception closes. `how`:
    "counted"; "ahead", it has not come to that yet; "spared", it would have, without a stop.
    """

    kind = "ran"
    until: datetime
    open: timedelta
    closed: timedelta
    total: timedelta
    left: timedelta
    days_off: tuple[tuple[date, str], ...]
    how: str


@dataclass(frozen=True)
class Paused(Step):
    """It waited, in a status in which the policy lets it, until `until`; None: it still does."""

    kind = "paused"
    cause: Cause
    status: str
    until: datetime | None = None


@dataclass(frozen=True)
class Retargeted(Step):
    """Something else was promised from here on.

    `how` it counts: "from_start", as if it had been so all along; "fresh_window", from here,
    beside what was promised before; "breached", from the start and used up before it came;
    "same", the target stayed what it was.
    """

    kind = "retargeted"
    cause: Cause
    terms: Terms
    how: str


@dataclass(frozen=True)
class Lapsed(Step):
    """No policy promised it any longer."""

    kind = "lapsed"
    cause: Cause


@dataclass(frozen=True)
class Stopped(Step):
    """It stopped: `how` is "met", "late" (met, but broken before) or "void"."""

    kind = "stopped"
    cause: Cause
    how: str


@dataclass(frozen=True)
class Reopened(Step):
    """The stop was withdrawn."""

    kind = "reopened"
    cause: Cause


@dataclass(frozen=True)
class Warned(Step):
    """So many percent of the target are used up."""

    kind = "warned"
    percent: int


@dataclass(frozen=True)
class Due(Step):
    """The target is used up, counted from `since`; of `windows` that counted, this one decides.

    `met`: the clock had stopped by then, and this is when it would have been due.
    """

    kind = "due"
    since: datetime
    target: timedelta
    calendar: Key | None
    windows: int
    met: bool


@dataclass(frozen=True)
class NotDue(Step):
    """There is no due time as of `at`.

    `why` is "paused", "void" or "lapsed"; `left` is what the target has left where it is paused.
    """

    kind = "not_due"
    why: str
    left: timedelta | None


@dataclass(frozen=True)
class Breached(Step):
    """The promise was broken."""

    kind = "breached"


@dataclass(frozen=True)
class Explanation:
    """Why a clock is due when it is: its steps, in the order in which they took effect."""

    clock: ClockState
    steps: tuple[Step, ...]
