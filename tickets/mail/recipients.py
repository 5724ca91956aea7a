"""Who hears of what, and why: the one table of it, and what it comes to for a request's people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

# Why somebody is told.
REQUESTER, COPIED = "requester", "copied"
ASSIGNED, WATCHING, REPORTED = "assigned", "watching", "reported"
ESCALATED, DAILY, SUBSCRIBED, ASKED, ACCOUNT = (
    *("escalated", "digest", "subscribed", "asked", "account"),
)

# By kind of notice, who hears of it. Whoever did it themselves never does (but who files a request
# has it acknowledged), nor who may not see the ticket any more or cannot sign in. What people of
# the desk chose to hear later, or not at all, is in choices.py.
HEARS: dict[str, tuple[str, ...]] = {
    "received": (REQUESTER, COPIED),
    "replied": (REQUESTER, COPIED),
    "solved": (REQUESTER, COPIED),
    "level_changed": (REQUESTER, COPIED),
    "assigned": (ASSIGNED,),
    "customer_replied": (ASSIGNED, WATCHING),
    # Where nobody has it, who would hear of the breach: leads, managers or administrators.
    "endangered": (ASSIGNED, WATCHING, REPORTED),
    "breached": (REPORTED,),
    "escalated": (ESCALATED,),
    "digest": (DAILY,),
    "report": (SUBSCRIBED,),
    "export": (ASKED,),
}


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


def why(kind: str, *, said: str = "", is_requester: bool = False) -> str:
    """Return why somebody hears of a notice of this kind: as it says, or as the table does."""
    if said:
        return said
    hears = HEARS.get(kind, ())
    if REQUESTER in hears:
        return REQUESTER if is_requester else COPIED
    return hears[-1] if hears else ""
