"""What happened on a ticket, as sentences by time: for portal, desk, mail and tests alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.models import Event, Message, Ticket
from tickets.permissions import can_see_notes
from tickets.states import IN_CUSTOMERS_WORDS, Actor, Status

# So many entries a page shows until it is asked for all: a long story takes long to draw.
AT_FIRST = 50


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; a message brings itself along and is shown whole."""

    at: datetime
    sentence: str
    kind: str = "event"
    message: Message | None = None


def entries(ticket: Ticket, user: User) -> list[Entry]:
    """Return everything this user may read on the ticket, oldest first.

    A constant number of queries, however long the story is.
    """
    staff = can_see_notes(user, ticket)
    messages = _messages(ticket, staff=staff)
    events = list(ticket.events.select_related("by"))
    names = _names(events) if staff else {}
    story = [_entry(event, messages=messages, staff=staff, names=names) for event in events]
    told = [entry for entry in story if entry is not None]
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


def _names(events: list[Event]) -> dict[int, str]:
    """The names of everybody the ticket was ever assigned to, in one query."""
    assigned = {event.data["to"] for event in events if event.type == Event.Type.ASSIGNED}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=assigned - {None})}


def _entry(event: Event, *, messages: dict, staff: bool, names: dict) -> Entry | None:
    if event.message_id is not None:
        message = messages.get(event.message_id)
        return message and Entry(event.at, "", kind="message", message=message)
    tell = {
        Event.Type.STATUS_CHANGED: _status_changed,
        Event.Type.LEVEL_CHANGED: _level_changed,
        Event.Type.ASSIGNED: _assigned,
        Event.Type.COPY_PROPOSED: _copy_proposed,
        Event.Type.COPY_WITHDRAWN: _copy_withdrawn,
        Event.Type.POLICY_CHANGED: _promises_changed,
        Event.Type.CALENDAR_CHANGED: _promises_changed,
        Event.Type.WATCHED: _watched,
        Event.Type.UNWATCHED: _unwatched,
    }[Event.Type(event.type)]
    sentence = tell(event, staff, names)
    kind = "level" if event.type == Event.Type.LEVEL_CHANGED else "event"
    return Entry(event.at, sentence, kind=kind) if sentence else None


def _status_changed(event: Event, staff: bool, names: dict) -> str:
    to = event.data["to"]
    if staff:
        return _("Status “%(from)s” became “%(to)s”, by %(by)s") % {
            "from": Status(event.data["from"]).label,
            "to": Status(to).label,
            "by": _who(event),
        }
    if event.actor == Actor.REQUESTER:
        return {Status.SOLVED: _("Marked as solved by the requester"), Status.OPEN: ""}.get(
            Status(to), ""
        )
    return str(IN_CUSTOMERS_WORDS[to])


def _level_changed(event: Event, staff: bool, names: dict) -> str:
    words = {"from": event.data["from"], "to": event.data["to"], "reason": event.data["reason"]}
    if staff:
        return _("Level %(from)s became %(to)s, by %(by)s: %(reason)s") % (
            words | {"by": _who(event)}
        )
    return _("Level %(from)s became %(to)s: %(reason)s") % words


def _assigned(event: Event, staff: bool, names: dict) -> str:
    if not staff:
        return ""
    to = event.data["to"]
    if to is None:
        return _("Given back to everybody by %(by)s") % {"by": _who(event)}
    return _("Assigned to %(to)s by %(by)s") % {"to": names.get(to, "?"), "by": _who(event)}


def _copy_proposed(event: Event, staff: bool, names: dict) -> str:
    if not staff:
        return ""
    return _("%(by)s asked to copy %(email)s") % {"by": _who(event), "email": event.data["email"]}


def _copy_withdrawn(event: Event, staff: bool, names: dict) -> str:
    if not staff:
        return ""
    words = {"by": _who(event), "email": event.data["email"]}
    return _("%(by)s took back the wish to copy %(email)s") % words


def _promises_changed(event: Event, staff: bool, names: dict) -> str:
    """Say which policy or calendar; to customers, only that times became others."""
    if not staff:
        moved = event.data["moved"]
        return _("By when we answer and solve this has changed; the new times are shown") * moved
    words = {"name": event.data["name"], "by": _who(event)}
    if event.type == Event.Type.CALENDAR_CHANGED:
        return _("The opening hours changed: %(name)s, by %(by)s") % words
    return _("The promises changed: %(name)s, by %(by)s") % words


def _watched(event: Event, staff: bool, names: dict) -> str:
    return _("%(name)s reads along") % event.data


def _unwatched(event: Event, staff: bool, names: dict) -> str:
    words = {"by": _who(event), **event.data}
    if staff and event.by_id != event.data["user"]:
        return _("%(name)s does not read along any more, by %(by)s") % words
    return _("%(name)s does not read along any more") % words


def _who(event: Event) -> str:
    return str(event.by) if event.by else _("the system")


@cache
def _sources():
    return tuple(import_string(path) for path in settings.TICKET_TIMELINE)
