"""Who hears of what happened on a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Person(Protocol):
    pk: int
    email: str
    is_active: bool


Someone = TypeVar("Someone", bound=Person)


def who_hears(
    requester: Someone, *, watchers: Iterable[Someone] = (), acted: int | None = None
) -> list[Someone]:
    """Return the requester and the watchers, each address once, the requester first.

    Nobody is told what they did themselves (`acted`, a user's key), and who cannot sign
    in any more hears nothing.
    """
    told: dict[str, Someone] = {}
    for person in (requester, *watchers):
        if person.is_active and person.pk != acted:
            told.setdefault(person.email.lower(), person)
    return list(told.values())
