"""What happened on a ticket, as sentences by time: for portal, desk, mail and tests alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils.module_loading import import_string

from accounts.models import User
from tickets import waking
from tickets.models import INTO, Attachment, Event, Message, Ticket
from tickets.permissions import can_see_notes
from tickets.sentences import Known, sentence
from tickets.written import TICKET, Rows, stand_ins

# So many entries a page shows until it is asked for all: a long story takes long to draw.
AT_FIRST = 50


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; a message brings itself along and is shown whole.

    `event` is the id of the own event that it tells of, where that raised the version: in that
    order they were recorded. Until `in_full` a message is its id and its author alone. What another
    app tells may bring a `panel` along, its template and context, which is shown in its place.
    """

    at: datetime
    sentence: str
    kind: str = "event"
    message: Message | None = None
    event: int | None = field(default=None, compare=False)
    message_id: int | None = field(default=None, compare=False)
    author: User | None = field(default=None, compare=False)
    for_staff: bool = field(default=False, compare=False)
    panel: dict[str, Any] | None = field(default=None, compare=False)


def entries(ticket: Ticket, user: User) -> list[Entry]:
    """Return everything this user may read on the ticket, oldest first, with its messages."""
    return in_full(told(ticket, user))


def told(ticket: Ticket, user: User, *, people: Mapping[int, User] | None = None) -> list[Entry]:
    """Return what `entries` does without the messages themselves: see `in_full`.

    A constant number of queries, however long the story is; `people` are known already, by id.
    """
    staff = can_see_notes(user, ticket)
    events = _events(ticket, staff=staff)
    people = _people(events, known={ticket.requester_id: ticket.requester, **(people or {})})
    known = Known(
        ticket=ticket.pk,
        staff=staff,
        names={pk: str(person) for pk, person in people.items()},
        numbers=_numbers(ticket, events, user),
    )
    story = [entry for event in events if (entry := _entry(event, people=people, known=known))]
    for source in _sources():
        story.extend(source(ticket, user))
    return sorted(story, key=lambda entry: entry.at)


def in_full(story: Collection[Entry]) -> list[Entry]:
    """Bring the messages of a part of a story along, with their `files`, in two queries."""
    messages = _messages([entry.message_id for entry in story if entry.message_id])
    for entry in story:
        if entry.message_id:
            messages[entry.message_id].author = entry.author
    return [
        replace(entry, message=messages[entry.message_id]) if entry.message_id else entry
        for entry in story
    ]


def shown(request, story: list[Entry], *, page: str) -> dict[str, Any]:
    """Return what of a story a page shows: the newest, or all where its address says so."""
    if "all" in request.GET or len(story) <= AT_FIRST:
        return {"entries": in_full(story)}
    query = request.GET.copy()
    query["all"] = "1"
    return {
        "entries": in_full(story[-AT_FIRST:]),
        "entries_in_all": len(story),
        "all_url": f"{page}?{query.urlencode()}",
    }


def _messages(keys: list[int]) -> dict[int, Any]:
    if not keys:
        return {}
    messages = {message.pk: message for message in _among(Message, "pk", keys)}
    for message in messages.values():
        message.files = []
    for file in _among(Attachment, "message", keys):
        messages[file.message_id].files.append(file)
    return messages


def _among(model: Any, name: str, keys: list[int]) -> list[Any]:
    asked, stands_for = stand_ins({f"{name}__in": keys})
    return _written(model, asked).asked(stands_for)


# For each number of messages that a page may show.
@lru_cache(maxsize=200)
def _written(model: Any, lookups: tuple[tuple[str, Any], ...]) -> Rows:
    return Rows.of(model.objects.filter(**dict(lookups)))


def _events(ticket: Ticket, *, staff: bool) -> list[Any]:
    """Return the ticket's events, and those of others that went into it or out of it again.

    Each names the author of its message. What was said on a ticket and was taken out of it since
    is none of its events any more, and notes are none for customers.
    """
    return _written_events(staff).asked({TICKET: ticket.pk})


@cache
def _written_events(staff: bool) -> Rows:
    others = Q(type__in=INTO, data__into=TICKET)
    is_said = Q(message__ticket=TICKET) & (Q() if staff else Q(message__kind=Message.Kind.PUBLIC))
    return Rows.of(
        Event.objects.filter(Q(ticket=TICKET) | others)
        .filter(Q(message=None) | is_said)
        .annotate(author_id=F("message__author"))
    )


def _people(events: list[Any], *, known: Mapping[int, User]) -> dict[int, User]:
    """Everybody that the story names: who did it, who wrote it, whose the ticket ever was."""
    named = {event.by_id for event in events} | {event.author_id for event in events}
    named |= {event.data["to"] for event in events if event.type == Event.Type.ASSIGNED}
    unknown = named - {None, *known}
    found = User.objects.only("name", "email").in_bulk(unknown) if unknown else {}
    return {**known, **found}


def _numbers(ticket: Ticket, events: list[Event], user: User) -> dict[int, str]:
    """The numbers of tickets that this one was merged with, as far as this user sees them."""
    merges = [event for event in events if event.type in INTO]
    others = {event.ticket_id for event in merges} | {event.data["into"] for event in merges}
    if not merges:
        return {}
    seen = Ticket.objects.visible_to(user).filter(pk__in=others - {ticket.pk})
    return {other.pk: other.number for other in seen}


def _entry(event: Any, *, people: Mapping[int, User], known: Known) -> Entry | None:
    if event.message_id is not None:
        return Entry(
            event.at,
            "",
            "message",
            event=event.pk,
            message_id=event.message_id,
            author=people.get(event.author_id),
            for_staff=known.staff,
        )
    event.by = people.get(event.by_id)
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
