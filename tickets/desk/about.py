"""The desk's page of what a ticket is about and whose it is, with what a change does."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import clock, promise, services
from tickets.about import About, attributes_of, confirm_organization, set_attributes
from tickets.conversation import Stale
from tickets.desk import verb_pages as pages
from tickets.desk.about_form import AboutForm, suggestions
from tickets.models import Ticket
from tickets.permissions import can_see_restricted


@require_http_methods(["GET", "HEAD", "POST"])
def about(request, pk):
    """Show it, show what a change would do, and change it: in that order."""
    ticket = pages.to_work_on(request, pk)
    form = AboutForm(request.POST or None, ticket=ticket, types=request.catalog.types())
    if request.method != "POST" or not form.is_valid():
        return _page(request, ticket, form)
    if form.cleaned_data["version"] != ticket.version:
        return _stale(request, ticket)
    try:
        said = form.said()
        if "save" not in request.POST or form.seal != request.POST.get("seen"):
            return _page(request, ticket, form, said=said)
        _save(request, ticket, form, said)
    except Stale:
        return _stale(request, pages.to_work_on(request, pk))
    except services.Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, ticket, form)
    return _onward(request, ticket)


def _stale(request, ticket):
    """Show what was chosen once more: saved again, it is meant for the ticket as it is now."""
    data = request.POST.copy()
    data["version"] = str(ticket.version)
    form = AboutForm(data, ticket=ticket, types=request.catalog.types())
    form.add_error(None, _("This ticket changed meanwhile. Look at it, then save again."))
    page = _page(request, ticket, form)
    page.status_code = 409
    return page


def _save(request, ticket, form, said):
    """Each ticket is a transaction of its own: none is locked while others are waited for."""
    given = form.cleaned_data
    set_attributes(ticket, by=request.user, about=said, version=given["version"])
    if given.get("member"):
        confirm_organization(
            ticket,
            by=request.user,
            organization=said.organization,
            all_theirs=given["all_theirs"],
        )


def _onward(request, ticket):
    """Go to the ticket, or to the queue where its agent does not see it any more."""
    said = _("Saved on %(number)s.") % {"number": ticket.number}
    if Ticket.objects.on_desk_of(request.user).filter(pk=ticket.pk).exists():
        return pages.back(request, ticket, said)
    messages.success(request, said)
    return pages.back_to_list(request)


def _page(request, ticket, form, *, said=None):
    return pages.show(
        request,
        "desk/about.html",
        ticket,
        title=_("What it is about"),
        form=form,
        suggestions=suggestions(ticket),
        preview=_preview(request, ticket, said, seal=form.seal) if said else None,
    )


def _preview(request, ticket, said, *, seal):
    """Say what saving would do: to its promises, and to who sees it.

    `seal` comes back with what is saved: other choices than these are shown before they are saved.
    """
    return {
        "is_other": "save" in request.POST,
        "seal": seal,
        "changes": said != About.of(ticket),
        "moves": promise.foretold(ticket, attributes=attributes_of(ticket, said), at=clock.now()),
        "restricts": said.restricted and not ticket.restricted,
        "opens": ticket.restricted and not said.restricted,
        "loses": said.restricted and not can_see_restricted(request.user),
    }
