"""What somebody types to search, as an index is asked: words, phrases and what not to find."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MOST_TYPED, MOST_TERMS = 200, 12
OR = "or"
# Accents go and punctuation parts words, as in the index (tickets_words, made by a migration).
ACCENTS = re.compile("[\u0300-\u036f]")
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~\x00]")
TYPED = re.compile(r'(?P<not>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
SHORTEST_BEGINNING = 2
# What forms of a word have in common, near enough to mark them in a text.
ENDINGS = re.compile(r"(?<=\w{3})(?:ings?|ed|es|ies|s|y|e)$")


@dataclass(frozen=True)
class Term:
    """Words that stand side by side; the last one may be the beginning of a word."""

    words: tuple[str, ...]
    is_unwanted: bool = False
    is_beginning: bool = False

    def __str__(self):
        *before, last = (f"'{word}'" for word in self.words)
        said = " <-> ".join([*before, f"{last}:*" if self.is_beginning else last])
        return f"!({said})" if self.is_unwanted else f"({said})"


@dataclass(frozen=True)
class Asked:
    """Ways to match, each with all of its terms. None: nothing that could be looked for."""

    ways: tuple[tuple[Term, ...], ...]

    def __bool__(self):
        return bool(self.ways)

    def __str__(self):
        """Write it for `to_tsquery`: there is nothing in it but quoted words and operators."""
        return " | ".join(f"({' & '.join(map(str, way))})" for way in self.ways)

    def roots(self) -> tuple[str, ...]:
        """Return how the words begin, in whatever form, to mark them where they are found."""
        wanted = [
            word for way in self.ways for term in way if not term.is_unwanted for word in term.words
        ]
        return tuple(dict.fromkeys(ENDINGS.sub("", word) for word in wanted))


def read(typed: str) -> Asked:
    """Read words (all must be there), "phrases", -unwanted ones and `or`, as search engines do.

    The last word may be typed half. What only says what not to find asks for nothing.
    """
    ways: list[list[Term]] = [[]]
    for term in _terms(typed[:MOST_TYPED]):
        if term is None:
            ways.append([])
        elif len(ways[-1]) < MOST_TERMS:
            ways[-1].append(term)
    wanted = [way for way in ways if not all(term.is_unwanted for term in way)]
    return Asked(tuple(map(tuple, wanted)))


def plain(text: str) -> str:
    """Write a text as the index knows it: small letters without accents and punctuation."""
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return PUNCTUATION.sub(" ", bare).lower()


def _terms(typed: str) -> Iterator[Term | None]:
    """Yield the terms, and None for each `or` between them."""
    found = list(TYPED.finditer(typed))
    for place, each in enumerate(found):
        if (each["word"] or "").lower() == OR:
            yield None
            continue
        words = tuple(plain(each["phrase"] or each["word"] or "").split())
        if not words:
            continue
        is_typed_half = place == len(found) - 1 and each["word"] and not each["not"]
        yield Term(
            words,
            is_unwanted=bool(each["not"]),
            is_beginning=bool(is_typed_half)
            and len(words[-1]) >= SHORTEST_BEGINNING
            and not words[-1].isdecimal(),
        )
