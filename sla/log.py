"""The log of a ticket: its events, in the one order in which they count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

DONE = frozenset({"solved", "closed"})
TERMINAL = frozenset({"merged", "deleted", "spam"})
RETARGETS = frozenset({"level", "attributes", "policy", "calendar"})
WITHDRAWALS = {"unmerged": "merged", "not_spam": "spam"}


@dataclass(frozen=True)
class Event:
    """One thing that happened to a ticket, at an aware instant in UTC.

    What `data` holds depends on `type`:
    created     level 1-4; attributes, a mapping; by "requester", "agent" or "system"; live, a bool
    message     by; public, a bool; auto, a bool
    status      to "new", "open", "pending", "on_hold", "solved" or "closed"; by
    level       to
    attributes  set, a mapping
    policy      to, a policy's key; from, a policy's key (left out: the one in force)
    calendar    from and to, Calendar values
    merged, unmerged, spam, not_spam and deleted hold nothing that counts. Other types never count.
    """

    id: str | int
    at: datetime
    type: str
    data: Mapping[str, Any] = field(default_factory=dict)


def in_order(events: Iterable[Event], *, as_of: datetime) -> list[Event]:
    """Return the events that count at `as_of`, each once, in order, the creation first.

    The order depends on content alone, so neither late arrival nor repetition can matter. What
    is dated before the creation counts at the creation. No creation by then: no events.
    """
    known = {event.id: event for event in events}.values()
    creations = [event for event in known if event.type == "created" and event.at <= as_of]
    if not creations:
        return []
    created = min(creations, key=_order)
    later = [
        replace(event, at=max(event.at, created.at))
        for event in known
        if event.type != "created" and event.at <= as_of
    ]
    return [created, *_until_terminal(_not_withdrawn(sorted(later, key=_order)))]


def _order(event: Event) -> tuple[datetime, int, bool, str | int]:
    return event.at, _rank(event), isinstance(event.id, str), event.id


def _rank(event: Event) -> int:
    """Rank what shares an instant: an answer before a stop, a stop before whatever restarts."""
    by, to = event.data.get("by"), event.data.get("to")
    if event.type == "created":
        return 0
    if event.type == "message" and by == "agent":
        return 1
    if event.type in TERMINAL or (event.type == "status" and to in DONE):
        return 2
    if event.type == "status":
        return 3
    if event.type in RETARGETS:
        return 4
    if event.type == "message" and by == "requester":
        return 5
    return 6


def _not_withdrawn(events: Iterable[Event]) -> list[Event]:
    """Leave out the merges and spam marks that were taken back, as if they had never been."""
    standing: list[Event] = []
    for event in events:
        if event.type in WITHDRAWALS:
            standing = [kept for kept in standing if kept.type != WITHDRAWALS[event.type]]
        else:
            standing.append(event)
    return standing


def _until_terminal(events: Iterable[Event]) -> list[Event]:
    """Leave out what follows a merge, a deletion or a spam mark: the ticket is over."""
    counting: list[Event] = []
    for event in events:
        counting.append(event)
        if event.type in TERMINAL:
            break
    return counting
