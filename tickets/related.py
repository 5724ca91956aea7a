"""Which tickets a ticket goes on from, goes on in or is part of: those that the reader sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from tickets import merges
from tickets.models import Ticket
from tickets.permissions import can_see_notes


class Related:
    """The panel of related tickets, for customers and on the desk."""

    template = "tickets/_related.html"

    def load(self, tickets: Sequence[Ticket], user: User) -> dict[int, dict[str, Any]]:
        """Return for each ticket that has any the related ones, each with number, subject and url.

        `before`: the one it follows; `after`: those that follow it; `into`: the one that goes on
        in its place, through any number of merges; `taken_in`: those merged into it; `part_of`: the
        one it was taken out of; `parts`: those that were taken out of it.
        """
        tickets = [ticket for ticket in tickets if _may_have_any(ticket)]
        if not tickets:
            return {}
        went_into = {pk: end.pk for pk, end in merges.going_on(tickets).items()}
        pks = [ticket.pk for ticket in tickets]
        named = {ticket.follows_id for ticket in tickets} | {*went_into.values()}
        named |= {ticket.split_from_id for ticket in tickets}
        seen = Ticket.objects.visible_to(user).filter(
            Q(pk__in=named - {None})
            | Q(follows__in=pks)
            | Q(merged_into__in=pks)
            | Q(split_from__in=pks)
        )
        related = {ticket.pk: ticket for ticket in seen.order_by("pk")}
        links = {pk: _link(ticket, user) for pk, ticket in related.items()}
        found = {
            ticket.pk: {
                "before": links.get(ticket.follows_id),
                "after": [links[pk] for pk in related if related[pk].follows_id == ticket.pk],
                "into": links.get(went_into.get(ticket.pk)),
                "taken_in": [
                    links[pk] for pk in related if related[pk].merged_into_id == ticket.pk
                ],
                "part_of": links.get(ticket.split_from_id),
                "parts": [links[pk] for pk in related if related[pk].split_from_id == ticket.pk],
            }
            for ticket in tickets
        }
        return {pk: of_it for pk, of_it in found.items() if any(of_it.values())}


related = Related()


def _may_have_any(ticket: Ticket) -> bool:
    """Spare the query where who found the ticket asked whether others lead to it, and none do."""
    known = getattr(ticket, "is_led_to", True)
    return bool(known or ticket.follows_id or ticket.merged_into_id or ticket.split_from_id)


def _link(ticket: Ticket, user: User) -> dict[str, str]:
    """Return number, subject and address: on the desk for who reads it there."""
    if can_see_notes(user, ticket):
        url = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    else:
        url = ticket.get_absolute_url()
    return {"number": ticket.number, "subject": ticket.subject, "url": url}
