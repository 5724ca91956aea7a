"""Snoozed tickets come back: at their time, for a customer's reply or a breach, or by hand.

It writes rows and events alone and asks nobody, so that every verb may call it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from tickets.events import Moment, record, record_many
from tickets.models import Event, Ticket
from tickets.states import Actor

BY_HAND, REPLY, TIME, BREACH = "by_hand", "reply", "time", "breach"
BY_ITSELF = frozenset({TIME, BREACH})


def wake(moment: Moment, *, why: str, by: User | None = None) -> bool:
    """Bring the held ticket back; False, and no event, where it is not snoozed."""
    ticket = moment.ticket
    if ticket.snoozed_until is None:
        return False
    ticket.snoozed_until = None
    ticket.save(update_fields=["snoozed_until"])
    actor = Actor.AGENT if by else Actor.SYSTEM
    record(moment, Event.Type.WOKEN, by=by, actor=actor, data={"why": why})
    return True


def wake_many(tickets: Collection[Ticket], *, why: str, at: datetime) -> None:
    """Bring snoozed tickets back that the caller has locked, in as many queries as for one.

    No version goes up: what somebody writes on one of them meanwhile is as good as before.
    """
    if not tickets:
        return
    for ticket in tickets:
        ticket.snoozed_until = None
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(snoozed_until=None)
    told = [(ticket, {"why": why}) for ticket in tickets]
    record_many(told, Event.Type.WOKEN, by=None, actor=Actor.SYSTEM, at=at)


@transaction.atomic
def wake_due(now: datetime, *, limit: int) -> int:
    """Bring back at most `limit` tickets whose time has come by `now` (UTC); say how many.

    However many do so at once, each is woken once: what another one holds is left to it.
    """
    due = Ticket.objects.filter(snoozed_until__lte=now).order_by("snoozed_until", "id")
    locked = due.select_for_update(no_key=True, skip_locked=True)
    tickets = list(locked.only("snoozed_until")[:limit])
    wake_many(tickets, why=TIME, at=now)
    return len(tickets)


def wake_breached(broken: Mapping[Ticket, datetime], *, at: datetime) -> None:
    """Bring back the locked tickets on which a promise was broken after they were snoozed.

    What was overdue before was known to whoever put the ticket off, however late it is noticed.
    """
    snoozed = Event.objects.filter(ticket__in=broken, type=Event.Type.SNOOZED).order_by()
    since = dict(snoozed.values_list("ticket").annotate(Max("recorded_at")))
    woken = [ticket for ticket, when in broken.items() if when > since.get(ticket.pk, when)]
    wake_many(woken, why=BREACH, at=at)
