"""The desk's pages on which administrators edit what is promised, and by which hours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sla import editing, holiday_page
from sla.calendar_form import CalendarForm, NewCalendarForm
from sla.edited import CALENDAR, POLICY, Edited, Row
from sla.models import Calendar, Policy, PolicyVersion, Target
from sla.opening import BeyondHorizon
from sla.policy_form import PolicyEditor
from sla.proposals import terms_of
from tickets import jobs
from tickets.models import Job

PREVIEW = "preview"


def editors_of(what: Edited):
    """Let in who may change such a row; nobody else finds the page."""

    def decorate(view):
        @wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def look(request, *args, **kwargs):
            if not request.user.has_perm(what.permission):
                raise Http404
            return view(request, *args, **kwargs)

        return look

    return decorate


@editors_of(POLICY)
def policy_edit(request, pk):
    """Show a policy as it stands, or as a proposal left it; a POST checks and previews it."""
    policy = get_object_or_404(Policy, pk=pk)
    in_force, begun = editing.newest(policy), _begun(request, POLICY, policy)
    if request.method == "POST":
        editor = PolicyEditor(request.POST)
        if _is_fresh(editor.form, in_force) and editor.is_valid():
            said = editor.terms().as_json()
            comment = editor.form.cleaned_data["comment"]
            return redirect(propose(POLICY, policy, said=said, comment=comment, by=request.user))
    elif begun:
        said, comment = begun["said"], begun["comment"]
        editor = PolicyEditor(terms=terms_of(said), base=_pk(in_force), comment=comment)
    else:
        terms = editing.terms_in_force(in_force) if in_force else None
        editor = PolicyEditor(terms=terms, base=_pk(in_force))
    return _page(
        request,
        "sla/policy_edit.html",
        form=editor,
        title=_("Edit “%(name)s”") % {"name": policy.name},
        row=policy,
        editor=editor,
        in_force=in_force,
    )


@editors_of(CALENDAR)
def calendar_edit(request, pk):
    """Show a calendar as it stands, or as a proposal left it; a POST checks and previews it."""
    calendar = get_object_or_404(Calendar, pk=pk)
    in_force, begun = editing.newest(calendar), _begun(request, CALENDAR, calendar)
    found = None
    if request.method == "POST":
        form, found = holiday_page.answer(request, CalendarForm)
        is_sent = found is None and _is_fresh(form, in_force) and form.is_valid()
        if is_sent and _is_enough(form, calendar):
            said, comment = form.said(), form.cleaned_data["comment"]
            where = propose(CALENDAR, calendar, said=said, comment=comment, by=request.user)
            return redirect(where)
    elif begun:
        form = CalendarForm.of(begun["said"], base=_pk(in_force), comment=begun["comment"])
    else:
        form = CalendarForm.of(in_force.as_said() if in_force else None, base=_pk(in_force))
    return _page(
        request,
        "sla/calendar_edit.html",
        form=form,
        title=_("Edit “%(name)s”") % {"name": calendar.name},
        row=calendar,
        in_force=in_force,
        found=found or holiday_page.blank(),
        used_by=used_by(calendar),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_add(request):
    """Make a calendar: nothing counts by it yet, so nothing is to be looked at before."""
    if not request.user.has_perm("sla.add_calendar"):
        raise PermissionDenied
    found = None
    form = NewCalendarForm.of(None)
    if request.method == "POST":
        form, found = holiday_page.answer(request, NewCalendarForm)
        if found is None and (calendar := _added(form, by=request.user)):
            messages.success(request, _("“%(name)s” is there.") % {"name": calendar})
            return redirect(CALENDAR.page_url(calendar))
    return _page(
        request,
        "sla/calendar_edit.html",
        form=form,
        title=_("Add a calendar"),
        found=found or holiday_page.blank(),
    )


def _added(form: CalendarForm, *, by: Any) -> Calendar | None:
    """Return the calendar that was added; None where the form has errors, which it says then."""
    if not form.is_valid():
        return None
    name, comment = form.cleaned_data["name"], form.cleaned_data["comment"]
    try:
        return editing.add_calendar(name, said=form.said(), by=by, comment=comment)
    except editing.NameTaken as taken:
        form.add_error("name", str(taken))
        return None


def propose(what: Edited, row: Row, *, said: Mapping[str, Any], comment: str, by: Any) -> str:
    """Begin to look at what this would do to open tickets; return where it is shown."""
    base = editing.newest(row)
    with transaction.atomic():
        job = jobs.start(
            PREVIEW,
            params={
                "edited": what.name,
                "id": row.pk,
                "base": _pk(base),
                "said": dict(said),
                "comment": comment,
            },
            by=by,
            title=_("What a change of “%(name)s” would do to open tickets") % {"name": row.name},
        )
        job.leads_to = what.proposal_url(row.pk, job.pk)
        job.save(update_fields=["leads_to"])
    return job.leads_to


def used_by(calendar: Calendar) -> list[Policy]:
    """Return the policies whose newest version counts by this calendar."""
    newest = (
        PolicyVersion.objects.order_by("policy_id", "-number").distinct("policy_id").values("pk")
    )
    targets = Target.objects.filter(version__in=newest, calendar=calendar)
    return list(Policy.objects.filter(versions__targets__in=targets).distinct())


def proposal_of(what: Edited, row_id: int, job_id: Any) -> Job:
    """Return the job that holds a proposal for this row. Raises Http404."""
    job = get_object_or_404(Job.objects.select_related("by"), pk=job_id, kind=PREVIEW)
    if (job.params["edited"], job.params["id"]) != (what.name, row_id):
        raise Http404
    return job


def _begun(request, what: Edited, row: Row) -> Mapping[str, Any] | None:
    """Return the proposal that somebody goes on from."""
    number = request.GET.get("from", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    params: Mapping[str, Any] = proposal_of(what, row.pk, number).params
    return params


def _is_fresh(form: Any, in_force: Any) -> bool:
    """Whether nobody saved a version since the form was opened; if not, it says so and goes on."""
    if form.data.get("base", "") == str(_pk(in_force) or ""):
        return True
    form.data = form.data.copy()
    form.data["base"] = str(_pk(in_force))
    told = _("%(said)s What you typed is kept: compare it, then check again.")
    form.add_error(None, told % {"said": editing.Overtaken(in_force)})
    return False


def _is_enough(form: CalendarForm, calendar: Calendar) -> bool:
    """Whether these hours use up everything that is promised by them; if not, it says so."""
    try:
        editing.check_hours(calendar, said=form.said())
    except BeyondHorizon as endless:
        form.add_error(None, str(endless))
    return form.is_valid()


def _pk(version: Any) -> int | None:
    return version.pk if version else None


def _page(request, template: str, *, form: Any, **context: Any):
    return render(
        request,
        template,
        {**admin.site.each_context(request), "form": form, **context},
        status=422 if form.errors else 200,
    )
