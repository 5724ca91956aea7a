"""The desk's first page for who works on tickets: theirs, what is due, what broke, ways on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import clock
from tickets.desk import rows, tabs
from tickets.desk.names import Names
from tickets.desk.pages import address_of
from tickets.desk.tabs import TABS
from tickets.models import Ticket

MOST = 5
SHOWN: dict[str, str | Promise] = {
    "mine": _("My queue"),
    "due": _("Due next"),
    "breached": _("Broken promises"),
}


@dataclass(frozen=True)
class Part:
    """The first lines of a tab, and the way to all of them."""

    name: str
    title: str | Promise
    nothing: str | Promise
    count: str
    url: str
    lines: list[rows.Line]


def context(user: User) -> dict[str, Any]:
    """Return what the page shows, in as many queries whatever there is."""
    now, names = clock.now(), Names.of(user)
    tickets = Ticket.objects.on_desk_of(user, brands=names.brands)
    shown = rows.shown_to(user, brands=names.brands)
    found = {
        name: TABS[name].order.page(tickets.filter(TABS[name].rule(user, now)), shown, most=MOST)
        for name in SHOWN
    }
    once = {ticket.pk: ticket for page in found.values() for ticket in page.tickets}
    drawn = {line.pk: line for line in rows.lines([*once.values()], now=now, teams=names.teams)}
    counts = tabs.count(user, brands=names.brands, now=now)
    queue = reverse("admin:tickets_ticket_changelist")
    return {
        "parts": [
            Part(
                name=name,
                title=title,
                nothing=TABS[name].nothing,
                count=counts[name],
                url=f"{queue}?tab={name}",
                lines=[drawn[ticket.pk] for ticket in found[name].tickets],
            )
            for name, title in SHOWN.items()
        ],
        "views": [{"name": view.name, "url": f"{queue}?{view.query}"} for view in names.views],
        "queue_url": queue,
        "search_url": address_of("admin:tickets_search"),
        "shortcuts": names.shortcuts,
    }
