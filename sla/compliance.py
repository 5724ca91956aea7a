"""The report of met and broken promises: its figures, whole, as one reader reads them.

Pages, files and mails tell the same report. What they show of it is in words elsewhere
(`sla/compliance_words.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sla import lists
from sla.breakdowns import Parts, broken_down_by
from sla.compliance_form import ComplianceForm
from sla.counts import BEFORE, WITHIN, Counts, Tallies, by_age, levels_of, rows_of
from sla.dimensions import BY, LEVEL
from sla.figures import Group, Row, Tally, grouped, total
from sla.forms import METRICS
from sla.list_forms import AGES
from sla.models import Goal, Metric, Verdict
from sla.periods import Period
from sla.querysets import VerdictQuerySet

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Report:
    """Everything that a period came to, against the one before.

    `by_level` and `parts` are of the same promises, told apart by something else; `weeks` are
    those of the period. `overs` are the medians of what the broken ones were over.
    """

    form: ComplianceForm
    period: Period
    now: datetime
    by_level: Sequence[Group]
    parts: Parts
    weeks: Sequence[tuple[Period, Mapping[str, Tally]]]
    overs: Mapping[int, timedelta]
    goals: Mapping[str, int]
    ages: Mapping[str, int]
    unanswered: int

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.by_level for row in group.rows]

    @property
    def tally(self) -> Tally:
        return total(row.tally for row in self.rows)

    @property
    def before(self) -> Tally:
        return total(row.before for row in self.rows)

    @property
    def over(self) -> timedelta | None:
        """Return the median of what the broken ones were over."""
        return self.overs.get(WITHIN)

    @property
    def over_before(self) -> timedelta | None:
        return self.overs.get(BEFORE)

    @property
    def metrics(self) -> list[str]:
        """Return the kinds of promises that there were, in the order of the desk."""
        there = {row.metric for row in self.rows if row.tally.number}
        return [metric.value for metric in METRICS if metric in there]

    def of(self, metric: str) -> Row:
        """Return what one kind of promise came to, at all levels together."""
        rows = [row for row in self.rows if row.metric == metric]
        tally, before = (row.tally for row in rows), (row.before for row in rows)
        return Row(None, metric, tally=total(tally), before=total(before))


def report(form: ComplianceForm, *, period: Period, now: datetime) -> Report:
    """Count and measure a period, in as many queries however much there is."""
    counts = Counts(_verdicts(form, now=now), period=period, scope=form.scope, now=now)
    weeks, counted = counts.by_week_and(BY.get(form.part))
    by_level = rows_of(levels_of(weeks), counts.spreads(LEVEL))
    return Report(
        form=form,
        period=period,
        now=now,
        by_level=grouped(sorted(by_level, key=_place)),
        parts=broken_down_by(form.part, counts, weeks, counted, whole=form.is_whole),
        weeks=_weeks(counts, weeks),
        overs=counts.medians_over(),
        goals={**dict.fromkeys(Metric.values, Goal.USUAL), **_goals()},
        ages=_ages(form, now=now),
        unanswered=_unanswered(form, now=now),
    )


def _verdicts(form: ComplianceForm, *, now: datetime) -> VerdictQuerySet:
    """Return what the filters leave, of any time."""
    times = (f"{form.DATED}__gte", f"{form.DATED}__lt")
    lookups = {at: what for at, what in form.lookups(now=now).items() if at not in times}
    return Verdict.objects.filter(**lookups).of_brands(form.scope.brands)


def _weeks(counts: Counts, tallies: Tallies) -> list[tuple[Period, dict[str, Tally]]]:
    """Tell the weeks apart, all levels together; one in which nothing ended is there as well."""
    found: list[tuple[Period, dict[str, Tally]]] = [(week, {}) for week in counts.weeks]
    for (number, _level, metric), tally in tallies.items():
        if number:
            week = found[number - 1][1]
            week[metric] = week.get(metric, Tally()) + tally
    return found


def _goals() -> dict[str, int]:
    return dict(Goal.objects.values_list("metric", "percent"))


def _ages(form: ComplianceForm, *, now: datetime) -> dict[str, int]:
    """Count open tickets by how long they are open: as their lists do, now, whatever the period."""
    _form, due = lists.DUE.ask(age_filters(form, ""), scope=form.scope, now=now)
    oldest = [DAY * until for _since, until in AGES.values() if until is not None]
    return dict(zip(AGES, by_age(due.found, ages=oldest, now=now), strict=True))


def age_filters(form: ComplianceForm, age: str) -> dict[str, Any]:
    """Return what leaves of what is due the tickets of one age."""
    known = {**form.narrowing(), "metric": Metric.RESOLUTION.value, "age": age}
    return {name: value for name, value in known.items() if value != ""}


def unanswered_filters(form: ComplianceForm) -> dict[str, Any]:
    """Return what leaves of what was solved without an answer that of the period."""
    chosen = form.counted()
    return {name: value for name, value in chosen.items() if name != "metric"}


def _unanswered(form: ComplianceForm, *, now: datetime) -> int:
    _form, found = lists.UNANSWERED.ask(unanswered_filters(form), scope=form.scope, now=now)
    return found.found.order_by().count()


def _place(row: Row) -> tuple[Any, int]:
    return (row.key, METRICS.index(Metric(row.metric)))
