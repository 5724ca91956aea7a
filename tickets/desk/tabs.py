"""The tabs of the agents' queue: which tickets each shows, in which order, and how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets import clock, counting
from tickets.catalog.models import Brand
from tickets.desk.places import BY_DEADLINE, BY_WAKING, NEWEST_FIRST, Order
from tickets.models import Callback, Confirmation, Ticket
from tickets.querysets import TicketQuerySet
from tickets.queue import FIRST, NORMAL
from tickets.states import WORKING, Status
from tickets.written import NOW, Sight, Statement, stand_ins

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
        # What is not worked on is put off no more: asked for its status, too, many more are read.
        lambda user, now: Q(snoozed_until__isnull=False),
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
    user: User, *, brands: Iterable[int], now: datetime, lookups: Mapping[str, Any] | None = None
) -> dict[str, str]:
    """Say how many tickets each tab of a desk has, narrowed by lookups on a ticket, in one query.

    `brands` are the keys of those that the user serves. Where a tab has no end, counting ends at a
    hundred. All of them are not counted where a filter is on: what matches hardly anything would
    read every ticket there ever was. What a tab's own status is narrows none.
    """
    kept = {name: value for name, value in (lookups or {}).items() if name != "status"}
    asked, stands_for = stand_ins(kept)
    statement = _written(Sight.of(user), tuple(sorted(brands)), asked)
    return _in_words(statement.rows(user, {NOW: now, **stands_for}), _left_out(kept))


def of_desk(user: User, *, brands: Collection[int], narrowed_by: Collection[str]) -> TicketQuerySet:
    """Return the tickets on a desk that may be shown where it is narrowed by these.

    Tags are agents' words on others' requests; nobody learns those of their own.
    """
    found = Ticket.objects.on_desk_of(user, brands=brands)
    return found.exclude(requester=user) if "tags" in narrowed_by else found


# For each set of brands that somebody serves, and each set of filters; the rarest are made anew.
@lru_cache(maxsize=400)
def _written(
    sight: Sight, brands: tuple[int, ...], lookups: tuple[tuple[str, Any], ...]
) -> Statement:
    user, asked = sight.stand_in(), dict(lookups)
    tickets = of_desk(user, brands=brands, narrowed_by=asked)
    return Statement.of(
        _counting(tickets.filter(**asked), tickets, user=user, left_out=_left_out(asked))
    )


def _left_out(lookups: Mapping[str, Any]) -> set[str]:
    return {"all"} if lookups else set()


def _counting(
    narrowed: TicketQuerySet, tickets: TicketQuerySet, *, user: User, left_out: Collection[str]
) -> QuerySet[Any, Any]:
    """Return a row for each ticket of a tab, with its name, as far as each is counted."""
    parts = [
        part.order_by().values_list(Value(name))[: counting.MOST]
        for name, tab in TABS.items()
        if name not in left_out
        for part in _parts(narrowed.filter(tab.rule(user, NOW)), name)
    ]
    confirmations = Confirmation.objects.visible_to(user).order_by()
    calls = Callback.objects.of_visible_tickets(tickets).to_make().order_by()
    return parts[0].union(
        *parts[1:],
        confirmations.values_list(Value(UNCONFIRMED))[: counting.MOST],
        calls.values_list(Value(CALLBACKS))[: counting.MOST],
        all=True,
    )


def _in_words(rows: Iterable[tuple[str]], left_out: Collection[str]) -> dict[str, str]:
    found = Counter(name for (name,) in rows)
    names = [name for name in TABS if name not in left_out]
    return {name: counting.in_words(found[name]) for name in (*names, UNCONFIRMED, CALLBACKS)}


def bar(
    counts: Mapping[str, str], *, works: bool, current: str, address: Callable[[str], str]
) -> Iterator[dict[str, Any]]:
    """Yield the tabs, and beside them the pages of what is no ticket yet, or a call.

    `address` says where a tab of tickets is; only who works on tickets files what waits.
    """
    for name, tab in TABS.items():
        if name == "waiting":
            yield from _beside(counts, works=works, current=current)
        yield {
            "label": tab.label,
            "current": name == current,
            "url": address(name),
            "count": counts.get(name),
        }


def around(user: User, *, brands: Iterable[Brand], current: str) -> list[dict[str, Any]]:
    """Return the same tabs for a page that stands beside the queue; `brands` the user serves."""
    queue = reverse("admin:tickets_ticket_changelist")
    counts = count(user, brands=[brand.pk for brand in brands], now=clock.now())
    works = user.has_perm("tickets.work_ticket")
    return [*bar(counts, works=works, current=current, address=lambda name: f"{queue}?tab={name}")]


def _beside(counts: Mapping[str, str], *, works: bool, current: str) -> Iterator[dict[str, Any]]:
    pages = [(_("Callbacks"), CALLBACKS)] + ([(_("Unconfirmed"), UNCONFIRMED)] if works else [])
    for label, name in pages:
        url = reverse(f"admin:tickets_{name}")
        yield {"label": label, "current": name == current, "url": url, "count": counts.get(name)}


def _parts(found: TicketQuerySet, name: str) -> list[TicketQuerySet]:
    """Return ranges of an index, of which none is read further than its number."""
    if name != "breached":
        return [found]
    return [found.filter(queue_rank=rank) for rank in (FIRST, NORMAL)]
