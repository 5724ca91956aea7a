"""What a mailed report says: figures of a view for a period, the worst, and what is about to be.

They are counted as the pages count them, by the same filters and lists, and kept as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import QueryDict

from sla import lists
from sla.compliance import Report, report
from sla.compliance_form import ComplianceForm
from sla.forms import said
from sla.lines import Line
from sla.list_forms import SOON
from sla.periods import Period
from sla.scope import Scope
from tickets import counting
from tickets.models import Ticket

WORST = 5


def figures(filters: QueryDict, *, period: Period, scope: Scope, now: datetime) -> dict[str, Any]:
    """Return the figures of these filters, as rows that JSON can hold."""
    asked = {**filters.dict(), **said(period)}
    form = ComplianceForm(asked, scope=scope)
    _form, worst = lists.BREACHED.ask(asked, scope=scope, now=now)
    _form, soon = lists.DUE.ask({**filters.dict(), "left": SOON}, scope=scope, now=now)
    brand, extent = form.chosen().get("brand"), scope.extent()
    return {
        "brand": brand,
        "extent": {**extent, "brands": [brand]} if brand else extent,
        "filters": [words for name, words in form.in_words() if name != "first"],
        "rows": _rows(report(form, period=period, now=now)),
        "worst": _told(worst.page(most=WORST).lines),
        "soon": _told(soon.page(most=WORST).lines),
        "soon_count": len(soon.found.order_by().values_list("pk")[: counting.MOST]),
    }


def _rows(report: Report) -> list[dict[str, Any]]:
    """Return met and broken by level and promise, of the period and of the one before."""
    return [
        {
            "level": row.key,
            "metric": row.metric,
            "met": row.tally.met,
            "broken": row.tally.broken,
            "met_before": row.before.met,
            "broken_before": row.before.broken,
        }
        for group in report.by_level
        for row in group.rows
    ]


def _told(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return what a mail may say of promises: of a restricted ticket its number alone.

    That is so for its readers on the desk as well; a mail goes further than a page.
    """
    shown = Ticket.objects.filter(pk__in=[line.ticket for line in lines], restricted=False)
    plain = set(shown.values_list("pk", flat=True))
    return [_line(line) if line.ticket in plain else {"number": line.number} for line in lines]


def _line(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "level": line.level,
        "metric": str(line.metric),
        "due": line.due.isoformat() if line.due else None,
        "over": line.over.total_seconds() if line.over else None,
        "state": str(line.state),
    }
