"""The page of met and broken promises, and the same as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from sla import compliance_file, compliance_pictures, compliance_tables
from sla.compliance import Report, report, unanswered_filters
from sla.compliance_form import PARTS, ComplianceForm
from sla.forms import in_words, said
from sla.manager_pages import address, for_managers, frame
from sla.scope import Scope
from tickets import clock

NAME = "compliance"


@require_safe
@for_managers
def compliance(request):
    """Show what became of the promises of a period, against the period before."""
    now = clock.now()
    form = ComplianceForm.of(request.GET, scope=Scope.of(request.user), now=now)
    context = frame(request, form, name=NAME, now=now)
    if form.period:
        context |= _shown(form, report(form, period=form.period, now=now))
    context |= {"title": _("Compliance"), "periods": list(_periods(form, now=now))}
    return render(request, "sla/compliance.html", context)


@require_GET
@for_managers
def compliance_csv(request):
    """Send the tables of the page, or back to it who asked for what cannot be."""
    now = clock.now()
    form = ComplianceForm.of(request.GET, scope=Scope.of(request.user), now=now)
    if not form.period:
        return redirect(f"{address(NAME, {})}?{request.GET.urlencode()}")
    return HttpResponse(
        compliance_file.csv(report(form, period=form.period, now=now)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="compliance-'
            f'{form.period.first}-{form.period.last}.csv"'
        },
    )


def _shown(form: ComplianceForm, found: Report):
    return {
        "report": found,
        "period_words": in_words(found.period),
        "tiles": compliance_tables.tiles(found),
        "tables": [compliance_tables.by_level(found), compliance_tables.by_part(found)],
        "trends": compliance_pictures.trends(found),
        "ages": compliance_pictures.ages(found),
        "parts": list(_parts(form)),
        "unanswered_url": address("unanswered", unanswered_filters(form)),
        "csv_url": address("compliance_csv", form.chosen()),
        "all_url": address(NAME, {**form.chosen(), "all": "on"}),
    }


def _parts(form: ComplianceForm):
    """Yield what the promises can be broken down by, each a link to the same page."""
    for name, label in PARTS.items():
        yield {
            "label": label,
            "url": address(NAME, {**form.without("all"), "by": name}),
            "current": name == form.part,
        }


def _periods(form: ComplianceForm, *, now):
    """Yield links with days and zone in them, so that who gets one reads the same period."""
    for label, period in form.periods(now):
        yield {
            "label": label,
            "url": address(NAME, {**form.without("first", "all"), **said(period)}),
            "current": form.period == period,
        }
