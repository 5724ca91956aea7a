"""Promises broken down by brand, team, week or whatever else: the worst part first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organization, User
from sla.compliance_form import WEEK
from sla.counts import WITHIN, Counts, Parted, Tallies, rows_of
from sla.dimensions import BY, RESTRICTED, Dimension
from sla.figures import Breakdown, Group, Key, Row, Tally, broken_down, grouped, worst_first
from sla.forms import METRICS, NOBODY, said
from sla.models import Metric
from sla.words import days


@dataclass(frozen=True)
class Parts:
    """A breakdown, what its parts are called, and the filters that leave of a list a part's."""

    by: str
    breakdown: Breakdown
    names: Mapping[Key, str]
    filters: Mapping[Key, Mapping[str, Any]]


def broken_down_by(
    by: str, counts: Counts, weeks: Tallies, counted: Parted, *, whole: bool
) -> Parts:
    """Break a period down. Parts that too many would hide are counted, and not measured."""
    if by == WEEK:
        return _by_week(counts, weeks)
    dimension = BY[by]
    names = _names(dimension, {key for key, _metric in counted}, counts)
    rows = sorted(rows_of(counted, {}), key=_place)
    found = broken_down(worst_first(grouped(rows), names=names), whole=whole)
    keys = [group.key for group in found.groups]
    measured = counts.spreads(dimension, among=keys if found.rest else None)
    by_part = {(row.key, row.metric): row for row in rows_of(counted, measured)}
    return Parts(
        by=by,
        breakdown=Breakdown(_again(found.groups, by_part), found.rest, found.number_of_rest),
        names=names,
        filters={key: dimension.chosen(key) for key in keys},
    )


def _by_week(counts: Counts, weeks: Tallies) -> Parts:
    counted: dict[tuple[Key, str], dict[int, Tally]] = {}
    for (week, _level, metric), tally in weeks.items():
        if week:
            by_time = counted.setdefault((week, metric), {WITHIN: Tally()})
            by_time[WITHIN] += tally
    rows = sorted(rows_of(counted, counts.spreads_by_week()), key=_in_time)
    numbered = dict(enumerate(counts.weeks, start=1))
    return Parts(
        by=WEEK,
        breakdown=Breakdown(grouped(rows)),
        names={number: days(week) for number, week in numbered.items()},
        filters={number: said(week) for number, week in numbered.items()},
    )


def _again(groups: Iterable[Group], rows: Mapping[tuple[Key, str], Row]) -> list[Group]:
    """Return the same groups with their rows as they were measured."""
    return [Group(each.key, [rows[row.key, row.metric] for row in each.rows]) for each in groups]


def _names(dimension: Dimension, keys: set[Key], counts: Counts) -> Mapping[Key, str]:
    """Say what each part is called; of people and organizations only those that there are."""
    names: dict[Any, str] = dict(dimension.named(counts.scope))
    others: list[Any] = list(keys - names.keys() - {NOBODY, RESTRICTED})
    if dimension.name == "organization":
        names |= dict(Organization.objects.filter(pk__in=others).values_list("pk", "name"))
    elif dimension.name == "agent":
        names |= {user.pk: str(user) for user in User.objects.filter(pk__in=others)}
    known = {key: names.get(key, str(key) or str(dimension.none)) for key in keys}
    return {**known, NOBODY: str(dimension.none), RESTRICTED: _("Restricted")}


def _place(row: Row) -> int:
    return METRICS.index(Metric(row.metric))


def _in_time(row: Row) -> tuple[Any, int]:
    return (row.key, _place(row))
