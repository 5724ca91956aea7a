"""What agents find: tickets that hold the words, the newest first, a page at a time, never counted.

A word that many tickets hold is found among the newest of them; one that few hold, by the index.
Both are one statement, whose second part is not begun where the first fills the page. Where many
hold the words, and hardly any of the newest what narrows them, that is what is walked through then,
as far as a page may take; whoever reads on looks further.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import OperationalError, transaction
from django.db.models import CharField, F, Func, QuerySet, Value
from psycopg.errors import QueryCanceled

from accounts.models import User
from tickets.lists import NUMBER
from tickets.models import SearchEntry, Ticket
from tickets.querysets import HIDDEN, TicketQuerySet
from tickets.search_words import Asked, Term
from tickets.written import AGENT, Rows, Sight, stand_ins

PAGE = 50
# What is walked through, the newest first, before the index is asked. Of a word that is rarer than
# a page in so many the index has few enough entries to look at each.
NEWEST = 5_000
# Words that more entries hold than that are not looked up: reading each takes a second. Of those
# that fit without the words so many are looked at instead, no further back than that where no index
# leads to them.
MANY = 20_000
LOOKED_AT, FURTHEST = 2_500, 100_000
HAVE_AN_INDEX = frozenset({"organization__in", "assignee", "team", "tags"})
# They stand in a written statement for the words, and for the ticket before which is looked.
WORDS, BEFORE = Asked(((Term(("\0",)),),)), -1_000_000_001
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

    `brands` are the keys of those that the user serves, where they are known already; `shown` says
    how tickets are read that were found: it takes the user, and `brands`.
    """

    user: User
    asked: Asked
    lookups: Mapping[str, Any] = field(default_factory=dict)
    brands: Collection[int] | None = None
    shown: Callable[..., TicketQuerySet] | None = None

    @property
    def query(self) -> SearchQuery:
        return SearchQuery(str(self.asked), config="tickets_search", search_type="raw")

    def tickets(self) -> TicketQuerySet:
        """Return what this user may see of it; without words, all that is let through."""
        found = self.narrowed()
        return found.filter(search_entry__words=self.query) if self.asked else found

    def narrowed(self) -> TicketQuerySet:
        """Return what this user may see and the lookups let through, whatever it says.

        One's own requests are left out: their notes are for others. So is what was no request,
        unless it is what is asked for.
        """
        desk = Ticket.objects.on_desk_of(self.user, brands=self.brands)
        found = desk.exclude(requester=self.user)
        if "outcome" not in self.lookups:
            found = found.exclude(outcome__in=HIDDEN)
        return found.filter(**self.lookups).order_by()


@dataclass(frozen=True)
class Page:
    """`older` is where the next page begins, if there is one.

    One that is cut would hold more, had more been looked at.
    """

    tickets: Sequence[Ticket] = ()
    older: int | None = None
    is_cut: bool = False


def page(wanted: Wanted, *, before: int | None = None) -> Page:
    """Return what was found last, from before a ticket on. Raises `TooMany`.

    Without words it is what the lookups narrow; without those, too, it is nothing, as it is for
    whoever may see no tickets of others.
    """
    if not (wanted.asked or wanted.lookups) or not wanted.user.has_perm("tickets.view_ticket"):
        return Page()
    try:
        with transaction.atomic():
            newest = _prepare()
            return _page(wanted, before=newest + 1 if before is None else before)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooMany from None
        raise


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


def _page(wanted: Wanted, *, before: int) -> Page:
    walks = _is_said_by_many(wanted)
    found = _asked(wanted, before=before, walks=walks)
    if len(found) > PAGE:
        return Page(found[:PAGE], found[PAGE - 1].pk)
    edge = _edge(wanted, before=before) if walks else None
    return Page(found, edge, is_cut=edge is not None)


def _is_said_by_many(wanted: Wanted) -> bool:
    """Ask what PostgreSQL expects; it keeps what words are frequent, and reads nothing for that."""
    if not wanted.asked:
        return False
    [plan] = json.loads(SearchEntry.objects.filter(words=wanted.query).explain(format="json"))
    return plan["Plan"]["Plan Rows"] > MANY


def _walked(wanted: Wanted, *, before: int) -> QuerySet[Any, Any]:
    """Ask for what fits without the words, beyond the newest: as much of it as is looked at."""
    fits = wanted.narrowed().filter(pk__lt=before - NEWEST)
    if not _leads_to_them(wanted):
        fits = fits.filter(pk__gte=before - FURTHEST)
    return fits.order_by("-pk").values("pk")[:LOOKED_AT]


def _leads_to_them(wanted: Wanted) -> bool:
    return any(wanted.lookups.get(name) for name in HAVE_AN_INDEX)


def _edge(wanted: Wanted, *, before: int) -> int | None:
    """Return from before which ticket on nothing was looked at; None where there is none left."""
    keys = list(_walked(wanted, before=before).values_list("pk", flat=True))
    if len(keys) == LOOKED_AT:
        return keys[-1]
    if _leads_to_them(wanted):
        return None
    edge = before - FURTHEST
    return edge if Ticket.objects.filter(pk__lt=edge).exists() else None


def _asked(wanted: Wanted, *, before: int, walks: bool) -> list[Any]:
    """Ask for a page and one more, by a statement that was written once for all such searches."""
    lookups, stands_for = stand_ins(wanted.lookups)
    brands = None if wanted.brands is None else tuple(sorted(wanted.brands))
    asked = WORDS if wanted.asked else wanted.asked
    bounds = (PAGE, NEWEST, LOOKED_AT, FURTHEST)
    kind = _Kind(Sight.of(wanted.user), asked, lookups, brands, wanted.shown, walks, bounds)
    return _written(kind).asked(
        {
            AGENT: wanted.user.pk,
            str(WORDS): str(wanted.asked),
            **{BEFORE - back: before - back for back in (0, NEWEST, FURTHEST)},
            **stands_for,
        }
    )


@dataclass(frozen=True)
class _Kind:
    """Searches that one statement does for: nothing differs in them but what they look for."""

    sight: Sight
    asked: Asked
    lookups: tuple[tuple[str, Any], ...]
    brands: tuple[int, ...] | None
    shown: Callable[..., TicketQuerySet] | None
    walks: bool
    bounds: tuple[int, ...]


# For each set of filters and of brands that somebody serves; the rarest are made anew.
@lru_cache(maxsize=400)
def _written(kind: _Kind) -> Rows:
    user, lookups = kind.sight.stand_in(), dict(kind.lookups)
    wanted = Wanted(user, kind.asked, lookups, kind.brands, kind.shown)
    return Rows.of(_found(wanted, before=BEFORE, walks=kind.walks))


def _found(wanted: Wanted, *, before: int, walks: bool) -> TicketQuerySet:
    """Ask for a page and one more, with everything that is shown of them."""
    shown = Ticket.objects.all()
    if wanted.shown is not None:
        shown = wanted.shown(wanted.user, brands=wanted.brands)
    if not wanted.asked:
        found = wanted.tickets().filter(pk__lt=before).order_by("-pk")
        return shown.filter(pk__in=found.values("pk")[: PAGE + 1]).order_by("-pk")
    floor = before - NEWEST
    # Both tables are told where to walk: PostgreSQL does not conclude it for the other one.
    near = {"pk__lt": before, "pk__gte": floor}
    both = {f"search_entry__{name}": value for name, value in near.items()}
    newest = wanted.tickets().filter(**near, **both).order_by("-pk")
    rest = wanted.tickets().filter(pk__lt=floor)
    if walks:
        walked = _walked(wanted, before=before)
        rest = Ticket.objects.filter(pk__in=walked, search_entry__words=wanted.query)
    # Not in the order of the key: that index would be walked to its end.
    rest = rest.order_by((F("pk") + 0).desc())
    parts = [part.values("pk")[: PAGE + 1] for part in (newest, rest)]
    return shown.filter(pk__in=parts[0].union(parts[1], all=True)[: PAGE + 1]).order_by("-pk")
