"""What if a ticket went on like this: things that may happen, told to the engine as if they had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from sla import history
from sla.engine import Event
from tickets.models import Event as Happened
from tickets.states import Actor, Status, after_reply

ANSWERED, WROTE = "answered", "wrote"
LEVELS = (1, 2, 3, 4)
# What may happen, by the word that stands for it in an address.
HAPPENINGS: Mapping[str, str | Lazy] = {
    ANSWERED: _("an agent answers"),
    WROTE: _("the customer writes"),
    Status.PENDING: _("it becomes pending"),
    Status.OPEN: _("it becomes open"),
    Status.ON_HOLD: _("it is put on hold"),
    Status.SOLVED: _("it is solved by an agent"),
    Status.CLOSED: _("it is closed"),
    **{f"level-{number}": _("the level becomes %d") % number for number in LEVELS},
}


@dataclass(frozen=True)
class Happening:
    """Something that may happen, at an instant in UTC; `what` is one of the words above."""

    at: datetime
    what: str


def created(*, level: int, attributes: Mapping[str, Any], at: datetime) -> Event:
    """Return the beginning of a ticket that nobody filed."""
    data = {"level": level, "attributes": dict(attributes), "by": Actor.REQUESTER.value}
    return Event(id="if 0", at=at, type="created", data=data)


def going_on(happenings: Iterable[Happening], *, since: Iterable[Happened] = ()) -> list[Event]:
    """Return these as the engine's events, in the order of time.

    As on the site, a customer who writes takes a ticket that waits for them, or is solved, up
    again; whether it does, what happened `since` it was filed decides together with these.
    """
    statuses = [
        (event.at, event.data["to"])
        for event in since
        if history.TOLD_AS.get(event.type) == "status"
    ]
    told: list[Event] = []
    for happening in sorted(happenings, key=lambda each: each.at):
        for type_, data in _said(happening, status=_status(statuses, at=happening.at)):
            told.append(Event(id=f"if {len(told) + 1}", at=happening.at, type=type_, data=data))
            if type_ == "status":
                statuses.append((happening.at, data["to"]))
    return told


def _status(statuses: Iterable[tuple[datetime, str]], *, at: datetime) -> str:
    earlier = [(changed, to) for changed, to in statuses if changed <= at]
    # Of several at once the last one counts; sorting is stable.
    return sorted(earlier, key=lambda each: each[0])[-1][1] if earlier else Status.NEW.value


def _said(happening: Happening, *, status: str) -> Iterator[tuple[str, dict[str, Any]]]:
    what, actor = happening.what, Actor.AGENT.value
    if what in (ANSWERED, WROTE):
        actor = Actor.REQUESTER.value if what == WROTE else actor
        yield "message", {"by": actor, "public": True, "auto": False}
        leads_to = after_reply(status, actor=actor)
        if leads_to != status:
            yield "status", {"to": str(leads_to), "by": actor}
    elif what.startswith("level-"):
        yield "level", {"to": int(what.removeprefix("level-")), "by": actor}
    else:
        yield "status", {"to": str(what), "by": actor}
