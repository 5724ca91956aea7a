"""What somebody proposes to promise: a policy's next version as a value, before it is a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, order=True)
class TargetTerms:
    """How many seconds of open time a metric gets at a level (1-4); calendar None: all time."""

    level: int
    metric: str
    seconds: int
    calendar: int | None = None


@dataclass(frozen=True)
class StepTerms:
    """Who is told so many elapsed minutes after a deadline; level None and metric "": any."""

    minutes: int
    audience: str
    level: int | None = None
    metric: str = ""
    person: int | None = None


@dataclass(frozen=True)
class PolicyTerms:
    """Everything that a version of a policy says; calendars and people by their ids."""

    targets: tuple[TargetTerms, ...]
    pause_statuses: tuple[str, ...]
    pausable: tuple[str, ...]
    reopen: str
    retarget: str
    warn_percent: int | None = None
    steps: tuple[StepTerms, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the same as JSON keeps it; `terms_of` reads it."""
        return asdict(self)

    def target(self, level: int, metric: str) -> TargetTerms | None:
        wanted = (each for each in self.targets if (each.level, each.metric) == (level, metric))
        return next(wanted, None)


def terms_of(said: Mapping[str, Any]) -> PolicyTerms:
    """Read what `PolicyTerms.as_json` wrote."""
    return PolicyTerms(
        **{
            **said,
            "targets": tuple(TargetTerms(**each) for each in said["targets"]),
            "steps": tuple(StepTerms(**each) for each in said["steps"]),
            "pause_statuses": tuple(said["pause_statuses"]),
            "pausable": tuple(said["pausable"]),
        }
    )
