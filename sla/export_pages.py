"""The pages of long files: asking for one, and having it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sla import exports, lists
from sla.manager_pages import address, for_managers
from sla.scope import Scope
from tickets import clock
from tickets.models import Job


@for_managers
@require_POST
def begin(request, name):
    """Lead to the file of a list: at once, or to the page of the work that makes a long one."""
    try:
        shown = lists.named(name)
    except KeyError:
        raise Http404 from None
    form, found = shown.ask(request.GET, scope=Scope.of(request.user), now=clock.now())
    if form.errors:
        return redirect(f"{reverse(shown.name)}?{request.GET.urlencode()}")
    if not found.is_longer_than(settings.EXPORT_LINES):
        return redirect(address(f"{name}_csv", form.chosen()))
    zone = timezone.get_current_timezone_name()
    job = exports.begin(shown, query=urlencode(form.chosen()), zone=zone, by=request.user)
    return redirect(job)


@for_managers
@require_GET
def file(request, pk):
    """Hand out a file to who asked for it, while they may still see all that is in it."""
    job = get_object_or_404(Job.objects.select_related("by"), pk=pk, kind=exports.KIND)
    if job.by_id != request.user.pk:
        raise Http404
    if not exports.still_sees(request.user, job):
        words = _("You no longer see all that this file is of. Make it anew from the list.")
        return _instead(request, job, words, status=403)
    if not exports.is_there(job):
        if job.is_finished:
            return _instead(request, job, _("This file is no longer kept."), status=410)
        return redirect(job)
    return StreamingHttpResponse(
        exports.pieces(job),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{exports.file_name(job)}"',
            "Content-Length": str(job.state["bytes"]),
        },
    )


def too_long(request, shown: lists.ManagersList, *, chosen: Mapping[str, Any]):
    """Say that this file is none to wait for, and offer to make it."""
    words = _(
        "This list has more than %(lines)s lines. Its file takes a while; a mail tells you when "
        "it is there."
    ) % {"lines": f"{settings.EXPORT_LINES:,}"}
    return _page(
        request,
        shown,
        words=words,
        export_url=url(shown, chosen),
        list_url=address(shown.name, chosen),
    )


def url(shown: lists.ManagersList, chosen: Mapping[str, Any]) -> str:
    """Return where what is shown is asked for as a file."""
    asked = reverse("export", args=[shown.name])
    return f"{asked}?{urlencode(chosen)}" if chosen else asked


def _instead(request, job: Job, words: str, *, status: int):
    shown = lists.named(job.params["list"])
    query = job.params["query"]
    return _page(
        request,
        shown,
        status=status,
        words=words,
        list_url=f"{reverse(shown.name)}?{query}",
    )


def _page(request, shown: lists.ManagersList, *, status: int = 200, **context):
    title = _("File of “%(list)s”") % {"list": shown.title}
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, "sla/export.html", context, status=status)
