"""What a changed policy or calendar does to an open ticket: its clocks without and with it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla import engine, history, hours, moves
from sla.calendars import Calendar as OpenTime
from sla.engine import Policy as Promises
from sla.engine import TicketClocks
from sla.models import CalendarVersion, PolicyVersion
from sla.moves import Move
from sla.opening import calendar_of
from sla.policies import Book
from sla.proposals import PolicyTerms
from sla.terms import Key
from tickets.models import Event, Ticket
from tickets.states import WORKING

# The key of what is no version yet.
PROPOSED = "proposed"


@dataclass(frozen=True)
class PolicyChange:
    """A version of a policy in place of its older ones (by id); `proposed` where it is no row."""

    old: frozenset[Key]
    new: Key
    proposed: Promises | None = None
    type: str = Event.Type.POLICY_CHANGED

    def applied_to(self, clocks: TicketClocks, *, at: datetime) -> dict[str, Any] | None:
        """Change a ticket's clocks from `at` on, and return what the event says of it.

        None: the ticket is under no version that is replaced, and nothing was changed.
        """
        came_from = clocks.policy.key if clocks.policy else None
        if came_from not in self.old:
            return None
        if self.proposed:
            clocks.policies = ChainMap({self.new: self.proposed}, dict(clocks.policies))
        data = {"from": came_from, "to": self.new}
        clocks.apply(engine.Event(id=PROPOSED, at=at, type="policy", data=data))
        clocks.settle(at)
        return data


@dataclass(frozen=True)
class CalendarChange:
    """The newest version of a calendar in place of its older ones (by id)."""

    old: frozenset[Key]
    new: OpenTime
    type: str = Event.Type.CALENDAR_CHANGED

    def applied_to(self, clocks: TicketClocks, *, at: datetime) -> dict[str, Any] | None:
        """Do the same as a policy's change does."""
        came_from = next((each for each in _in_force(clocks) if each.key in self.old), None)
        if came_from is None:
            return None
        data = {"from": came_from, "to": self.new}
        clocks.apply(engine.Event(id=PROPOSED, at=at, type="calendar", data=data))
        clocks.settle(at)
        return {"from": came_from.key, "to": self.new.key}


Change = PolicyChange | CalendarChange


@dataclass(frozen=True)
class Consequence:
    """What the change does to one ticket, and what its event will say."""

    ticket_id: int
    data: Mapping[str, Any]
    moves: Sequence[Move]


def to_proposed_policy(policy_id: int, *, terms: PolicyTerms) -> PolicyChange:
    """Return the change of a policy to terms that are no version yet."""
    versions = PolicyVersion.objects.filter(policy=policy_id)
    return PolicyChange(
        old=frozenset(versions.values_list("pk", flat=True)),
        new=PROPOSED,
        proposed=hours.promises_of(terms, key=PROPOSED, hours=hours.newest_hours()),
    )


def to_policy_version(version: PolicyVersion) -> PolicyChange:
    """Return the change to a version from those before it."""
    older = PolicyVersion.objects.filter(policy=version.policy_id, number__lt=version.number)
    return PolicyChange(old=frozenset(older.values_list("pk", flat=True)), new=version.pk)


def to_proposed_calendar(calendar_id: int, *, said: Mapping[str, Any]) -> CalendarChange:
    """Return the change of a calendar to hours that are no version yet."""
    versions = CalendarVersion.objects.filter(calendar=calendar_id)
    return CalendarChange(
        old=frozenset(versions.values_list("pk", flat=True)), new=calendar_of(said, key=PROPOSED)
    )


def to_calendar_version(version: CalendarVersion) -> CalendarChange:
    """Return the change to a version from those before it."""
    older = CalendarVersion.objects.filter(calendar=version.calendar_id, number__lt=version.number)
    return CalendarChange(
        old=frozenset(older.values_list("pk", flat=True)), new=hours.value_of(version)
    )


def consequences(
    logs: Mapping[int, Sequence[Event]], change: Change, *, book: Book, at: datetime
) -> Iterator[Consequence]:
    """Fold each ticket's log up to `at` (UTC), and say what the change does to it there.

    Tickets come by id; those that it is not for are left out. Nothing is written.
    """
    for ticket_id, log in sorted(logs.items()):
        clocks = clocks_of(log, book=book, as_of=at)
        if clocks is None:
            continue
        before = clocks.states()
        data = change.applied_to(clocks, at=at)
        if data is not None:
            found = moves.moves(before, clocks.states())
            yield Consequence(ticket_id, data, found)


def clocks_of(log: Sequence[Event], *, book: Book, as_of: datetime) -> TicketClocks | None:
    """Return a ticket's clocks as its log leaves them at `as_of` (UTC); None without a log."""
    terms = history.terms_of(log, book=book)
    if terms is None:
        return None
    clocks = TicketClocks(policies=terms.policies, rules=terms.rules)
    clocks.live_through(history.told(log, book=book), as_of=as_of)
    return clocks


def open_tickets(*, after: int = 0) -> Any:
    """Return the tickets that a change can move, by id from behind `after` on."""
    return Ticket.objects.filter(status__in=WORKING, pk__gt=after).order_by("pk")


def _in_force(clocks: TicketClocks) -> list[OpenTime]:
    """Return the calendars by which the ticket's policy counts, at any level."""
    found = []
    for target in clocks.policy.targets.values() if clocks.policy else ():
        calendar = target.calendar
        for replaced, replacement in clocks.replaced_calendars:
            calendar = replacement if calendar == replaced else calendar
        found.append(calendar)
    return found
