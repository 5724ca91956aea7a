"""Customers' pages of tickets: the list, one ticket, what can be done there, files."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tickets import browser, panels, permissions, services, ticket_page
from tickets.forms import ReplyForm
from tickets.models import Attachment, Ticket
from tickets.states import Status

logger = logging.getLogger(__name__)

PAGE = 25
MOST_COUNTED = 100
VIEWS = {
    "waiting": Q(status=Status.PENDING),
    "working": Q(status__in=[Status.NEW, Status.OPEN, Status.ON_HOLD]),
    "solved": Q(status__in=[Status.SOLVED, Status.CLOSED]),
    "all": Q(),
}


@require_safe
@login_required
def my_tickets(request):
    """List this person's tickets of this brand, and count those of the other ones."""
    view = request.GET.get("view", "all")
    if view not in VIEWS:
        raise Http404
    mine = Ticket.objects.of_customer(request.user)
    here = mine.filter(VIEWS[view], brand=request.brand.id)
    rows = _after(here, request.GET.get("after"))
    elsewhere = [
        (brand, mine.filter(brand=brand.id)[:MOST_COUNTED].count())
        for brand in request.catalog.brands
        if brand.id != request.brand.id
    ]
    return render(
        request,
        "tickets/list.html",
        {
            "tabs": _tabs(view),
            "tickets": _rows(rows[:PAGE], request.user),
            "view": view,
            "older": _cursor(rows[PAGE - 1]) if len(rows) > PAGE else None,
            "elsewhere": [(brand, count) for brand, count in elsewhere if count],
            "earlier": _earlier(request),
            "drafts": browser.drafts_of(request)[:PAGE] if view == "all" else (),
        },
    )


@require_safe
@login_required
def ticket(request, pk):
    """Show one ticket: its promises, the conversation and everything that was answered."""
    found = ticket_page.visible(request, pk)
    if "filed" in request.GET and ticket_page.is_news(found):
        return ticket_page.confirm(request, found)
    return ticket_page.show(request, found, ReplyForm())


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
        content_type=found.content_type,
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
        Attachment.objects.select_related("message", "message__ticket"), pk=pk
    )
    if found.message is not None:
        seen = get_object_or_404(
            Ticket.objects.visible_to(request.user), pk=found.message.ticket_id
        )
        if found.message.is_note and not permissions.can_see_notes(request.user, seen):
            raise Http404
        return found
    browser.draft_or_404(request, found.draft_id)
    return found


def _earlier(request):
    """How many requests of theirs somebody finds who just got a first password; else None."""
    if "first" not in request.GET:
        return None
    return request.user.requested_tickets.count()


def _rows(found, user):
    """What the list shows of each ticket, with its next promise."""
    shown = panels.load(found, user)
    return [
        {
            "url": each.get_absolute_url(),
            "number": each.number,
            "subject": each.subject,
            "type": each.subcategory or each.request_type,
            "updated": each.updated_at,
            "status_words": each.status_in_customers_words,
            "status_tone": "waiting" if each.status == Status.PENDING else "",
            "promise": _next_promise(shown.get(each.pk, ())),
        }
        for each in found
    ]


def _next_promise(shown):
    return next((panel["context"]["next"] for panel in shown if panel["context"].get("next")), None)


def _tabs(view):
    labels = {
        "all": _("All"),
        "waiting": _("Waiting for you"),
        "working": _("Being worked on"),
        "solved": _("Solved"),
    }
    return [
        {"label": label, "url": f"?view={name}", "current": name == view, "count": None}
        for name, label in labels.items()
    ]


def _after(found, cursor):
    """Return a page and one row more, newest change first, from where the last page ended."""
    found = found.select_related("request_type", "subcategory").order_by("-updated_at", "-id")
    if cursor:
        try:
            at, pk = cursor.rsplit(",", 1)
            moment, last = datetime.fromisoformat(at).astimezone(UTC), int(pk)
        except (ValueError, OverflowError):
            raise Http404 from None
        found = found.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=last))
    return list(found[: PAGE + 1])


def _cursor(last):
    return f"{last.updated_at.isoformat()},{last.pk}"
