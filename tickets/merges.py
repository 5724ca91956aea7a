"""Where merged tickets go on: found through any number of merges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tickets.models import Ticket


def going_on(tickets: Iterable[Ticket]) -> Mapping[int, Ticket]:
    """Return by id, for those of these that were merged, the ticket that goes on in their place.

    However many tickets there are, it takes one query for each merge that the longest way has.
    """
    ends = {ticket.pk: ticket for ticket in tickets if ticket.merged_into_id}
    while ahead := {end.merged_into_id for end in ends.values() if end.merged_into_id}:
        found = Ticket.objects.in_bulk(ahead)
        ends = {pk: found.get(end.merged_into_id or 0, end) for pk, end in ends.items()}
    return ends


def way_of(ticket: Ticket) -> list[Ticket]:
    """Return the tickets that this one went into as things stand, the one that goes on last."""
    way: list[Ticket] = []
    ahead = Ticket.objects.filter(merged_from=ticket.pk)
    while (into := ahead.first()) is not None:
        way.append(into)
        ahead = Ticket.objects.filter(merged_from=into.pk)
    return way
