"""What happened on a ticket, as sentences by time: for portal, desk, mail and tests alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from accounts.models import User
from tickets import waking
from tickets.models import INTO, Event, Message, Ticket
from tickets.permissions import can_see_notes
from tickets.sentences import Known, sentence

# So many entries a page shows until it is asked for all: a long story takes long to draw.
AT_FIRST = 50


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; a message brings itself along and is shown whole.

    `event` is the id of the own event that it tells of, where that raised the version: in that
    order they were recorded.
    """

    at: datetime
    sentence: str
    kind: str = "event"
    message: Message | None = None
    event: int | None = field(default=None, compare=False)


def entries(ticket: Ticket, user: User, *, names: Mapping[int, str] | None = None) -> list[Entry]:
    """Return everything this user may read on the ticket, oldest first.

    A constant number of queries, however long the story is; `names` are those of people, by id,
    that are known already.
    """
    staff = can_see_notes(user, ticket)
    messages, events = _messages(ticket, staff=staff), _events(ticket)
    known = Known(
        ticket=ticket.pk,
        staff=staff,
        names=_names(events, known=names or {}) if staff else {},
        numbers=_numbers(ticket, events, user),
    )
    told = [entry for event in events if (entry := _entry(event, messages=messages, known=known))]
    for source in _sources():
        told.extend(source(ticket, user))
    return sorted(told, key=lambda entry: entry.at)


def shown(request, told: list[Entry], *, page: str) -> dict[str, Any]:
    """Return what of a timeline a page shows: the newest, or all where its address says so."""
    if "all" in request.GET or len(told) <= AT_FIRST:
        return {"entries": told}
    query = request.GET.copy()
    query["all"] = "1"
    return {
        "entries": told[-AT_FIRST:],
        "entries_in_all": len(told),
        "all_url": f"{page}?{query.urlencode()}",
    }


def _messages(ticket: Ticket, *, staff: bool) -> dict[int, Message]:
    messages = ticket.messages.select_related("author").prefetch_related("attachments")
    if not staff:
        messages = messages.filter(kind=Message.Kind.PUBLIC)
    return {message.pk: message for message in messages}


def _events(ticket: Ticket) -> list[Event]:
    """Return the ticket's events, and those of others that went into it or out of it again."""
    others = Q(type__in=INTO, data__into=ticket.pk)
    return list(Event.objects.filter(Q(ticket=ticket) | others).select_related("by"))


def _names(events: list[Event], *, known: Mapping[int, str]) -> dict[int, str]:
    """The names of everybody the ticket was ever assigned to, in one query at most."""
    assigned = {event.data["to"] for event in events if event.type == Event.Type.ASSIGNED}
    unknown = assigned - {None, *known}
    found = User.objects.filter(pk__in=unknown) if unknown else ()
    return {**known, **{user.pk: str(user) for user in found}}


def _numbers(ticket: Ticket, events: list[Event], user: User) -> dict[int, str]:
    """The numbers of tickets that this one was merged with, as far as this user sees them."""
    merges = [event for event in events if event.type in INTO]
    others = {event.ticket_id for event in merges} | {event.data["into"] for event in merges}
    if not merges:
        return {}
    seen = Ticket.objects.visible_to(user).filter(pk__in=others - {ticket.pk})
    return {other.pk: other.number for other in seen}


def _entry(event: Event, *, messages: dict, known: Known) -> Entry | None:
    if event.message_id is not None:
        message = messages.get(event.message_id)
        return message and Entry(event.at, "", "message", message, event.pk)
    said = sentence(event, known)
    kind = "level" if event.type == Event.Type.LEVEL_CHANGED else "event"
    own = event.pk if event.ticket_id == known.ticket and _raised_version(event) else None
    return Entry(event.at, said, kind, event=own) if said else None


def _raised_version(event: Event) -> bool:
    """Whether a text that was begun before it is out of date; what happens by itself is no news."""
    return event.type != Event.Type.WOKEN or event.data["why"] not in waking.BY_ITSELF


@cache
def _sources():
    return tuple(import_string(path) for path in settings.TICKET_TIMELINE)
