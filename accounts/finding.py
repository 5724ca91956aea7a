"""Customers as agents look for them: by a part of the name or address, or by their number."""

from __future__ import annotations

from django.db.models import F, Func, Q, TextField, Value

from accounts.models import User

LONGEST, SHORTEST, DIGITS = 100, 2, 4
MOST = 10


def customers(words: str) -> list[User]:
    """Return the first customers that fit, by name; none for less than two characters.

    Who is shut out is not among them: nothing can be filed for them.
    """
    asked = " ".join(words.replace("\0", " ").split())[:LONGEST]
    if len(asked) < SHORTEST:
        return []
    found = Q(name__icontains=asked) | Q(email__icontains=asked)
    dialed = "".join(character for character in asked if character.isdecimal())
    people = User.objects.filter(is_staff=False, is_active=True)
    if len(dialed) >= DIGITS and not any(character.isalpha() for character in asked):
        people = people.annotate(
            dialed=Func(
                F("phone"),
                Value(r"\D"),
                Value(""),
                Value("g"),
                function="regexp_replace",
                output_field=TextField(),
            )
        )
        found |= Q(dialed__contains=dialed)
    return list(people.filter(found).select_related("organization").order_by("name", "id")[:MOST])
