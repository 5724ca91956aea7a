"""The list of what was marked as spam: to look through, and to take back."""

from __future__ import annotations

from django.contrib import admin
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.keyset import is_key
from tickets.models import Ticket
from tickets.states import Outcome

PAGE = 50


@require_safe
def spam(request):
    """List spam, the newest first, a page at a time."""
    if not request.user.has_perm("tickets.work_ticket"):
        raise Http404
    found = Ticket.objects.on_desk_of(request.user).filter(outcome=Outcome.SPAM).order_by("-pk")
    after = request.GET.get("after", "")
    if after:
        if not is_key(after):
            raise Http404
        found = found.filter(pk__lt=int(after))
    rows = list(found.select_related("requester", "brand")[: PAGE + 1])
    return render(
        request,
        "desk/spam_list.html",
        {
            **admin.site.each_context(request),
            "title": _("Spam"),
            "tickets": rows[:PAGE],
            "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
            "is_first": not after,
        },
    )
