"""The agents' page of one ticket: everything on it, and one form that does all to it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import conversation, copies, panels, permissions, services, staging, timeline, uploads
from tickets.desk import more
from tickets.desk.turn_form import TurnForm
from tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request, pk):
    """Show a ticket to staff, and do an agent's turn; what was typed survives every refusal."""
    found = _visible(request, pk)
    if request.method != "POST":
        return _page(request, found)
    if not permissions.can_work(request.user, found):
        raise PermissionDenied
    form, basket = TurnForm(request.POST, request.FILES, ticket=found), staging.Basket(request)
    if form.is_valid():
        try:
            _take(request, found, form, basket)
        except conversation.Stale:
            return _stale(request, _visible(request, pk), form, basket)
        except uploads.FileRefused as refused:
            form.add_error("files", str(refused))
        except services.Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(request.get_full_path())
    return _page(request, found, form=form, status=422, staged=basket.keep())


def _visible(request, pk):
    """A ticket that is not there and one that somebody may not see are the same."""
    if not request.user.has_perm("tickets.view_ticket"):
        raise Http404
    seen = Ticket.objects.visible_to(request.user).select_related(
        "request_type", "subcategory", "level", "requester", "organization", "brand", "assignee"
    )
    return get_object_or_404(seen, pk=pk)


def _take(request, found, form, basket):
    turn = form.turn(files=basket.take())
    conversation.take_turn(found, by=request.user, turn=turn)
    done = _("Sent on %(number)s.") if form.cleaned_data["body"] else _("Saved on %(number)s.")
    messages.success(request, done % {"number": found.number})


def _stale(request, fresh, form, basket):
    """Show what others did meanwhile, and the form again: sending it once more is then fine."""
    missed = fresh.version - form.cleaned_data["version"]
    return _page(
        request,
        fresh,
        form=form.caught_up(fresh),
        status=409,
        missed=missed,
        staged=basket.keep(),
    )


def _page(request, found, *, form=None, status=200, missed=0, staged=None):
    user = request.user
    can_work = permissions.can_work(user, found)
    if can_work and form is None:
        form = TurnForm(ticket=found)
    told = timeline.entries(found, user)
    return render(
        request,
        "desk/ticket.html",
        {
            **admin.site.each_context(request),
            "title": f"{found.number} {found.subject}",
            "ticket": found,
            "form": form,
            **timeline.shown(request, told, page=request.path),
            "can_work": can_work,
            **copies.shown_to(user, found),
            "news": _latest(told, missed),
            "staged": staged,
            "panels": panels.load([found], user).get(found.pk, ()),
            "answers": found.answers.all(),
            "more": more.links(user, found),
            "queue_url": _queue_url(request),
        },
        status=status,
    )


def _latest(told, missed):
    """The last so many things that were done, be they late: each raised the version by one."""
    done = sorted((entry for entry in told if entry.event), key=lambda entry: entry.event)
    return done[-missed:] if missed > 0 else []


def _queue_url(request):
    """The queue as the agent left it."""
    kept = request.GET.get("_changelist_filters", "")
    return reverse("admin:tickets_ticket_changelist") + (f"?{kept}" if kept else "")
