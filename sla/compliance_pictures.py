"""The report's pictures: met and broken by week, and how long tickets are open."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sla.compliance import Report, age_filters
from sla.compliance_tables import link
from sla.compliance_words import finding, finding_of_ages
from sla.figures import Tally
from sla.forms import said
from sla.list_forms import MET as ONLY_MET
from sla.list_forms import DueFilterForm
from sla.manager_pages import address
from sla.models import Metric
from sla.periods import Period
from sla.pictures import BROKEN, MET, Amount, Given, Picture, bars
from sla.words import days, percent


def trends(report: Report) -> list[Picture]:
    """Draw the weeks of each kind of promise that ended in the period."""
    return [_trend(report, metric) for metric in report.metrics]


def _trend(report: Report, metric: str) -> Picture:
    weeks = [(week, by_metric.get(metric, Tally())) for week, by_metric in report.weeks]
    return bars(
        [_week(report, metric, week, tally) for week, tally in weeks],
        name=f"trend-{metric}",
        title=_("%(kind)s by week") % {"kind": Metric(metric).label},
        finding=finding(report, metric),
        heads=[_("Week"), _("Met"), _("Broken")],
    )


def _week(report: Report, metric: str, week: Period, tally: Tally) -> Given:
    filters = {**said(week), "metric": metric}
    words = _("%(met)d of %(all)d met, %(percent)s")
    numbers = {"met": tally.met, "all": tally.number, "percent": percent(tally.permille)}
    return Given(
        label=days(week),
        words=words % numbers if tally.number else _("nothing ended"),
        amounts=[
            Amount(tally.met, MET, link(report, "decided", filters, result=ONLY_MET)),
            Amount(tally.broken, BROKEN, link(report, "breached", filters)),
        ],
        goal=report.goals[metric] / 100,
    )


def ages(report: Report) -> Picture:
    """Draw how many tickets are open for how long: now, whatever the period."""
    choices: Any = getattr(DueFilterForm.base_fields["age"], "choices", ())
    names = dict(choices)
    return bars(
        [
            Given(
                label=str(names[age]),
                words=str(number),
                amounts=[Amount(number, url=address("due", age_filters(report.form, age)))],
            )
            for age, number in report.ages.items()
        ],
        name="ages",
        title=_("Open tickets by age"),
        finding=finding_of_ages(report.ages.values()),
        heads=[_("Open for"), _("Tickets")],
    )
