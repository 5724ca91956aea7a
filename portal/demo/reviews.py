"""How the demo company's manager goes through what was broken, once a week, and leaves some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from sla.acknowledging import acknowledge
from sla.models import Action, Breach, Reason
from tickets import clock
from tickets.querysets import HIDDEN

MANAGER = "morgan@support.example"
REVIEW = "review breaches"
WEEK = timedelta(days=7)
WEEKS = 12
# One of so many waits for another time; the last days are not looked at yet.
LEFT, NOT_YET = 5, timedelta(days=2)


def times(now: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield when the manager did so (UTC)."""
    for week in range(WEEKS):
        yield now - NOT_YET - week * WEEK, REVIEW


def review(people: Mapping[str, User]) -> None:
    """Say why what was broken was broken: few reasons for most of it, as it is in life."""
    by, at = people[MANAGER], clock.now()
    reasons, actions = list(Reason.objects.all()), list(Action.objects.all())
    rng = Random(at.toordinal())  # noqa: S311 (nothing secret: the same company every time)
    seen = Breach.objects.standing().filter(acknowledged_at=None, clock__ticket__restricted=False)
    for number, breach in enumerate(
        seen.exclude(clock__ticket__outcome__in=HIDDEN).select_related("clock").order_by("pk")
    ):
        if number % LEFT == LEFT - 1:
            continue
        acknowledge(
            breach, by=by, reason=_one_of(reasons, rng=rng), action=_one_of(actions, rng=rng)
        )


def _one_of(rows: Sequence[Any], *, rng: Random) -> Any:
    """Choose one, the first ones more often."""
    return rows[int(len(rows) * rng.random() ** 3)]


REVIEWS = {REVIEW: review}
