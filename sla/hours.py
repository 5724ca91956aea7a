"""Versions of calendars as the engine's values."""

from __future__ import annotations

from collections.abc import Mapping

from sla.calendars import ALWAYS_OPEN
from sla.engine import Calendar as OpenTime
from sla.engine import Policy as Promises
from sla.engine import Target
from sla.models import CalendarVersion
from sla.opening import calendar_of
from sla.proposals import PolicyTerms
from sla.terms import Key


def value_of(version: CalendarVersion) -> OpenTime:
    """Return the hours of a version; its id is their key."""
    return calendar_of(version.as_said(), key=version.pk)


def newest_hours() -> dict[int, OpenTime]:
    """Return what each calendar says from now on, by its id."""
    newest = CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id")
    return {version.calendar_id: value_of(version) for version in newest}


def promises_of(terms: PolicyTerms, *, key: Key, hours: Mapping[int, OpenTime]) -> Promises:
    """Return terms as the engine's policy, with the hours of their calendars by id."""
    return Promises(
        key=key,
        targets={
            (target.level, target.metric): Target(
                target.seconds, ALWAYS_OPEN if target.calendar is None else hours[target.calendar]
            )
            for target in terms.targets
        },
        pause_statuses=frozenset(terms.pause_statuses),
        pausable=frozenset(terms.pausable),
        reopen=terms.reopen,
        retarget=terms.retarget,
        warn_pct=terms.warn_percent,
    )
