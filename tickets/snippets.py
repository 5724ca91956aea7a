"""Where the words that somebody searched stand in a ticket: a piece of text with them marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest, Least, Lower, NullIf, StrIndex, Substr

from tickets.models import Answer, Message, Ticket
from tickets.search_words import plain
from tickets.written import Statement, stand_ins

BEFORE, FETCHED, SHOWN = 120, 480, 220
WORD = re.compile(r"\w+")
LONGER_BY = 4


@dataclass(frozen=True)
class Piece:
    """Text, and whether it is what was looked for. Templates escape it like any other."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True)
class Snippet:
    pieces: Sequence[Piece]
    is_note: bool = False


def of(tickets: Sequence[Ticket], roots: tuple[str, ...]) -> dict[int, Snippet]:
    """Return for tickets where the words stand in what was said or answered, in one query.

    What restricted tickets say is read on their own pages, where each reader is noted.
    """
    keys = [ticket.pk for ticket in tickets if not ticket.restricted]
    if not keys or not roots:
        return {}
    asked, stands_for = stand_ins({"ticket__in": keys, "roots": list(roots)})
    stands_for |= {
        _within(word): _within(root) for word, root in stands_for.items() if isinstance(word, str)
    }
    found: dict[int, Snippet] = {}
    for pk, kind, text in _written(asked).asked(stands_for):
        if pk not in found or kind != "answer":
            found[pk] = Snippet(marked(_trimmed(text, roots), roots), is_note=kind == "note")
    return found


# For each number of tickets on a page, and of words.
@lru_cache(maxsize=200)
def _written(asked: tuple[tuple[str, Any], ...]) -> Statement:
    among = dict(asked)
    roots = among.pop("roots")
    said = Message.objects.filter(_holds("body", roots), **among)
    answered = Answer.objects.filter(_holds("display", roots), **among)
    parts = [
        _cut(said.order_by("ticket", "-created_at", "-id"), "body", roots, kind=F("kind")),
        _cut(answered.order_by("ticket", "position"), "display", roots, kind=Value("answer")),
    ]
    return Statement.of(parts[0].union(parts[1], all=True))


def _within(word: str) -> str:
    """Write a word as `icontains` does."""
    return f"%{connection.ops.prep_for_like_query(word)}%"


def marked(text: str, roots: tuple[str, ...]) -> list[Piece]:
    """Part a text into what was looked for and what stands between."""
    pieces, end = [], 0
    for word in WORD.finditer(text):
        if not _is_hit(word.group(), roots):
            continue
        if word.start() > end:
            pieces.append(Piece(text[end : word.start()]))
        pieces.append(Piece(word.group(), is_hit=True))
        end = word.end()
    if end < len(text):
        pieces.append(Piece(text[end:]))
    return pieces


# A page of what was found says the same words over and over.
@lru_cache(maxsize=10_000)
def _is_hit(word: str, roots: tuple[str, ...]) -> bool:
    said = plain(word).strip()
    return any(said.startswith(root) and len(said) <= len(root) + LONGER_BY for root in roots)


def _holds(column: str, roots: Sequence[str]) -> Q:
    held = Q()
    for root in roots:
        held |= Q(**{f"{column}__icontains": root})
    return held


def _cut(rows: QuerySet, column: str, roots: Sequence[str], *, kind) -> QuerySet:
    """Ask for the first of each ticket's rows, cut out around the first of the words."""
    places = [NullIf(StrIndex(Lower(column), Value(root)), Value(0)) for root in roots]
    first = Least(*places, Value(2**30)) if len(places) == 1 else Least(*places)
    begin = Greatest(first - BEFORE, Value(1))
    return rows.distinct("ticket").values_list("ticket", kind, Substr(column, begin, FETCHED))


def _trimmed(text: str, roots: tuple[str, ...]) -> str:
    """Leave what stands around the first hit, from a word's beginning to a word's end."""
    text = " ".join(text.split())
    hit = next((word.start() for word in WORD.finditer(text) if _is_hit(word.group(), roots)), 0)
    start = max(0, hit - BEFORE // 2)
    start = text.find(" ", start, hit) + 1 or start if start else 0
    end = start + SHOWN
    cut = text[start:end] if end >= len(text) else text[start:end].rpartition(" ")[0]
    return f"{'… ' if start else ''}{cut}{' …' if end < len(text) else ''}"
