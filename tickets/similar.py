"""Open tickets that may be about the same: of the same subcategory or customer, by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet

from accounts.models import User
from tickets.models import Ticket
from tickets.states import WORKING

# So many of the newest are looked at, and so many shown.
LOOKED_AT, SHOWN = 50, 3
SHORTEST_WORD = 4

Row = Mapping[str, Any]


def newest_open(user: User, *, of: str) -> QuerySet[Ticket]:
    """Return open tickets with the same `of` as an outer query's ticket, on this user's desk.

    Newest first, which an index of its own holds: a subcategory has tens of thousands.
    """
    seen = Ticket.objects.on_desk_of(user).filter(status__in=WORKING)
    same = seen.filter(**{of: OuterRef(of)}).exclude(pk=OuterRef("pk"))
    return same.order_by("-pk")[:LOOKED_AT]


def most_alike(
    subject: str, of_subcategory: Iterable[Row], of_organization: Iterable[Row]
) -> list[Row]:
    """Pick those rows, with `id` and `subject`, that say most of what a ticket's subject says.

    Of the same customer any is worth a look; of others only one that shares a word.
    """
    words, colleagues = words_of(subject), list(of_organization)
    theirs = {each["id"] for each in colleagues}
    by_id = {each["id"]: each for each in (*of_subcategory, *colleagues)}
    points = {
        pk: 2 * len(words & words_of(each["subject"])) + (pk in theirs)
        for pk, each in by_id.items()
    }
    best = sorted(by_id, key=lambda pk: (-points[pk], -pk))
    return [by_id[pk] for pk in best if points[pk]][:SHOWN]


def words_of(subject: str) -> set[str]:
    """Return the words that say what it is about; short ones say little."""
    return {word for word in re.findall(r"\w+", subject.lower()) if len(word) >= SHORTEST_WORD}
