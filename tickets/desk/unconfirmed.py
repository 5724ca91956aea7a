"""The desk's pages of requests that wait for their sender: what waits, and filing one by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tickets import confirmations, proposing, services
from tickets.catalog.models import Brand
from tickets.desk import tabs
from tickets.forms import AfterCallForm
from tickets.keyset import behind
from tickets.models import Confirmation

PAGE = 50


@require_safe
def waiting(request):
    """List what waits, the most urgent first, in each level the one that waits longest."""
    _only_for_agents(request)
    try:
        rows = _after(_visible(request), request.GET.get("after"))
    except (ValueError, OverflowError):
        raise Http404 from None
    following = None
    if len(rows) > PAGE:
        last = rows[PAGE - 1]
        following = f"{last.level},{last.asked_at.isoformat()},{last.pk}"
    brands = Brand.objects.served_by(request.user)
    return render(
        request,
        "desk/unconfirmed.html",
        {
            **admin.site.each_context(request),
            "title": _("Unconfirmed"),
            "tabs": tabs.around(request.user, brands=brands, current=tabs.UNCONFIRMED),
            "confirmations": rows[:PAGE],
            "next": following,
            "is_first": "after" not in request.GET,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def one(request, pk):
    """Show what was sent, and file it for somebody whom an agent spoke to."""
    _only_for_agents(request)
    found = get_object_or_404(_visible(request), draft=pk)
    form = AfterCallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = proposing.let_through(found.copies, by=found.email)
        try:
            ticket = confirmations.file_after_call(
                pk, by=request.user, reason=form.cleaned_data["reason"], copies=asked
            )
        except confirmations.Gone:
            messages.info(request, _("It was confirmed and filed meanwhile."))
            return redirect("admin:tickets_unconfirmed")
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            told = _("Filed as %(number)s. Its sender is told by mail.")
            messages.success(request, told % {"number": ticket.number})
            proposing.tell(request, wished=found.copies, asked=asked)
            return redirect("admin:tickets_ticket_change", ticket.pk)
    return render(
        request,
        "desk/unconfirmed_one.html",
        {
            **admin.site.each_context(request),
            "title": f"{found.name}: {found.request['subject']}",
            "confirmation": found,
            "level": request.catalog.levels[found.level],
            "impact": _impact(request.catalog, found),
            "files": found.draft.attachments.filter(pk__in=found.request["files"]),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


def _only_for_agents(request):
    """Who only reads the desk cannot help who calls, and need not know what strangers typed."""
    if not request.user.has_perm("tickets.work_ticket"):
        raise Http404


def _visible(request):
    return Confirmation.objects.visible_to(request.user).select_related(
        "draft__brand", "draft__request_type", "subcategory"
    )


def _impact(catalog, found):
    """Return the questions that gave the level, each with its answer in words."""
    asked = [catalog.common[key] for key in ("kind", "affected", "ability")]
    return [(common.label, common.words(found.request[common.key])) for common in asked]


def _after(found, cursor):
    """Return a page and one row more from behind the cursor. Raises ValueError over nonsense."""
    if not cursor:
        return list(found[: PAGE + 1])
    level, asked, pk = cursor.split(",")
    at = datetime.fromisoformat(asked)
    if at.tzinfo is None:
        raise ValueError(cursor)
    place = behind(level=int(level), asked_at=at.astimezone(UTC), id=int(pk))
    return list(found.filter(place)[: PAGE + 1])
