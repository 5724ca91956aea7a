"""The page of long work: how far it is, what came of it, and where that leads."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tickets import clock, jobs
from tickets.models import Job
from tickets.permissions import can_see_job

# How often the page asks again while the work goes on, in seconds.
REFRESH = 3
# For how long after it was asked for: a page that nobody looks at must not keep them signed in.
REFRESHES_FOR = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def job(request, pk):
    """Show a job to who started it; a POST has one that was given up tried again."""
    found = get_object_or_404(Job.objects.select_related("by"), pk=pk)
    if not can_see_job(request.user, found):
        raise Http404
    if request.method == "POST":
        jobs.try_again(found)
        return redirect(found)
    now = clock.now()
    refreshes = does_refresh(request, found, now=now)
    response = render(
        request,
        "desk/job.html",
        {
            **admin.site.each_context(request),
            "title": found.title,
            "job": found,
            "progress": progress(found, now=now),
            "is_going_on": found.is_going_on,
            "refreshes": refreshes,
        },
    )
    if refreshes:
        response.headers["Refresh"] = str(REFRESH)  # needs no script, and a link ends it
    return response


def does_refresh(request, job: Job, *, now: datetime) -> bool:
    """Whether a page about a job asks again by itself at `now` (UTC), unless it was told not to."""
    is_young = now - job.created_at < REFRESHES_FOR
    return job.is_going_on and is_young and "still" not in request.GET


def progress(job: Job, *, now: datetime) -> str:
    """Say how far it is at `now` (UTC): "34,000 of 100,000, about 2 min left"."""
    if job.started_at is None:
        return _("Waiting for its turn")
    if job.total is None:
        return _("Begun")
    words = _("%(done)s of %(total)s") % {
        "done": f"{job.done:,}",
        "total": f"{job.total:,}",
    }
    left = time_left(job, now=now)
    if left is None:
        return words
    return f"{words}, {left}"


def time_left(job: Job, *, now: datetime) -> str | None:
    """Say how long the rest takes at the pace so far; None where that says nothing yet."""
    if job.started_at is None or not job.total or not 0 < job.done < job.total:
        return None
    left = (now - job.started_at) * (job.total - job.done) / job.done
    if left < MINUTE:
        return _("less than a minute left")
    minutes = round(left / MINUTE)
    return ngettext("about %d min left", "about %d min left", minutes) % minutes
