"""From one ticket to the next of the list that it was opened from, without going back to that."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.desk.places import BY_WAKING
from tickets.desk.queue import NAME, Nonsense, Queue
from tickets.desk.tabs import TABS
from tickets.desk.verb_pages import to_read

PREVIOUS, NEXT = "previous", "next"


@require_safe
def neighbour(request, pk):
    """Lead to the ticket that is behind this one in its list, or before it; else to the list.

    Looked up when somebody goes there: a ticket's page need not know it.
    """
    found = to_read(request, pk)
    kept = request.GET.get("_changelist_filters", "")
    way = request.GET.get("way", NEXT)
    other = _other(request, found, kept, way=way)
    if other is None:
        told = _("That was the first one.") if way == PREVIOUS else _("That was the last one.")
        messages.info(request, told)
        return redirect(reverse(NAME) + (f"?{kept}" if kept else ""))
    url = reverse("admin:tickets_ticket_change", args=[other.pk])
    return redirect(f"{url}?{urlencode({'_changelist_filters': kept})}" if kept else url)


def _other(request, found, kept, *, way):
    asked = QueryDict(kept, mutable=True)
    for name in ("after", "until"):
        asked.pop(name, None)
    tab = TABS.get(asked.get("tab") or "due")
    if tab is None or (tab.order is BY_WAKING and not found.is_snoozed):
        return None
    try:
        asked["until" if way == PREVIOUS else "after"] = tab.order.cursor(found)
        on_it = SimpleNamespace(user=request.user, GET=asked, catalog=request.catalog)
        tickets = Queue(on_it).page.tickets
    except Nonsense:
        return None
    return next(iter(tickets[::-1] if way == PREVIOUS else tickets), None)
