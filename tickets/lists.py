"""A person's tickets, a page at a time: whose, in which state, with which words in them.

However many tickets there are, a page reads little more than it shows: each status is a range of an
index, so the newest of each are merged instead of everything being sorted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from tickets import counting
from tickets.keyset import LONGEST_KEY, before
from tickets.models import Answer, Message, Ticket
from tickets.querysets import TicketQuerySet
from tickets.states import WAITING_FOR_US, WORKING, Status

PAGE = 25
MOST_SEARCHED = 2_000
MOST_WORDS = 6

VIEWS: dict[str, frozenset[Status]] = {
    "waiting": frozenset({Status.PENDING}),
    "working": WAITING_FOR_US,
    "solved": frozenset({Status.SOLVED, Status.CLOSED}),
    "all": frozenset(Status),
}
WHOSE: dict[str, Callable[[TicketQuerySet, User], TicketQuerySet]] = {
    "mine": TicketQuerySet.filed_by,
    "organization": TicketQuerySet.shared_with,
    "following": TicketQuerySet.followed_by,
}
NUMBER = re.compile(
    rf"(?:(?P<prefix>[a-z]{{1,5}})-|#)?(?P<pk>[0-9]{{1,{LONGEST_KEY}}})", re.IGNORECASE
)

Place = tuple[int, datetime]


@dataclass(frozen=True)
class Wanted:
    """Which of the tickets of a brand somebody looks at; `words` must all be in what was said."""

    user: User
    brand_id: int
    whose: str = "mine"
    view: str = "all"
    request_type_id: int | None = None
    words: tuple[str, ...] = ()

    def tickets(self) -> TicketQuerySet:
        """Return what this user may see of them, in whatever state."""
        shown = Ticket.objects.shown_to_customers().of_brand(self.brand_id)
        found = WHOSE[self.whose](shown, self.user)
        if self.request_type_id is not None:
            found = found.filter(request_type=self.request_type_id)
        return found


@dataclass(frozen=True)
class Page:
    """`older` is where the next page begins, if there is one.

    `is_cut` says that the search ended before the tickets did: the next page goes on with it.
    """

    tickets: list[Ticket]
    older: str | None = None
    is_cut: bool = False


def page(wanted: Wanted, *, after: str | None = None) -> Page:
    """Return what was changed last, from behind the cursor on. Raises ValueError over nonsense."""
    behind = before_cursor(after) if after else Q()
    if wanted.words:
        return _searched(wanted, behind, is_first=not after)
    places = _newest(wanted, behind, limit=PAGE + 1)
    older = _cursor(places[PAGE - 1]) if len(places) > PAGE else None
    return Page(_fetch(wanted, places[:PAGE]), older)


def before_cursor(cursor: str) -> Q:
    at, pk = cursor.rsplit(",", 1)
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(cursor)
    return Q(before(updated_at=moment.astimezone(UTC), id=_bigint(pk)))


def count(user: User, brand_ids: Iterable[int], **which: Any) -> dict[int, dict[str, int]]:
    """Count tickets of brands by view, each status up to a hundred, in one query.

    They are in order only so that PostgreSQL goes by the index and stops there.
    """
    parts = [
        tickets.filter(status=status)
        .newest_change_first()
        .values_list("brand", "status")[: counting.MOST]
        for brand_id in brand_ids
        for tickets in [Wanted(user, brand_id, **which).tickets()]
        for status in Status
    ]
    counted = Counter(parts[0].union(*parts[1:], all=True))
    return {
        brand_id: {
            view: sum(counted[brand_id, status] for status in statuses)
            for view, statuses in VIEWS.items()
        }
        for brand_id in brand_ids
    }


def open_about(user: User, brand_id: int, *, limit: int, **about: Any) -> list[Ticket]:
    """Return open tickets about the same, own ones and the organization's, newest change first."""
    found = {
        pk: at
        for whose in ("mine", "organization")
        for pk, at in _merged(
            Wanted(user, brand_id, whose).tickets().filter(**about), WORKING, limit=limit
        )
    }
    newest = sorted(found.items(), key=lambda place: (place[1], place[0]), reverse=True)
    return _fetch(Wanted(user, brand_id), newest[:limit])


def _newest(wanted: Wanted, behind: Q, *, limit: int) -> list[Place]:
    return _merged(wanted.tickets().filter(behind), VIEWS[wanted.view], limit=limit)


def _merged(tickets: TicketQuerySet, statuses: Iterable[str], *, limit: int) -> list[Place]:
    """Return the newest places among so many of each status."""
    parts = [
        tickets.filter(status=status).newest_change_first().values_list("pk", "updated_at")[:limit]
        for status in sorted(statuses)
    ]
    if len(parts) == 1:
        return list(parts[0])
    return list(parts[0].union(*parts[1:], all=True).order_by("-updated_at", "-pk")[:limit])


def _searched(wanted: Wanted, behind: Q, *, is_first: bool) -> Page:
    """Look for the words in the newest of them; a ticket asked for by its number comes first."""
    places = _newest(wanted, behind, limit=MOST_SEARCHED)
    holding = _holding(wanted.words, [pk for pk, _at in places])
    found = [place for place in places if place[0] in holding]
    is_cut = len(places) == MOST_SEARCHED and len(found) <= PAGE
    last = found[PAGE - 1] if len(found) > PAGE else places[-1] if is_cut else None
    tickets = _fetch(wanted, found[:PAGE])
    if is_first:
        numbered = _numbered(wanted)
        tickets = numbered + [ticket for ticket in tickets if ticket not in numbered]
    return Page(tickets, _cursor(last) if last else None, is_cut)


def _holding(words: Iterable[str], pks: list[int]) -> set[int]:
    """Return those of the tickets in which each word was written publicly, wherever."""
    found = set(pks)
    for word in words:
        subjects = Ticket.objects.filter(pk__in=found, subject__icontains=word)
        said = Message.objects.filter(
            ticket__in=found, kind=Message.Kind.PUBLIC, body__icontains=word
        )
        answered = Answer.objects.filter(ticket__in=found, display__icontains=word)
        held = subjects.values_list("pk", flat=True).union(
            said.order_by().values_list("ticket", flat=True),
            answered.order_by().values_list("ticket", flat=True),
        )
        found = set(held)
    return found


def _numbered(wanted: Wanted) -> list[Ticket]:
    asked = NUMBER.fullmatch(wanted.words[0]) if len(wanted.words) == 1 else None
    if asked is None:
        return []
    found = wanted.tickets().filter(pk=asked["pk"], status__in=VIEWS[wanted.view])
    if asked["prefix"]:
        found = found.filter(prefix__iexact=asked["prefix"])
    return _fetch(wanted, list(found.values_list("pk", "updated_at")))


def _fetch(wanted: Wanted, places: Sequence[Place]) -> list[Ticket]:
    """Fetch tickets in the order of their places, by the rule that guards every page."""
    visible = Ticket.objects.visible_to(wanted.user).select_related(
        "request_type", "subcategory", "requester"
    )
    found = visible.in_bulk([pk for pk, _at in places])
    return [found[pk] for pk, _at in places if pk in found]


def _cursor(place: Place) -> str:
    pk, at = place
    return f"{at.isoformat()},{pk}"


def _bigint(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError(text)
    return number
