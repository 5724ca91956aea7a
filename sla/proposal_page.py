"""The page of a proposal: in plain words, what it would do to open tickets, and saving it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from sla import editing, moves
from sla.calendar_words import days_ahead
from sla.edited import CALENDAR, POLICY, Edited
from sla.editor import editors_of, proposal_of
from sla.models import Metric
from sla.opening import BeyondHorizon
from sla.readback import Line, compared
from tickets import clock, jobs
from tickets.job_page import REFRESH, does_refresh, progress
from tickets.models import Job, Ticket

APPLY = "apply"
# What the two buttons send: for whom the new version is.
SCOPES = NEW, OPEN = ("new", "open")


@editors_of(POLICY)
def policy_proposal(request, pk, job):
    return _proposal(request, POLICY, proposal_of(POLICY, pk, job))


@editors_of(CALENDAR)
def calendar_proposal(request, pk, job):
    return _proposal(request, CALENDAR, proposal_of(CALENDAR, pk, job))


def _proposal(request, what: Edited, job: Job):
    if request.method == "POST":
        return _answer(request, what, job)
    row = what.row(job.params)
    lines = _lines(what, job)
    now = clock.now()
    refreshes = does_refresh(request, job, now=now)
    response = render(
        request,
        "sla/proposal.html",
        {
            **admin.site.each_context(request),
            "title": _("A change of “%(name)s”") % {"name": row.name},
            "row": row,
            "job": job,
            "lines": lines,
            "is_another": any(line.is_changed for line in lines) or job.params["base"] is None,
            "days": days_ahead(job.params["said"], now=now) if what is CALENDAR else [],
            "progress": progress(job, now=now),
            "is_going_on": job.is_going_on,
            "refreshes": refreshes,
            "edit_url": f"{what.edit_url(row)}?from={job.pk}",
            "page_url": what.page_url(row),
            "result": job.result if job.is_finished else None,
            "levels": list(moves.by_level(job.result)) if job.is_finished else [],
            "broken": _broken(job, request.user) if job.is_finished else [],
        },
    )
    if refreshes:
        response.headers["Refresh"] = str(REFRESH)
    return response


def _answer(request, what: Edited, job: Job):
    """Save what is proposed, for new tickets or for open ones too, unless it was overtaken."""
    row, scope = what.row(job.params), request.POST.get("scope")
    if scope not in SCOPES or not job.is_finished:
        messages.error(request, _("It is not known yet what this would change. Wait for it."))
        return redirect(what.proposal_url(row.pk, job.pk))
    try:
        applied = save(what, job, by=request.user, is_for_open=scope == OPEN)
    except BeyondHorizon as endless:
        messages.error(request, _("%(said)s Nothing was saved.") % {"said": endless})
        return redirect(f"{what.edit_url(row)}?from={job.pk}")
    except editing.Overtaken as overtaken:
        told = _("%(said)s Nothing was saved. Your change is kept: compare it, then check again.")
        messages.error(request, told % {"said": overtaken})
        return redirect(f"{what.edit_url(row)}?from={job.pk}")
    if applied is None:
        messages.success(request, _("Saved. It counts for tickets that are filed from now on."))
        return redirect(what.page_url(row))
    return redirect(applied)


@transaction.atomic
def save(what: Edited, job: Job, *, by: Any, is_for_open: bool) -> Job | None:
    """Make a proposal the next version, once; return the job that applies it to open tickets.

    Raises `editing.Overtaken` and `BeyondHorizon`.
    """
    kept = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if "saved" in kept.result:
        applied = kept.result.get("applied")
        return Job.objects.get(pk=applied) if applied else None
    row, params = what.row(job.params), job.params
    version = what.save(
        row, said=params["said"], base=params["base"], by=by, comment=params["comment"]
    )
    applied = None
    if is_for_open:
        applied = jobs.start(
            APPLY,
            params={"edited": what.name, "id": row.pk, "to": version.pk},
            by=by,
            title=_("“%(version)s”, applied to open tickets") % {"version": version},
            leads_to=what.page_url(row),
        )
    kept.result |= {"saved": str(version), "applied": applied and applied.pk}
    kept.save(update_fields=["result"])
    return applied


def _lines(what: Edited, job: Job) -> list[Line]:
    """Read the proposal back, beside the version that it was written over."""
    base = what.row(job.params).versions.filter(pk=job.params["base"]).first()
    before = what.lines(what.read(base)) if base else None
    return compared(before, what.lines(job.params["said"]))


def _broken(job: Job, user: Any) -> list[dict[str, Any]]:
    """Return the tickets whose promise would be broken at once; links for those one may see."""
    listed = job.result["list"]
    tickets = Ticket.objects.in_bulk([ticket for ticket, _level, _broken in listed])
    seen = Ticket.objects.visible_to(user).filter(pk__in=tickets)
    visible = set(seen.values_list("pk", flat=True))
    return [
        {
            "number": tickets[ticket].number,
            "subject": tickets[ticket].subject if ticket in visible else _("Restricted"),
            "pk": ticket if ticket in visible else None,
            "level": level,
            "promises": [
                {"metric": Metric(metric).label, "due_at": parse_datetime(due_at)}
                for metric, due_at in broken
            ],
        }
        for ticket, level, broken in listed
        if ticket in tickets
    ]
