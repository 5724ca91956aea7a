"""What would be promised: the due times for a level at a moment, before there is a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla import policies
from sla.engine import Event, fold
from sla.words import LABELS, PLEDGES


@dataclass(frozen=True)
class Promise:
    """One promise in the customers' words; `due_at`, which `pledge` introduces, is in UTC."""

    metric: str
    label: str
    seconds: int
    due_at: datetime
    pledge: str


def promised(*, level: int, attributes: dict[str, Any], at: datetime) -> list[Promise]:
    """Say what a ticket is promised that is filed at `at` (UTC); nothing where no policy does.

    It is the very fold that filing does, so page and ticket cannot differ. `attributes` are
    those of the `opened` event: organization, brand, product, request_type.
    """
    terms = policies.book().terms(at)
    filed = Event(id=0, at=at, type="created", data={"level": level, "attributes": attributes})
    return [
        Promise(
            state.metric,
            str(LABELS[state.metric]),
            state.target_seconds,
            state.due_at,
            pledge=str(PLEDGES[state.metric]),
        )
        for state in fold([filed], policies=terms.policies, rules=terms.rules, as_of=at)
        if state.due_at
    ]
