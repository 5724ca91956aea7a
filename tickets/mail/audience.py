"""Who of the desk hears of a ticket, and why: its agent and who watches it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import User
from tickets.mail.recipients import ASSIGNED, WATCHING
from tickets.models import DeskWatch, Ticket

# Told of for these, people hear as they choose; for all others it is a duty.
CHOSEN = frozenset({ASSIGNED, WATCHING})


class Audience:
    """The people of the desk who may have to hear of these tickets, loaded once for all.

    Whoever left, or may not see a ticket any more, hears nothing of it. A requester hears of
    their own as a customer does.
    """

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        by_id = {ticket.pk: ticket for ticket in tickets}
        self.watchers = _watchers(by_id)
        assignees = {ticket.assignee for ticket in by_id.values() if ticket.assignee}
        people = assignees.union(*self.watchers.values())
        self.seen = {person.pk: _seen(person, by_id) for person in people}

    def agent(self, ticket: Ticket) -> list[User]:
        """The one who has it, if they may still see it."""
        return [ticket.assignee] if ticket.assignee and self._hears(ticket.assignee, ticket) else []

    def of(self, ticket: Ticket, *, acted: int | None = None) -> dict[User, str]:
        """Return who hears of it, each with why; nobody is told what they did themselves."""
        heard = dict.fromkeys(self.watching(ticket), WATCHING)
        heard |= dict.fromkeys(self.agent(ticket), ASSIGNED)
        return {user: why for user, why in heard.items() if user.pk != acted}

    def watching(self, ticket: Ticket) -> list[User]:
        return [user for user in self.watchers[ticket.pk] if self._hears(user, ticket)]

    def _hears(self, user: User, ticket: Ticket) -> bool:
        return user.pk != ticket.requester_id and ticket.pk in self.seen[user.pk]


def _watchers(tickets: Iterable[int]) -> dict[int, list[User]]:
    watchers: dict[int, list[User]] = defaultdict(list)
    watches = DeskWatch.objects.filter(ticket__in=tickets)
    for watch in watches.select_related("user__organization").order_by("id"):
        watchers[watch.ticket_id].append(watch.user)
    return watchers


def _seen(user: User, tickets: Iterable[int]) -> frozenset[int]:
    if not (user.is_active and user.is_staff and user.has_perm("tickets.view_ticket")):
        return frozenset()
    seen = Ticket.objects.on_desk_of(user).filter(pk__in=tickets)
    return frozenset(seen.values_list("pk", flat=True))
