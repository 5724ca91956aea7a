"""What the pages of single verbs have in common: whose they are, how they look, where they end."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from tickets import permissions, viewings
from tickets.models import Ticket


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


def url_of(request, found):
    """The ticket's page, from which the queue is as the agent left it."""
    url, query = reverse("admin:tickets_ticket_change", args=[found.pk]), request.GET.copy()
    kept = query.pop("_changelist_filters", [""])[-1]
    query.clear()
    if kept:
        query["_changelist_filters"] = kept
    return f"{url}?{query.urlencode()}" if kept else url
