"""Finds what can be asked for by its words and by old names of products."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tickets.catalog.specs import Catalog, SubcategorySpec, TypeSpec

LONGEST = 100
WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True)
class Found:
    """A request type that fits, or those of its subcategories that do."""

    type: TypeSpec
    subcategories: tuple[SubcategorySpec, ...] = ()


def find(catalog: Catalog, asked: str) -> list[Found]:
    """Return what holds most of the words that were asked for, in the order of the catalog."""
    words = {_stem(word) for word in WORD.findall(asked[:LONGEST].lower())}
    scores = {
        (type_spec, about): _score(words, type_spec, about)
        for type_spec in catalog.types()
        for about in (None, *type_spec.subcategories)
    }
    best = max(scores.values(), default=0)
    hits = [place for place, score in scores.items() if score == best and best]
    return [
        Found(type_spec, tuple(about for of, about in hits if of is type_spec and about))
        for type_spec in catalog.types()
        if any(of is type_spec for of, _about in hits)
    ]


def _score(words: Iterable[str], type_spec: TypeSpec, about: SubcategorySpec | None) -> int:
    """Count the words; those of a type lead to the type, not to all that it can be about."""
    if about is None:
        said = (type_spec.name, type_spec.meaning, *type_spec.aliases)
    else:
        said = (about.name, about.meaning)
    text = " ".join(said).lower()
    return sum(re.search(rf"\b{re.escape(word)}", text) is not None for word in words)


def _stem(word: str) -> str:
    """Let "invoices" find an invoice."""
    return word.removesuffix("s") if len(word) > 3 else word
