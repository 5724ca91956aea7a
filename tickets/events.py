"""The seam: every change to a ticket is recorded here, and what follows from it is called."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from tickets import clock, queue
from tickets.models import Event, Message, Ticket
from tickets.permissions import can_work
from tickets.states import Actor

# Whether a ticket is over, and in which status it is: what of these happened last says so.
STATUS_EVENTS = frozenset(
    {
        Event.Type.STATUS_CHANGED,
        Event.Type.MERGED,
        Event.Type.UNMERGED,
        Event.Type.DELETED,
        Event.Type.SPAM,
        Event.Type.NOT_SPAM,
    }
)
SETTING_THE_SAME = (
    STATUS_EVENTS,
    frozenset({Event.Type.LEVEL_CHANGED}),
    frozenset({Event.Type.ATTRIBUTES_CHANGED}),
    frozenset({Event.Type.ASSIGNED}),
)


@dataclass(frozen=True)
class Moment:
    """One transaction's hold on a ticket: the locked row, the time, and the batch.

    `happened_at` (UTC) is set where what is done now happened before: a mail that came in during an
    outage of ours, a call that is written down later.
    """

    ticket: Ticket
    at: datetime
    batch: uuid.UUID = field(default_factory=uuid.uuid4)
    happened_at: datetime | None = None

    @property
    def said_at(self) -> datetime:
        """When what somebody says in it was said."""
        return self.happened_at or self.at


@contextmanager
def hold(
    ticket: Ticket, moment: Moment | None = None, *, happened_at: datetime | None = None
) -> Iterator[Moment]:
    """Lock the ticket's row, then take the time; inside a held moment, go on with it.

    The row is the lock of everything that belongs to the ticket (clocks, queue order,
    version), and the time is taken after it is held, so no verb is ever late by itself.
    `happened_at` (UTC) counts as the creation or as now where it lies before or after them.
    """
    if moment is not None:
        yield moment
        return
    with transaction.atomic():
        locked = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
        now = clock.now()
        if happened_at is not None:
            happened_at = min(max(happened_at, locked.created_at), now)
        yield Moment(ticket=locked, at=now, happened_at=happened_at)


@contextmanager
def hold_together(*tickets: Ticket) -> Iterator[Mapping[int, Moment]]:
    """Lock several tickets, the lowest id first so that no two wait for each other.

    Returns their moments by id, of one time and one batch.
    """
    with transaction.atomic():
        locked = list(
            Ticket.objects.select_for_update(no_key=True)
            .filter(pk__in=[ticket.pk for ticket in tickets])
            .order_by("pk")
        )
        now, batch = clock.now(), uuid.uuid4()
        yield {ticket.pk: Moment(ticket=ticket, at=now, batch=batch) for ticket in locked}


def record(
    moment: Moment,
    type: str,
    *,
    by,
    actor: str,
    message: Message | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Write what happened as one event and call the handlers, in the same transaction.

    Handlers only touch the database. `by` is None for the system. An event can lie before the
    moment it is written down: a call that is logged later, a mail that came in late.
    """
    ticket = moment.ticket
    event = Event.objects.create(
        ticket=ticket,
        type=type,
        at=_happened_at(moment, type),
        recorded_at=moment.at,
        actor=actor,
        by=by,
        message=message,
        data=data or {},
        batch=moment.batch,
    )
    if type != Event.Type.OPENED:
        touch(ticket, at=moment.at)
    for handler in handlers():
        handler(event)
    return event


def _happened_at(moment: Moment, type: str) -> datetime:
    """Say when an event counts that is recorded now.

    What sets something (the status, the level) never counts before what set the same earlier: the
    log would then end in another state than the ticket is in.
    """
    if type == Event.Type.OPENED:
        return moment.ticket.created_at
    if moment.happened_at is None:
        return moment.at
    for same in SETTING_THE_SAME:
        if (
            type in same
            and moment.ticket.events.filter(type__in=same, at__gte=moment.happened_at).exists()
        ):
            return moment.at
    return moment.happened_at


def record_many(
    told: Sequence[tuple[Ticket, dict[str, Any]]], type: str, *, by, actor: str, at: datetime
) -> list[Event]:
    """Write one event of the same kind on each of many tickets, which the caller has locked.

    For what changes promises alone: nobody is mailed, no version goes up that would call an
    answer stale which is being written, and no list moves its tickets. What follows for the
    clocks is the caller's to do, for all tickets together.
    """
    batch = uuid.uuid4()
    return Event.objects.bulk_create(
        Event(
            ticket=ticket,
            type=type,
            at=at,
            recorded_at=at,
            actor=actor,
            by=by,
            data=data,
            batch=batch,
        )
        for ticket, data in told
    )


def touch(ticket: Ticket, *, at: datetime) -> None:
    """Note on the ticket's row that it changed, and put it where it belongs in the queue."""
    ticket.updated_at = at
    ticket.version += 1
    ticket.queue_rank = queue.rank(ticket)
    ticket.save(update_fields=["updated_at", "version", "queue_rank"])


def actor_of(ticket: Ticket, user) -> str:
    """In which part this user acts on this ticket: who works tickets is an agent on others'."""
    if user is None:
        return Actor.SYSTEM
    return Actor.AGENT if can_work(user, ticket) else Actor.REQUESTER


@cache
def handlers() -> tuple[Callable[[Event], None], ...]:
    """The handlers of settings.TICKET_EVENT_HANDLERS, in their order."""
    return tuple(import_string(path) for path in settings.TICKET_EVENT_HANDLERS)
