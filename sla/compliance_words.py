"""The report of met and broken promises in words: percentages, lengths, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.compliance import Report
from sla.figures import Row, Tally
from sla.models import Metric
from sla.words import NOTHING, percent, spell


def length(seconds: float | timedelta | None) -> str:
    """Return "2 d 3 h" or "0:42"; below a minute "0:00" would say that it took no time."""
    if seconds is None:
        return NOTHING
    lasted = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
    if timedelta(0) < lasted < timedelta(minutes=1):
        return _("under 1 min")
    return spell(lasted)


def targets(row: Row) -> str:
    """Return what was promised: one length, or from the shortest to the longest."""
    if row.targets is None:
        return NOTHING
    least, most = row.targets
    return length(least) if least == most else f"{length(least)} … {length(most)}"


def change(tally: Tally, before: Tally) -> str:
    """Return "▼ 1.4 points", with the sign as a shape, and in words what it is compared with."""
    points = tally.change_from(before)
    if points is None:
        return _("nothing to compare with")
    said = _("%(points)s points") % {"points": f"{abs(points) // 10}.{abs(points) % 10}"}
    if not points:
        return _("as before")
    return f"▲ {said}" if points > 0 else f"▼ {said}"


def finding(report: Report, metric: str) -> str:
    """Say what became of one kind of promise, and at which level most of them were broken."""
    row = report.of(metric)
    kind = str(Metric(metric).label)
    if row.tally.is_too_few:
        return ngettext(
            "%(kind)s: %(number)d promise, too few to judge.",
            "%(kind)s: %(number)d promises, too few to judge.",
            row.tally.number,
        ) % {"kind": kind, "number": row.tally.number}
    said = [_moved(kind, row), _worst(report, metric)]
    return " ".join(each for each in said if each)


def _moved(kind: str, row: Row) -> str:
    now, was = row.tally.permille, row.before.permille
    words = {"kind": kind, "now": percent(now), "before": percent(was)}
    if was is None or row.before.is_too_few:
        return _("%(kind)s: %(now)s met.") % words
    if now == was:
        return _("%(kind)s: %(now)s met, as before.") % words
    if (now or 0) > was:
        return _("%(kind)s: met rose from %(before)s to %(now)s.") % words
    return _("%(kind)s: met fell from %(before)s to %(now)s.") % words


def _worst(report: Report, metric: str) -> str:
    rows = [row for row in report.rows if row.metric == metric and not row.tally.is_too_few]
    broken = [row for row in rows if row.tally.broken]
    if len(rows) < 2 or not broken:
        return ""
    worst = min(broken, key=lambda row: row.tally.permille or 0)
    return _("Level %(level)s is worst, with %(percent)s.") % {
        "level": worst.key,
        "percent": percent(worst.tally.permille),
    }


def finding_of_ages(numbers: Iterable[int]) -> str:
    """Say how many of the open tickets are open for long."""
    counts = list(numbers)
    if not sum(counts):
        return _("No ticket is open.")
    return ngettext(
        "%(old)d of %(all)d open ticket has been open for 7 days or longer.",
        "%(old)d of %(all)d open tickets have been open for 7 days or longer.",
        sum(counts),
    ) % {"old": sum(counts[-2:]), "all": sum(counts)}
