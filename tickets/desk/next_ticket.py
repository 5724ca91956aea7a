"""The button “Next ticket”: claims the most urgent free one and opens it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets import claiming


@require_POST
def next_ticket(request):
    """Assign the most urgent ticket that nobody has to who asks, and lead there."""
    if not request.user.has_perm("tickets.work_ticket"):
        raise Http404
    ticket = claiming.next_ticket(by=request.user)
    if ticket is None:
        messages.info(request, _("No free ticket waits for you."))
        return redirect("admin:tickets_ticket_changelist")
    messages.success(request, _("%(number)s is yours now.") % {"number": ticket.number})
    return redirect("admin:tickets_ticket_change", ticket.pk)
