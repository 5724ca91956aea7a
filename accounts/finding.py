"""Customers as agents look for them: by a part of the name or address, or by their number."""

from __future__ import annotations

import re

from django.db.models import Q

from accounts.models import User
from accounts.querysets import Digits

LONGEST, SHORTEST, DIGITS = 100, 2, 4
# The index knows words by three letters; of fewer it knows where they begin a word.
INDEXED = 3
MOST = 10


def customers(words: str) -> list[User]:
    """Return the first customers that fit, by name; none for less than two characters.

    Who is shut out is not among them: nothing can be filed for them.
    """
    asked = " ".join(words.replace("\0", " ").split())[:LONGEST]
    longest = max(map(len, re.findall(r"[^\W_]+", asked)), default=0)
    if len(asked) < SHORTEST or not longest:
        return []
    found = _begin_with(asked) if longest < INDEXED else _hold(asked)
    dialed = "".join(character for character in asked if character.isdecimal())
    people = User.objects.filter(is_staff=False, is_active=True)
    if len(dialed) >= DIGITS and not any(character.isalpha() for character in asked):
        people = people.alias(dialed=Digits("phone"))
        found |= Q(dialed__contains=dialed)
    return list(people.filter(found).select_related("organization").order_by("name", "id")[:MOST])


def _hold(asked: str) -> Q:
    return Q(name__icontains=asked) | Q(email__icontains=asked)


def _begin_with(asked: str) -> Q:
    first_name = Q(name__istartswith=asked)
    return first_name | Q(name__icontains=f" {asked}") | Q(email__istartswith=asked)
