"""What an agent types, kept on the server while they type it, and thrown away when they say so."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets import clock, permissions, presence, unsent
from tickets.desk.found import ticket_or_404
from tickets.desk.turn_form import TurnForm
from tickets.words import time_of_day


@require_POST
def draft(request, pk):
    """Keep what the form holds, or forget it; nothing of it is sent."""
    found, beside = ticket_or_404(request.user, pk)
    if not permissions.can_work(request.user, found):
        raise Http404
    if "discard" in request.POST:
        unsent.discard(found, request.user)
        messages.success(request, _("The unsent text is gone. Nothing of it was sent."))
        return redirect(reverse("admin:tickets_ticket_change", args=[found.pk]))
    form = TurnForm(request.POST, ticket=found, beside=beside, rests=True)
    if form.is_empty:
        unsent.discard(found, request.user)
        return JsonResponse({"said": ""})
    kept_at = unsent.keep(found, request.user, form.kept())
    presence.note(found, request.user, seen=beside.present, at=clock.now())
    return JsonResponse({"said": _said(kept_at)})


def _said(kept_at):
    if kept_at is None:
        return ""
    words = _("Your text is kept, as of %(time)s; nothing of it is sent yet.")
    return words % {"time": time_of_day(kept_at)}
