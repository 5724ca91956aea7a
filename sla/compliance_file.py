"""The report as a file: exactly the tables that are on the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from sla.compliance import Report
from sla.compliance_tables import HEADS, Table, by_level, by_part
from sla.figures import Row
from tickets.spreadsheet import BOM, Cell, written


def csv(report: Report) -> str:
    """Return both tables, one below the other, with the times of the period in each line."""
    tables = (by_level(report), by_part(report))
    return BOM + written([_heads(), *(line for table in tables for line in _lines(report, table))])


def _heads() -> Sequence[Cell]:
    period = (_("From"), _("Until"), _("Table"), _("Part"), _("Promise"))
    measured = [_("%(what)s (seconds)") % {"what": head} for head in HEADS[6:]]
    return [*period, *map(str, HEADS), *measured, _("Note")]


def _lines(report: Report, table: Table) -> Iterator[Sequence[Cell]]:
    since, until = (
        at.astimezone(report.period.zone).isoformat(timespec="seconds")
        for at in (report.period.since, report.period.until)
    )
    for line in table.lines:
        yield [
            *(since, until, table.title, line.name, line.metric),
            *(cell.text for cell in line.cells),
            *_seconds(line.row),
            _("too few to judge") if line.row.tally.is_too_few else "",
        ]


def _seconds(row: Row) -> Iterator[int | None]:
    for spread in (row.took, row.over):
        for seconds in (spread.p50, spread.p90, spread.most):
            yield None if seconds is None else round(seconds)
