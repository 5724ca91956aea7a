"""Customers' pages of one ticket: what can be said and done there, and its files."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tickets import browser, duplicates, permissions, services, ticket_page, viewings
from tickets.forms import ReplyForm
from tickets.models import Attachment, Ticket
from tickets.states import Status

logger = logging.getLogger(__name__)


@require_safe
@login_required
def ticket(request, pk):
    """Show one ticket: its promises, the conversation and everything that was answered."""
    found = ticket_page.visible(request, pk)
    viewings.note(found, request.user, what=found.number)
    if "filed" in request.GET and ticket_page.is_news(found):
        return ticket_page.confirm(request, found)
    form = ReplyForm(initial={"body": duplicates.carried_from(request)})
    return ticket_page.show(request, found, form)


@require_POST
@login_required
def closure(request, pk):
    """Mark a ticket as solved."""
    return _set_status(
        request,
        pk,
        to=Status.SOLVED,
        done=ngettext(
            "Marked as solved. If it is not, reply within %(days)d day.",
            "Marked as solved. If it is not, reply within %(days)d days.",
            settings.CLOSE_AFTER_DAYS,
        )
        % {"days": settings.CLOSE_AFTER_DAYS},
    )


@require_POST
@login_required
def reopening(request, pk):
    """Take a solved ticket up again."""
    return _set_status(request, pk, to=Status.OPEN, done=_("Open again. We are working on it."))


@require_safe
def file(request, pk):
    """Hand out a file to who sees its ticket or began its draft, never to be shown in place."""
    try:
        found = _file(request, pk)
    except Http404:
        if request.user.is_authenticated:
            raise
        return redirect_to_login(request.get_full_path())
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        logger.error("The file of attachment %s is not where it was stored.", found.pk)
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream" if found.withheld else found.content_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _set_status(request, pk, *, to, done):
    found = ticket_page.to_act_on(request, pk)
    may = permissions.can_solve if to == Status.SOLVED else permissions.can_reopen
    if not may(request.user, found):
        return ticket_page.refuse(request, found, _("That is not possible any more."))
    try:
        services.set_status(found, by=request.user, to=to)
    except services.Refused as refused:
        return ticket_page.refuse(request, found, str(refused))
    messages.success(request, done)
    return redirect(found)


def _file(request, pk):
    """Find a file through its ticket or its draft; a note's file only for who reads notes."""
    found = get_object_or_404(
        Attachment.objects.select_related("message", "message__ticket"), pk=pk, redacted_at=None
    )
    if found.message is not None:
        seen = get_object_or_404(
            Ticket.objects.visible_to(request.user), pk=found.message.ticket_id
        )
        is_for_staff = found.message.is_note or found.withheld
        if is_for_staff and not permissions.can_see_notes(request.user, seen):
            raise Http404
        viewings.note(seen, request.user, what=f"{seen.number}: {found.name}")
        return found
    browser.draft_or_404(request, found.draft_id)
    return found
