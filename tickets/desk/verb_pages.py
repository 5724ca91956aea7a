"""What the pages of single verbs have in common: whose they are, how they look, where they end."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from tickets import permissions, viewings
from tickets.models import Ticket

KEPT = "_changelist_filters"  # Django's own name for the list that a page was opened from


def to_read(request, pk):
    """A ticket that is not there and one that somebody may not see are the same."""
    if not request.user.has_perm("tickets.view_ticket"):
        raise Http404
    seen = Ticket.objects.on_desk_of(request.user)
    found = get_object_or_404(seen.select_related("requester", "organization", "brand"), pk=pk)
    if not permissions.can_see_notes(request.user, found):
        raise Http404
    return found


def to_work_on(request, pk):
    """Who may not work on the ticket finds no page that would."""
    found = to_read(request, pk)
    if not permissions.can_work(request.user, found):
        raise Http404
    return found


def sent(request):
    """Return what was posted, be it nothing; None where the page is only read."""
    return request.POST if request.method == "POST" else None


def show(request, template, found, *, title, form=None, **context):
    """Render a verb's page; a form with errors comes with status 422, all that was typed kept.

    Who looks at a restricted ticket here is written down as on its own page.
    """
    viewings.note(found, request.user, what=found.number)
    return render(
        request,
        template,
        {
            **admin.site.each_context(request),
            "title": f"{title}: {found.number}",
            "ticket": found,
            "ticket_url": url_of(request, found),
            "kept": request.GET.get(KEPT, ""),
            "form": form,
            **context,
        },
        status=422 if form is not None and form.errors else 200,
    )


def back(request, found, said="", *, level=messages.SUCCESS):
    """Go back to the ticket, which says what was done."""
    if said:
        messages.add_message(request, level, said)
    return redirect(url_of(request, found))


def back_to_list(request):
    """Go back to the queue as the agent left it, from a ticket that they do not see any more."""
    kept, url = request.GET.get(KEPT, ""), reverse("admin:tickets_ticket_changelist")
    return redirect(f"{url}?{kept}" if kept else url)


def url_of(request, found, name="admin:tickets_ticket_change"):
    """The ticket's page (or another one of it), from which the queue is as the agent left it."""
    url, kept = reverse(name, args=[found.pk]), request.GET.get(KEPT, "")
    return f"{url}?{urlencode({KEPT: kept})}" if kept else url
