"""The tabs of the agents' queue: which tickets each shows, in which order, and how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import counting
from tickets.desk.places import BY_DEADLINE, BY_WAKING, NEWEST_FIRST, Order
from tickets.models import Callback, Confirmation
from tickets.querysets import TicketQuerySet
from tickets.queue import FIRST, NORMAL
from tickets.states import WORKING, Status

UNCONFIRMED, CALLBACKS = "unconfirmed", "callbacks"  # of no tickets: pages of their own beside them
BEING_WORKED_ON = tuple(status for status in Status if status in WORKING)


@dataclass(frozen=True)
class Tab:
    """One way to look at the queue; `rule` says what is in it, `nothing` that nothing is."""

    label: str | Promise
    nothing: str | Promise
    rule: Callable[..., Q]
    statuses: tuple[str, ...]
    order: Order = BY_DEADLINE


_AWAKE = Q(status__in=WORKING, snoozed_until=None)
TABS = {
    "due": Tab(_("Due next"), _("Nothing due."), lambda user, now: _AWAKE, BEING_WORKED_ON),
    "mine": Tab(
        _("Mine"),
        _("None of yours waits."),
        lambda user, now: _AWAKE & Q(assignee=user),
        BEING_WORKED_ON,
    ),
    "unassigned": Tab(
        _("Unassigned"),
        _("Every ticket has an agent."),
        lambda user, now: _AWAKE & Q(assignee=None),
        BEING_WORKED_ON,
    ),
    "breached": Tab(
        _("Breached"),
        _("No promise is broken."),
        lambda user, now: Q(status__in=WORKING, next_due_at__lt=now),
        BEING_WORKED_ON,
    ),
    "waiting": Tab(
        _("Waiting for customer"),
        _("No ticket waits for its customer."),
        lambda user, now: Q(status=Status.PENDING, snoozed_until=None),
        (Status.PENDING,),
    ),
    "snoozed": Tab(
        _("Snoozed"),
        _("No ticket is snoozed."),
        lambda user, now: Q(status__in=WORKING, snoozed_until__isnull=False),
        BEING_WORKED_ON,
        BY_WAKING,
    ),
    "all": Tab(
        _("All"),
        _("No ticket yet."),
        lambda user, now: Q(outcome=""),
        tuple(Status),
        NEWEST_FIRST,
    ),
}


def count(
    tickets: TicketQuerySet, *, user: User, now: datetime, lookups: Mapping[str, Any]
) -> dict[str, str]:
    """Say how many tickets each tab has under these filters, in one query.

    Where a tab has no end, counting ends at a hundred. All of them are not counted where a filter
    is on: what matches hardly anything would read every ticket there ever was.
    """
    kept = {name: value for name, value in lookups.items() if name != "status"}
    narrowed = tickets.filter(**kept).order_by()
    counted = [name for name in TABS if name != "all" or not kept]
    parts = [
        part.values_list(Value(name))[: counting.MOST]
        for name in counted
        for part in _parts(narrowed.filter(TABS[name].rule(user, now)), name)
    ]
    confirmations = Confirmation.objects.visible_to(user).order_by()
    calls = Callback.objects.of_visible_tickets(tickets).to_make().order_by()
    parts += [
        confirmations.values_list(Value(UNCONFIRMED))[: counting.MOST],
        calls.values_list(Value(CALLBACKS))[: counting.MOST],
    ]
    found = Counter(name for (name,) in parts[0].union(*parts[1:], all=True))
    return {name: counting.in_words(found[name]) for name in (*counted, UNCONFIRMED, CALLBACKS)}


def _parts(found: TicketQuerySet, name: str) -> list[TicketQuerySet]:
    """Return ranges of an index, of which none is read further than its number."""
    if name != "breached":
        return [found]
    return [found.filter(queue_rank=rank) for rank in (FIRST, NORMAL)]
