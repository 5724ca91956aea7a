"""Questions about how promises came out: counted and measured by the database.

Counts and times are asked for together with what they are told by, in as many queries however
many promises, brands or weeks there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Count,
    DateTimeField,
    DurationField,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
    Min,
    Q,
    Value,
)

from sla.dimensions import RESTRICTED, Dimension, key
from sla.figures import Key, Row, Spread, Tally
from sla.forms import NOBODY
from sla.measures import over, took
from sla.periods import Period
from sla.places import TICK
from sla.querysets import ClockQuerySet, VerdictQuerySet
from sla.scope import Scope

BROKEN = Q(breach__isnull=False)
# Before the period, the period.
BEFORE, WITHIN = 0, 1
Part = tuple[Key, str]
# By week, level and promise; week 0 is all of the period before.
Tallies = Mapping[tuple[int, int, str], Tally]
# By part and promise, before the period and in it.
Parted = Mapping[Part, Mapping[int, Tally]]


class Percentiles(Aggregate):
    """The median and the 90th percentile; between two values, what lies there in proportion."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression, *, of, **extra):
        super().__init__(expression, output_field=ArrayField(of), **extra)


class Counts:
    """The promises of a period and of the one before, as one reader reads them at one moment.

    `verdicts` are narrowed by everything but time.
    """

    def __init__(
        self, verdicts: VerdictQuerySet, *, period: Period, scope: Scope, now: datetime
    ) -> None:
        self.scope = scope
        self.period = period
        self.weeks = list(period.weeks())
        self.now = now
        self.both = verdicts.decided(since=period.before.since, until=period.until)
        self.within = verdicts.decided(since=period.since, until=period.until)

    def by_week_and(self, dimension: Dimension | None) -> tuple[Tallies, Parted]:
        """Count by week, level and promise, and by part of something and promise.

        Both are added up from one reading, which is what takes the time; unless the parts are so
        many that adding up would.
        """
        if dimension is None:
            return self._by_week(), {}
        if dimension.is_many:
            return self._by_week(), self._by(dimension)
        weeks: dict[tuple[int, int, str], Tally] = defaultdict(Tally)
        parts: dict[Part, dict[int, Tally]] = defaultdict(lambda: defaultdict(Tally))
        for row in self._tallies("level_id", time=self._week(), **dimension.keys(self.scope)):
            tally, week = _tally(row), row["time"]
            weeks[week, row["level_id"], row["metric"]] += tally
            part = (key(row["part"], row["hidden"]), row["metric"])
            parts[part][min(week, WITHIN)] += tally
        return weeks, parts

    def _by_week(self) -> Tallies:
        rows = self._tallies("level_id", time=self._week())
        return {(row["time"], row["level_id"], row["metric"]): _tally(row) for row in rows}

    def _by(self, dimension: Dimension) -> Parted:
        found: dict[Part, dict[int, Tally]] = defaultdict(dict)
        time = _number_of("decided_at", [self.period.since])
        for row in self._tallies(time=time, **dimension.keys(self.scope)):
            part = (key(row["part"], row["hidden"]), row["metric"])
            found[part][row["time"]] = _tally(row)
        return found

    def _week(self) -> Func:
        """Number the weeks of the period; all of the period before is 0."""
        return _number_of("decided_at", [week.since for week in self.weeks])

    def spreads(
        self, dimension: Dimension, *, among: Iterable[Key] | None = None
    ) -> Mapping[Part, dict[str, Any]]:
        """Measure how long the promises of the period took, and by how much they were over."""
        verdicts = self.within if among is None else self.within.filter(_among(dimension, among))
        return self._spreads(verdicts, **dimension.keys(self.scope))

    def spreads_by_week(self) -> Mapping[Part, dict[str, Any]]:
        return self._spreads(self.within, part=self._week(), hidden=Value(False))

    def medians_over(self) -> Mapping[int, timedelta]:
        """Return by how much the broken ones were over, half of them: before and in the period."""
        rows = (
            self.both.broken()
            .order_by()
            .values(time=_number_of("decided_at", [self.period.since]))
            .annotate(over=Percentiles(over(self.now), of=DurationField()))
        )
        return {row["time"]: row["over"][0] for row in rows}

    def _spreads(self, verdicts: VerdictQuerySet, **columns) -> Mapping[Part, dict[str, Any]]:
        length, lateness = took(self.now), over(self.now)
        rows = (
            verdicts.order_by()
            .values("metric", **columns)
            .annotate(
                took=Percentiles(length, of=FloatField()),
                longest=Max(length),
                over=Percentiles(lateness, of=DurationField(), filter=BROKEN),
                worst=Max(lateness, filter=BROKEN),
                least_target=Min("target_seconds"),
                most_target=Max("target_seconds"),
            )
        )
        return {
            (key(row["part"], row["hidden"]), row["metric"]): {
                "took": _spread(row["took"], row["longest"]),
                "over": _spread(row["over"], row["worst"]),
                "targets": (row["least_target"], row["most_target"]),
            }
            for row in rows
        }

    def _tallies(self, *names: str, **columns: Any) -> Iterable[dict[str, Any]]:
        return (
            self.both.order_by()
            .values("metric", *names, **columns)
            .annotate(number=Count("*"), broken=Count("breach_id"))
        )


def by_age(clocks: ClockQuerySet, *, ages: Sequence[timedelta], now: datetime) -> list[int]:
    """Count open promises by how long they have run: up to the first age, up to the second, …"""
    oldest_first = [now - age for age in reversed(ages)]
    # An age is reached at its moment: what began right then is on the older side.
    rows = (
        clocks.order_by()
        .values(place=_number_of("started_at", [at + TICK for at in oldest_first]))
        .annotate(number=Count("*"))
    )
    numbers = {row["place"]: row["number"] for row in rows}
    return [numbers.get(place, 0) for place in range(len(ages), -1, -1)]


def rows_of(
    counted: Mapping[Part, Mapping[int, Tally]], measured: Mapping[Part, dict[str, Any]]
) -> list[Row]:
    """Put together what was counted and measured of each part."""
    return [
        Row(
            *part,
            tally=by_time.get(WITHIN, Tally()),
            before=by_time.get(BEFORE, Tally()),
            **measured.get(part, {}),
        )
        for part, by_time in counted.items()
    ]


def levels_of(weeks: Tallies) -> Mapping[Part, Mapping[int, Tally]]:
    """Add the weeks up: the same as counting by level."""
    found: dict[Part, dict[int, Tally]] = defaultdict(dict)
    for (week, level, metric), tally in weeks.items():
        by_time, time = found[level, metric], min(week, WITHIN)
        by_time[time] = by_time.get(time, Tally()) + tally
    return found


def _number_of(column: str, starts: Sequence[datetime]) -> Func:
    """Say in which stretch of time something lies: 0 is before the first that starts."""
    return Func(
        F(column),
        Value(list(starts), output_field=ArrayField(DateTimeField())),
        function="WIDTH_BUCKET",
        output_field=IntegerField(),
    )


def _among(dimension: Dimension, keys: Iterable[Key]) -> Q:
    """Return what finds at least these parts."""
    wanted = set(keys)
    found = Q(**{f"{dimension.column}__in": list(wanted - {RESTRICTED, NOBODY})})
    if NOBODY in wanted:
        found |= Q(**{f"{dimension.column}__isnull": True})
    return found | Q(restricted=True) if RESTRICTED in wanted else found


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(met=row["number"] - row["broken"], broken=row["broken"])


def _spread(percentiles: Sequence[Any] | None, most: Any) -> Spread:
    if percentiles is None:
        return Spread()
    return Spread(*map(_seconds, (*percentiles, most)))


def _seconds(length: float | timedelta) -> float:
    return length.total_seconds() if isinstance(length, timedelta) else float(length)
