"""What agents are told of tickets: that one was given to them, that a customer answered."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from tickets.mail.audience import Audience
from tickets.mail.kinds import ASSIGNED, CUSTOMER_REPLIED
from tickets.mail.notices import Announcement, Announcements
from tickets.models import Event, Ticket

DESK = "admin:tickets_ticket_change"


def assigned(subject_ids: Sequence[int]) -> Announcements:
    """Tell an agent of a ticket that somebody gave to them, while it is still theirs."""
    events = _events(subject_ids)
    audience = Audience(event.ticket for event in events)
    return {
        event.pk: _told(
            ASSIGNED,
            event,
            dict.fromkeys(audience.agent(event.ticket), "assigned"),
            by=str(event.by or ""),
        )
        for event in events
        if event.data["to"] == event.ticket.assignee_id != event.by_id
    }


def customer_replied(subject_ids: Sequence[int]) -> Announcements:
    """Tell of a customer's answer whoever has the ticket, and who watches it on the desk."""
    events = _events(subject_ids)
    audience = Audience(event.ticket for event in events)
    return {
        event.pk: _told(
            CUSTOMER_REPLIED, event, audience.of(event.ticket, acted=event.by_id), at=event.at
        )
        for event in events
    }


def path_of(ticket: Ticket) -> str:
    return reverse(DESK, args=[ticket.pk])


def _told(kind, event, heard, **context) -> Announcement:
    return Announcement(
        ticket=event.ticket,
        recipients=list(heard),
        reasons={user.pk: why for user, why in heard.items()},
        choice=kind,
        template=kind,
        path=path_of(event.ticket),
        context={"level": event.ticket.level_id, **context},
    )


def _events(subject_ids: Sequence[int]) -> list[Event]:
    """Return the events to tell of; what was merged, deleted or spam is nobody's work any more."""
    return list(
        Event.objects.filter(pk__in=subject_ids, ticket__outcome="")
        .select_related("ticket__request_type", "ticket__assignee__organization", "by")
        .order_by("id")
    )
