"""The tables and tiles of the report: each cell with its words and the list that it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla.compliance import Report
from sla.compliance_form import WEEK
from sla.compliance_words import change, length, targets
from sla.dimensions import BY, LEVEL
from sla.figures import Row
from sla.forms import said
from sla.list_forms import MET, SLOWEST
from sla.manager_pages import address
from sla.models import Metric
from sla.words import NOTHING, percent

Filters = Mapping[str, Any]
Names = Mapping[Any, str]
HEADS = (
    gettext_lazy("Ended"),
    gettext_lazy("Met"),
    gettext_lazy("Broken"),
    gettext_lazy("Share met"),
    gettext_lazy("Before"),
    gettext_lazy("Target"),
    gettext_lazy("Half within"),
    gettext_lazy("90 % within"),
    gettext_lazy("Longest"),
    gettext_lazy("Half over by"),
    gettext_lazy("90 % over by"),
    gettext_lazy("Most over by"),
)


@dataclass(frozen=True)
class Cell:
    """`url` leads to the promises that it counts, or was measured on."""

    head: str | Promise
    text: str | int
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One kind of promise in one part of them all."""

    name: str
    row: Row
    cells: Sequence[Cell]

    @property
    def metric(self) -> str:
        return str(Metric(self.row.metric).label)


@dataclass(frozen=True)
class Table:
    """`hidden` is how many parts are told as one, in the last lines."""

    name: str
    title: str
    head: str | Promise
    lines: Sequence[Line]
    hidden: int = 0


@dataclass(frozen=True)
class Tile:
    label: str | Promise
    value: str | int
    detail: str
    url: str = ""


def tiles(report: Report) -> list[Tile]:
    """Return the four numbers that managers look at first."""
    return [
        _kept(report, Metric.FIRST_RESPONSE),
        _kept(report, Metric.RESOLUTION),
        _broken(report),
        _over(report),
    ]


def by_level(report: Report) -> Table:
    names: Names = LEVEL.named(report.form.scope)
    lines = [_line(report, row, names[row.key], LEVEL.chosen(row.key)) for row in report.rows]
    return Table("levels", _("By level"), LEVEL.label, lines)


def by_part(report: Report) -> Table:
    """Return what was broken down by; the parts that are too many make the last lines."""
    parts = report.parts
    label = gettext_lazy("Week") if parts.by == WEEK else BY[parts.by].label
    hidden = parts.breakdown.number_of_rest
    others = ngettext("%d other", "%d others", hidden) % hidden
    lines = [
        *(
            _line(report, row, parts.names[row.key], parts.filters.get(row.key))
            for group in parts.breakdown.groups
            for row in group.rows
        ),
        *(_line(report, row, others, None) for row in parts.breakdown.rest),
    ]
    title = _("By %(what)s") % {"what": str(label).lower()}
    return Table("parts", title, label, lines, hidden)


def _line(report: Report, row: Row, name: str, filters: Filters | None) -> Line:
    """Return the cells of a row; they lead nowhere where no filter finds what they count."""
    narrowed = None if filters is None else {**filters, "metric": row.metric}
    cells = [
        Cell(head, text, url if text not in (0, NOTHING) else "")
        for head, (text, url) in zip(HEADS, _cells(report, row, narrowed), strict=True)
    ]
    return Line(name, row, cells)


def _cells(report: Report, row: Row, narrowed: Filters | None) -> Iterator[tuple[str | int, str]]:
    tally = row.tally
    decided, broken = link(report, "decided", narrowed), link(report, "breached", narrowed)
    slowest = link(report, "decided", narrowed, order=SLOWEST)
    yield tally.number, decided
    yield tally.met, link(report, "decided", narrowed, result=MET)
    yield tally.broken, broken
    yield percent(tally.permille), decided
    yield percent(row.before.permille), link(report, "decided", narrowed, before=True)
    yield targets(row), ""
    for seconds in (row.took.p50, row.took.p90, row.took.most):
        yield length(seconds), slowest
    for seconds in (row.over.p50, row.over.p90, row.over.most):
        yield length(seconds), broken


def link(
    report: Report, page: str, filters: Filters | None, *, before: bool = False, **more: str
) -> str:
    """Return the address of exactly those promises: the report's filters, narrowed."""
    if filters is None:
        return ""
    chosen = report.form.counted()
    if before:
        chosen |= said(report.period.before)
    return address(page, {**chosen, **filters, **more})


def _kept(report: Report, metric: Metric) -> Tile:
    """Say which share of one kind was met, against its goal and the period before."""
    row, goal = report.of(metric), report.goals[metric]
    tally = row.tally
    label = _("%(kind)s met") % {"kind": metric.label}
    if not tally.number:
        return Tile(label, NOTHING, _("none ended"))
    said = [
        _("goal %(goal)d %%") % {"goal": goal},
        change(tally, row.before),
        _("%(met)d of %(all)d") % {"met": tally.met, "all": tally.number},
    ]
    if tally.is_too_few:
        said.append(_("too few to judge"))
    url = link(report, "decided", {"metric": metric.value})
    return Tile(label, percent(tally.permille), " · ".join(said), url)


def _broken(report: Report) -> Tile:
    number, before = report.tally.broken, report.before.broken
    detail = _("%(number)d in the period before") % {"number": before}
    return Tile(_("Broken"), number, detail, link(report, "breached", {}) if number else "")


def _over(report: Report) -> Tile:
    over, before = report.over, report.over_before
    label = _("Half of the broken ones over by")
    if over is None:
        return Tile(label, NOTHING, _("none was broken"))
    detail = _("%(length)s in the period before") % {"length": length(before)}
    return Tile(label, length(over), detail, link(report, "breached", {}))
