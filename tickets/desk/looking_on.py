"""The page on which an agent begins or stops to hear of a ticket."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import looking_on
from tickets.desk import verb_pages as pages


@require_http_methods(["GET", "HEAD", "POST"])
def watch(request, pk):
    """Say who watches the ticket, and let this agent be one of them or not."""
    found = pages.to_read(request, pk)
    if request.method == "POST":
        if request.POST.get("act") == "unwatch":
            looking_on.unwatch(found, by=request.user)
            return pages.back(request, found, _("You do not watch this ticket any more."))
        looking_on.watch(found, by=request.user)
        return pages.back(request, found, _("You watch this ticket."))
    watching = looking_on.who(found)
    act = "unwatch" if request.user in watching else "watch"
    return pages.show(
        request, "desk/watch.html", found, title=_("Watch"), watching=watching, act=act
    )
