"""What each kind of notice about a ticket announces, to whom.

A provider of settings.NOTICE_KINDS takes the ids of its subjects and returns an
announcement for each, or None where another notice tells it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from accounts.models import User
from tickets.clock import NEVER
from tickets.mail.kinds import LEVEL_CHANGED, RECEIVED, REPLIED, SOLVED, TOLD_FIRST, kind_of
from tickets.mail.recipients import who_hears
from tickets.mail.spoken import Spoken
from tickets.models import Event, Ticket, Watcher
from tickets.promise import promised
from tickets.querysets import HIDDEN
from tickets.states import Status


@dataclass(frozen=True)
class Announcement:
    """One thing to tell several people: `template` names a triple in templates/mail/.

    `path` is where the link leads; empty: to the ticket's page. What is about no ticket names the
    brand that tells it, and a path. `reasons` says of people of the desk why they are told, by
    their keys; `choice` names what of DeskSettings says how, and `urgent` waits for no quiet hours.
    `reply` is what an agent answered, for those alone who `proved` that the address is theirs.
    """

    ticket: Ticket | None
    recipients: Sequence[User]
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    brand: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    choice: str = ""
    urgent: bool = False
    reply: str = ""
    proved: Collection[int] = ()

    @property
    def brand_id(self) -> int:
        return self.ticket.brand_id if self.ticket else self.brand


Announcements = dict[int, Announcement | None]


def received(subject_ids: Sequence[int]) -> Announcements:
    """A request arrived: its requester reads what was promised, whoever filed it."""
    events = _events(subject_ids)
    watchers = _watchers(events)
    return {
        event.pk: Announcement(
            ticket=event.ticket,
            recipients=who_hears(event.ticket.requester, watchers=watchers[event.ticket_id]),
            template=RECEIVED,
            context={"promises": promised(event.ticket)},
        )
        for event in events
    }


def replied(subject_ids: Sequence[int]) -> Announcements:
    """An agent answered."""
    return _told(REPLIED, subject_ids)


def solved(subject_ids: Sequence[int]) -> Announcements:
    """The request was solved, perhaps with an answer in the same breath."""
    return _told(SOLVED, subject_ids)


def level_changed(subject_ids: Sequence[int]) -> Announcements:
    """The level changed, and with it the promise; the reason stands on the ticket."""
    return _told(LEVEL_CHANGED, subject_ids)


def _told(kind: str, subject_ids: Sequence[int]) -> Announcements:
    """Announce each event that leads its batch; what else the batch did is told with it."""
    events = _events(subject_ids)
    batches, watchers = _batches(events), _watchers(events)
    spoken = Spoken(
        (event for batch in batches.values() for event in batch),
        people={event.ticket.requester_id for event in events}
        | {user.pk for users in watchers.values() for user in users},
    )
    told: Announcements = {}
    for event in events:
        together = batches[event.batch]
        leads = min(together, key=lambda other: (TOLD_FIRST.index(kind_of(other)), other.pk))
        told[event.pk] = (
            None
            if leads.pk != event.pk
            else Announcement(
                ticket=event.ticket,
                recipients=who_hears(
                    event.ticket.requester, watchers=watchers[event.ticket_id], acted=event.by_id
                ),
                template=kind,
                context=_context(event.ticket, together),
                reply=spoken.on(event.ticket, together),
                proved=spoken.proved,
            )
        )
    return told


def _context(ticket: Ticket, together: Collection[Event]) -> dict[str, Any]:
    levels = [event.data["to"] for event in together if event.type == Event.Type.LEVEL_CHANGED]
    return {
        "replied": any(kind_of(event) == REPLIED for event in together),
        "level": levels[-1] if levels else None,
        "next_due": _next_due(ticket, since=max(event.at for event in together)),
        "waiting": ticket.status == Status.PENDING,
        "days": settings.CLOSE_AFTER_DAYS,
    }


def _next_due(ticket: Ticket, *, since):
    """When the next promise on this ticket is due; None where nothing is due or it is late."""
    due = ticket.next_due_at
    return due if since < due < NEVER else None


def _events(subject_ids: Sequence[int]) -> list[Event]:
    """Return the events to tell of; of spam and of what was deleted nobody hears any more."""
    return list(
        Event.objects.filter(pk__in=subject_ids)
        .exclude(ticket__outcome__in=HIDDEN)
        .select_related("ticket__request_type", "ticket__requester__organization")
    )


def _batches(events: Iterable[Event]) -> dict[Any, list[Event]]:
    """The told events of the batches of these, by batch, in the order of their writing."""
    batches = defaultdict(list)
    written = Event.objects.filter(
        ticket__in={event.ticket_id for event in events},
        batch__in={event.batch for event in events},
    )
    for event in written.order_by("id"):
        if kind_of(event) in TOLD_FIRST:
            batches[event.batch].append(event)
    return batches


def _watchers(events: Iterable[Event]) -> dict[int, list[User]]:
    watchers = defaultdict(list)
    watching = Watcher.objects.filter(ticket__in={event.ticket_id for event in events})
    for watcher in watching.select_related("user__organization").order_by("id"):
        watchers[watcher.ticket_id].append(watcher.user)
    return watchers
