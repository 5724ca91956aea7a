"""Which ticket a ticket goes on from, and which go on from it: only those that the reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from tickets.models import Ticket
from tickets.permissions import can_see_notes


class Related:
    """The panel of related tickets, for customers and on the desk."""

    template = "tickets/_related.html"

    def load(self, tickets: Sequence[Ticket], user: User) -> dict[int, dict[str, Any]]:
        """Return for each ticket that has any: `before`, the one it follows, and `after`."""
        shown = {ticket.pk: ticket.follows_id for ticket in tickets}
        seen = Ticket.objects.visible_to(user).filter(
            Q(pk__in=[before for before in shown.values() if before]) | Q(follows__in=shown)
        )
        related = {ticket.pk: ticket for ticket in seen.order_by("pk")}
        found = {}
        for pk, before in shown.items():
            after = [ticket for ticket in related.values() if ticket.follows_id == pk]
            if after or before in related:
                found[pk] = {
                    "before": _link(related[before], user) if before in related else None,
                    "after": [_link(ticket, user) for ticket in after],
                }
        return found


related = Related()


def _link(ticket: Ticket, user: User) -> dict[str, str]:
    """Return number, subject and address: on the desk for who reads it there."""
    if can_see_notes(user, ticket):
        url = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    else:
        url = ticket.get_absolute_url()
    return {"number": ticket.number, "subject": ticket.subject, "url": url}
