"""What happened to a ticket, told to the engine: its promise-relevant events as engine events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from sla import engine
from sla.engine import ClockState
from sla.policies import Book, Terms
from tickets.models import CallAttempt, Event
from tickets.states import Actor, Status

# Notes and assignments are not here: no promise depends on them.
TOLD_AS: Mapping[str, str] = {
    Event.Type.OPENED: "created",
    Event.Type.REPLIED: "message",
    Event.Type.CALLED_BACK: "message",
    Event.Type.STATUS_CHANGED: "status",
    Event.Type.LEVEL_CHANGED: "level",
    Event.Type.ATTRIBUTES_CHANGED: "attributes",
    Event.Type.POLICY_CHANGED: "policy",
    Event.Type.CALENDAR_CHANGED: "calendar",
    Event.Type.MERGED: "merged",
    Event.Type.UNMERGED: "unmerged",
    Event.Type.DELETED: "deleted",
    Event.Type.SPAM: "spam",
    Event.Type.NOT_SPAM: "not_spam",
}


# What says, beside these, whose a promise was.
READ = (*TOLD_AS, Event.Type.ASSIGNED)


def logs(tickets: Iterable[int]) -> Mapping[int, list[Event]]:
    """Return what promises and their verdicts depend on, by ticket id, in one query."""
    found: dict[int, list[Event]] = defaultdict(list)
    events = Event.objects.filter(ticket__in=list(tickets), type__in=READ)
    for event in events.only("ticket", "type", "at", "recorded_at", "actor", "data"):
        found[event.ticket_id].append(event)
    return found


def states(
    events: Sequence[Event], *, book: Book, as_of: datetime, more: Sequence[engine.Event] = ()
) -> tuple[ClockState, ...]:
    """Fold a ticket's events, and perhaps `more`, by what the book said when it was filed.

    Nothing that is written into the book later changes what a filed ticket was promised.
    """
    terms = terms_of(events, book=book)
    if terms is None:
        return ()
    log = [*told(events, book=book), *more]
    return engine.fold(log, policies=terms.policies, rules=terms.rules, as_of=as_of)


def terms_of(events: Iterable[Event], *, book: Book) -> Terms | None:
    """Return what the book said when the ticket with these events was filed; None: it was not."""
    opened = next((event for event in events if event.type == Event.Type.OPENED), None)
    return None if opened is None else book.terms(opened.recorded_at)


def told(events: Iterable[Event], *, book: Book) -> list[engine.Event]:
    """Tell the engine those of a ticket's events that promises depend on."""
    return [_told(event, book=book) for event in events if event.type in TOLD_AS]


def _told(event: Event, *, book: Book) -> engine.Event:
    """Say the same as the engine says it: "automatic" is "auto", whoever acted is "by".

    Who was called and not reached was answered no more than by an automatic message.
    Versions of opening hours are named in the log by their ids, and told as what they say.
    """
    data = {**event.data, "by": event.actor}
    if event.type == Event.Type.REPLIED:
        data |= {"public": True, "auto": event.data["automatic"]}
    if event.type == Event.Type.CALLED_BACK:
        data |= {"public": True, "auto": event.data["result"] != CallAttempt.Result.REACHED}
    if event.type == Event.Type.CALENDAR_CHANGED:
        data |= {which: book.hours[event.data[which]] for which in ("from", "to")}
    return engine.Event(id=event.pk, at=event.at, type=TOLD_AS[event.type], data=data)


def came_in_late(events: Sequence[Event], *, before: datetime) -> str:
    """Say which of a ticket's events came in last that had happened before then (UTC)."""
    late = [
        event
        for event in events
        if event.at <= before
        and event.at < event.recorded_at
        and event.type in TOLD_AS.keys() - {Event.Type.OPENED}
    ]
    if not late:
        return _("An earlier event came in late.")
    last = max(late, key=lambda event: (event.recorded_at, event.pk))
    return _("%(what)s of %(at)s UTC came in late, at %(recorded)s UTC.") % {
        "what": _what(last),
        "at": f"{last.at:%Y-%m-%d %H:%M:%S}",
        "recorded": f"{last.recorded_at:%Y-%m-%d %H:%M:%S}",
    }


def _what(event: Event) -> str:
    if event.type == Event.Type.REPLIED:
        return _("An agent's reply") if event.actor == Actor.AGENT else _("A customer's reply")
    if event.type == Event.Type.CALLED_BACK:
        return _("A call to the customer")
    if event.type == Event.Type.STATUS_CHANGED:
        return _("The status “%(to)s”") % {"to": Status(event.data["to"]).label}
    return _("“%(what)s”") % {"what": Event.Type(event.type).label}
