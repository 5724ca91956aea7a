"""The desk's pages that say why promises are due when they are: a ticket's, and what if."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from sla import explaining, history, policies
from sla.opening import BeyondHorizon
from sla.what_if import created, going_on
from sla.what_if_form import WhatIfForm
from sla.why_steps import Explanation
from tickets import clock
from tickets.models import Event, Ticket


@require_safe
@login_required
def why(request, pk):
    """Explain every promise of a ticket to staff who see it, as of now."""
    ticket = visible(request.user, pk=pk)
    events, now = log_of(ticket), clock.now()
    explanations = explaining.of_ticket(events, book=policies.book(), as_of=now)
    return render(
        request,
        "sla/why.html",
        {
            **admin.site.each_context(request),
            "title": _("Why then? %(number)s") % {"number": ticket.number},
            "ticket": ticket,
            "explained": explaining.in_words(explanations, reader=request.user, events=events),
            "now": now,
            "what_if_url": f"{reverse('what_if')}?ticket={ticket.number}"
            if request.user.has_perm("sla.view_policy")
            else "",
        },
    )


@require_safe
@login_required
def what_if(request):
    """Explain the promises of a ticket that begins, or goes on, as the address says."""
    user, now = request.user, clock.now()
    if not (user.is_staff and user.has_perm("sla.view_policy")):
        raise Http404
    form = WhatIfForm(request.GET or None, reader=user, now=now)
    explained, is_asked = None, form.is_bound and form.is_valid()
    if is_asked:
        try:
            explained = explaining.in_words(_imagined(form), reader=user, events=_happened(form))
        except BeyondHorizon as endless:
            form.add_error(None, str(endless))
    return render(
        request,
        "sla/what_if.html",
        {
            **admin.site.each_context(request),
            "title": _("What if?"),
            "form": form,
            "explained": explained,
            "ticket": form.found,
            "as_of": form.looked_at if is_asked else None,
        },
        status=422 if form.errors else 200,
    )


def _imagined(form: WhatIfForm) -> Sequence[Explanation]:
    events = _happened(form)
    more = going_on(form.happenings, since=events)
    if not events:
        given = {"level": form.cleaned_data["level"], "attributes": form.attributes}
        more = [created(**given, at=form.start_at), *more]
    return explaining.of_ticket(
        events,
        book=policies.book(),
        as_of=form.looked_at,
        version=form.cleaned_data["version"],
        more=more,
    )


def _happened(form: WhatIfForm) -> list[Event]:
    return log_of(form.found) if form.found else []


def visible(user: User, **which) -> Ticket:
    """Return a ticket that staff see on the desk; for anybody else there is none."""
    if not (user.is_staff and user.has_perm("tickets.view_ticket")):
        raise Http404
    return get_object_or_404(Ticket.objects.on_desk_of(user), **which)


def log_of(ticket: Ticket) -> list[Event]:
    """Return what bears on its promises, with who did it."""
    return list(ticket.events.filter(type__in=history.TOLD_AS).select_related("by"))
