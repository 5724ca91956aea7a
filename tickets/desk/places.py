"""Places in the agents' queue: how a tab is ordered, and the page behind or before a row.

A page is a range of an index, whichever page it is: columns are compared as one value, and rank by
rank, for nearly every ticket has the same one. Cursors are what addresses say of a place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.db.models.lookups import GreaterThan, LessThan

from tickets.keyset import before, behind
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.queue import FIRST, NORMAL

BIGGEST = 2**63


@dataclass(frozen=True)
class Page:
    """Keys of a page's rows as a query; `next` and `previous` are what else there is."""

    tickets: list[Any]
    next: str | None = None
    previous: str | None = None


class Order(ABC):
    """How a tab is ordered."""

    fields: ClassVar[tuple[str, ...]]

    def page(
        self, found: TicketQuerySet, shown: TicketQuerySet, *, after="", until="", most: int
    ) -> Page:
        """Return the page behind a cursor, or the one `until` it; from the beginning without one.

        One query, whatever is asked: what matches is found along an index, and only what is shown
        of those few is read from elsewhere. Raises ValueError over nonsense.
        """
        back = bool(until) and not after
        keys = self.parts(found, after or until, back=back, most=most + 1)
        wanted = shown.filter(pk__in=keys[0].union(*keys[1:], all=True) if keys[1:] else keys[0])
        fields = [_turned(name) for name in self.fields] if back else list(self.fields)
        rows = list(wanted.order_by(*fields)[: most + 1])
        page, more = rows[:most], len(rows) > most
        if back:
            page.reverse()
        if not page:
            return Page(page)
        return Page(
            page,
            next=self.cursor(page[-1]) if more or back else None,
            previous=self.cursor(page[0]) if after or (back and more) else None,
        )

    @abstractmethod
    def parts(self, found: TicketQuerySet, cursor: str, *, back: bool, most: int) -> list[QuerySet]:
        """Return queries of keys that have the page among them, each a range of an index."""

    @abstractmethod
    def cursor(self, ticket: Ticket) -> str: ...

    def keys(self, found: TicketQuerySet, *, back: bool, most: int) -> QuerySet:
        fields = [_turned(name) for name in self.fields] if back else self.fields
        return found.order_by(*fields).values("pk")[:most]


class ByDeadline(Order):
    fields = ("queue_rank", "next_due_at", "id")

    def parts(self, found, cursor, *, back, most):
        rank, place = self._read(cursor) if cursor else (None, {})
        ranks = [each for each in (FIRST, NORMAL) if rank is None or _is_on(each, rank, back=back)]
        parts = []
        for each in ranks:
            part = found.filter(queue_rank=each)
            if each == rank:
                part = part.filter(_beyond(place, back=back))
            parts.append(self.keys(part, back=back, most=most))
        if not parts:
            raise ValueError(cursor)
        return parts

    def cursor(self, ticket):
        return f"{ticket.queue_rank},{ticket.next_due_at.isoformat()},{ticket.pk}"

    def _read(self, cursor: str) -> tuple[int, dict[str, Any]]:
        rank, due, pk = cursor.split(",")
        return int(rank), {"next_due_at": _moment(due), "id": _number(pk)}


class ByWaking(Order):
    fields = ("snoozed_until", "id")

    def parts(self, found, cursor, *, back, most):
        if cursor:
            until, pk = cursor.split(",")
            place: dict[str, Any] = {"snoozed_until": _moment(until), "id": _number(pk)}
            found = found.filter(_beyond(place, back=back))
        return [self.keys(found, back=back, most=most)]

    def cursor(self, ticket):
        return f"{ticket.snoozed_until.isoformat()},{ticket.pk}"


class NewestFirst(Order):
    """All tickets ever have no deadline to go by."""

    fields = ("-id",)

    def parts(self, found, cursor, *, back, most):
        if cursor:
            way = "id__gt" if back else "id__lt"
            found = found.filter(**{way: _number(cursor)})
        return [self.keys(found, back=back, most=most)]

    def cursor(self, ticket):
        return str(ticket.pk)


BY_DEADLINE, BY_WAKING, NEWEST_FIRST = ByDeadline(), ByWaking(), NewestFirst()


def _is_on(rank: int, place: int, *, back: bool) -> bool:
    """Whether anything of a rank lies behind a place, or before it."""
    return rank <= place if back else rank >= place


def _beyond(place: dict[str, Any], *, back: bool) -> LessThan | GreaterThan:
    return before(**place) if back else behind(**place)


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _number(text: str) -> int:
    number = int(text)
    if not -BIGGEST <= number < BIGGEST:
        raise ValueError(text)
    return number
