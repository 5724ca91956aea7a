"""What is promised: targets, the policies that hold them, and how a promise stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sla.calendars import ALWAYS_OPEN, Calendar, Key

FIRST_RESPONSE = "first_response"
RESOLUTION = "resolution"
NEXT_RESPONSE = "next_response"
METRICS = (FIRST_RESPONSE, RESOLUTION, NEXT_RESPONSE)

RUNNING, PAUSED, MET, VOID, BREACHED = "running", "paused", "met", "void", "breached"
RESUME, NEW_CYCLE = "resume", "new_cycle"
NO_RETROACTIVE, FROM_START = "no_retroactive", "from_start"


@dataclass(frozen=True)
class Target:
    """How many open seconds, more than none, a promise leaves; and by which calendar."""

    seconds: int
    calendar: Calendar = ALWAYS_OPEN


@dataclass(frozen=True)
class Policy:
    """One immutable version of what is promised.

    `targets` is by (level, metric): where there is none, nothing is promised and no clock is
    kept. A clock whose metric is in `pausable` pauses while the status is in `pause_statuses`.
    `reopen`: a reopened ticket resumes its resolution clock, or starts a "new_cycle".
    `retarget`: a new target that is already used up gives a fresh window from the change
    ("no_retroactive"), or is breached there and then ("from_start").
    `warn_pct`: the part of a target, in percent, after which to warn; None: never.
    """

    key: Key
    targets: Mapping[tuple[int, str], Target]
    pause_statuses: frozenset[str] = frozenset({"pending"})
    pausable: frozenset[str] = frozenset({RESOLUTION, NEXT_RESPONSE})
    reopen: str = RESUME
    retarget: str = NO_RETROACTIVE
    warn_pct: int | None = None


@dataclass(frozen=True)
class Rule:
    """Choose a policy for the tickets that have all the attributes in `match`."""

    match: Mapping[str, Any]
    policy: Key


@dataclass(frozen=True)
class ClockState:
    """A clock as it stands: one row of the cache. Instants are in UTC.

    `state` is "running", "paused", "met", "void" or "breached"; a breached clock stays breached
    after it stopped. `level`, `policy`, `calendar` and `target_seconds` say what was promised last.
    `due_at` is None while paused and once void; that of a met clock says when it would have been
    due. `warn_at` likewise, but one that was reached before the pause stays. `breached_at` is the
    later of `due_at` and `effective_from`. `took_seconds`, of one that has stopped, is how long it
    ran while it was open; that follows from the rest and the log, so nobody compares it.
    """

    metric: str
    cycle: int
    state: str
    level: int
    policy: Key
    calendar: Key | None
    target_seconds: int
    started_at: datetime
    effective_from: datetime
    due_at: datetime | None
    warn_at: datetime | None
    paused_since: datetime | None
    stopped_at: datetime | None
    stop_kind: str | None
    breached_at: datetime | None
    took_seconds: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Promise:
    """A target, with the level and the policy that it was promised by."""

    level: int
    policy: Policy
    target: Target
