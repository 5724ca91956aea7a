"""When the first step after a broken promise is due: what the sweep writes, for verbs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sla.models import Breach, Clock, EscalationStep


def first_step_at(breaches: Sequence[Breach]) -> list[datetime | None]:
    """Return for each breach when (UTC) its first step is due; None where its policy has none.

    One query for all. The steps are those of the policy version, level and metric of the clock
    as it was broken, and count elapsed minutes from the breach.
    """
    steps = _steps({breach.clock.policy_version_id for breach in breaches})
    return [
        min(
            (
                breach.breached_at + timedelta(minutes=step.minutes)
                for step in steps[breach.clock.policy_version_id]
                if _fits(step, breach.clock)
            ),
            default=None,
        )
        for breach in breaches
    ]


def _steps(versions: set[int]) -> Mapping[int, list[EscalationStep]]:
    steps: dict[int, list[EscalationStep]] = defaultdict(list)
    for step in EscalationStep.objects.filter(version__in=versions).order_by():
        steps[step.version_id].append(step)
    return steps


def _fits(step: EscalationStep, clock: Clock) -> bool:
    return step.level_id in (None, clock.level_id) and step.metric in ("", clock.metric)
