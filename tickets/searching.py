"""What agents find: tickets that hold the words, the newest first, a page at a time, never counted.

A word that many tickets hold is found among the newest of them; one that few hold, by the index.
Both are one statement, whose second part is not begun where the first fills the page.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import OperationalError, transaction
from django.db.models import CharField, F, Func, Value
from psycopg.errors import QueryCanceled

from accounts.models import User
from tickets.lists import NUMBER
from tickets.models import Ticket
from tickets.querysets import HIDDEN, TicketQuerySet
from tickets.search_words import Asked

PAGE = 50
# What is walked through, the newest first, before the index is asked. Of a word that is rarer than
# a page in so many the index has few enough entries to look at each.
NEWEST = 5_000
# As long as a search may take: whoever finds that much has to say more.
MILLISECONDS = 1_500


class TooMany(Exception):
    """A search that takes longer than it may."""


class Setting(Func):
    """A setting of the database, until the transaction ends."""

    function = "set_config"
    output_field = CharField()

    def __init__(self, name: str, value: object) -> None:
        super().__init__(Value(name), Value(str(value)), Value(True))


@dataclass(frozen=True)
class Wanted:
    """What to look for, for whom, and lookups that narrow it.

    `brands` are the keys of those that the user serves, where they are known already; `shown` is
    how tickets are read that were found.
    """

    user: User
    asked: Asked
    lookups: Mapping[str, Any] = field(default_factory=dict)
    brands: Collection[int] | None = None
    shown: TicketQuerySet | None = None

    def tickets(self) -> TicketQuerySet:
        """Return what this user may see of it.

        One's own requests are left out: their notes are for others. So is what was no request,
        unless it is what is asked for.
        """
        desk = Ticket.objects.on_desk_of(self.user, brands=self.brands)
        found = desk.exclude(requester=self.user)
        if "outcome" not in self.lookups:
            found = found.exclude(outcome__in=HIDDEN)
        if self.asked:
            query = SearchQuery(str(self.asked), config="tickets_search", search_type="raw")
            found = found.filter(search_entry__words=query)
        return found.filter(**self.lookups).order_by()


@dataclass(frozen=True)
class Page:
    """`older` is where the next page begins, if there is one."""

    tickets: Sequence[Ticket] = ()
    older: int | None = None


def page(wanted: Wanted, *, before: int | None = None) -> Page:
    """Return what was found last, from before a ticket on. Raises `TooMany`.

    Without words it is what the lookups narrow; without those, too, it is nothing.
    """
    if not (wanted.asked or wanted.lookups):
        return Page()
    try:
        with transaction.atomic():
            newest = _prepare()
            found = list(_found(wanted, before=newest + 1 if before is None else before))
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooMany from None
        raise
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def numbered(user: User, typed: str) -> Ticket | None:
    """Return the ticket whose number was typed (PS-10419, #10419, 10419), if this user sees it."""
    asked = NUMBER.fullmatch(typed.strip())
    if asked is None:
        return None
    found = Ticket.objects.on_desk_of(user).filter(pk=asked["pk"])
    if asked["prefix"]:
        found = found.filter(prefix__iexact=asked["prefix"])
    return found.first()


def requester(user: User, pk: int) -> User | None:
    """Return a requester by key, if this user sees anything of theirs."""
    theirs = Ticket.objects.on_desk_of(user).filter(requester=pk).select_related("requester")
    return next((ticket.requester for ticket in theirs[:1]), None)


def _prepare() -> int:
    """Bound what follows in time, keep it in one process, and return the newest ticket's id.

    Several processes would return the second part before the first.
    """
    bound = Setting("statement_timeout", MILLISECONDS)
    alone = Setting("max_parallel_workers_per_gather", 0)
    newest = Ticket.objects.order_by("-pk").annotate(bound=bound, alone=alone)
    return next((pk for pk, *_set in newest.values_list("pk", "bound", "alone")[:1]), 0)


def _found(wanted: Wanted, *, before: int) -> TicketQuerySet:
    """Ask for a page and one more, with everything that is shown of them."""
    shown = Ticket.objects.all() if wanted.shown is None else wanted.shown
    if not wanted.asked:
        found = wanted.tickets().filter(pk__lt=before).order_by("-pk")
        return shown.filter(pk__in=found.values("pk")[: PAGE + 1]).order_by("-pk")
    floor = before - NEWEST
    # Both tables are told where to walk: PostgreSQL does not conclude it for the other one.
    near = {"pk__lt": before, "pk__gte": floor}
    walked = {f"search_entry__{name}": value for name, value in near.items()}
    newest = wanted.tickets().filter(**near, **walked).order_by("-pk")
    # Not in the order of the key: that index would be walked to its end.
    rest = wanted.tickets().filter(pk__lt=floor).order_by((F("pk") + 0).desc())
    parts = [part.values("pk")[: PAGE + 1] for part in (newest, rest)]
    return shown.filter(pk__in=parts[0].union(parts[1], all=True)[: PAGE + 1]).order_by("-pk")
