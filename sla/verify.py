"""The replay check: stored promises held against the fold of the log, many tickets at a time.

Rows are read without a lock, so that nobody waits. What seems to differ is read once more under
the locks of its tickets, since a verb may have come in between; only then is it a difference.
Nothing is mended here: see `sla.repair`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from sla import history, policies
from sla.comparison import UNREADABLE, Found, Kept, differences
from sla.models import Breach, Clock, Difference, Verification
from tickets import clock
from tickets.models import Event, Ticket

BATCH = 200

Which = tuple[int, str, int, str]


@dataclass(frozen=True)
class Step:
    """What came of one batch: how many tickets there were, and those that differ."""

    checked: int
    differing: Sequence[tuple[Ticket, Sequence[Found]]]


def begin(scope: str, *, part: int = 0) -> Verification:
    return Verification.objects.create(scope=scope, part=part, started_at=clock.now())


def finish(verification: Verification) -> None:
    verification.finished_at = clock.now()
    verification.save(update_fields=["finished_at"])


def check_all() -> Verification:
    """Check every ticket there is, one batch after the other."""
    verification = begin(Verification.Scope.ALL)
    for keys in batches(Ticket.objects.all()):
        check(verification, keys)
    finish(verification)
    return verification


def batches(tickets: QuerySet[Ticket], *, after: int = 0) -> Iterator[list[int]]:
    """Yield the keys of these tickets behind `after` in order, a few at a time."""
    while keys := list(
        tickets.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield keys
        after = keys[-1]


def check(verification: Verification, keys: Sequence[int]) -> Step | None:
    """Check these tickets, in a constant number of queries, and note what came of it.

    None: somebody else works on this verification and has come further.
    """
    suspected = _suspected(keys)
    with transaction.atomic():
        differing = [(kept.ticket, found) for kept, found in locked(suspected) if found]
        moved = Verification.objects.filter(pk=verification.pk, after=verification.after).update(
            after=keys[-1],
            checked=F("checked") + len(keys),
            differing=F("differing") + len(differing),
        )
        if not moved:
            return None
        _note(verification, suspected, differing)
    verification.after = keys[-1]
    verification.checked += len(keys)
    verification.differing += len(differing)
    return Step(len(keys), differing)


def _suspected(keys: Sequence[int]) -> list[int]:
    """Return the tickets that seem to differ, and those that did when they were last checked."""
    seem = {kept.ticket.pk for kept, found in _look(Ticket.objects.filter(pk__in=keys)) if found}
    noted = Difference.objects.standing().filter(ticket__in=keys)
    return sorted(seem | set(noted.values_list("ticket_id", flat=True)))


def locked(keys: Sequence[int]) -> list[tuple[Kept, list[Found]]]:
    """Lock these tickets and say of each what is stored and what differs, as of then."""
    if not keys:
        return []
    rows = Ticket.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
    return _look(rows)


def _look(tickets: QuerySet[Ticket]) -> list[tuple[Kept, list[Found]]]:
    """Read what is stored and what happened, then the time, and compare."""
    rows = list(tickets)
    stored = _stored(rows)
    logs = history.logs(ticket.pk for ticket in rows)
    book, as_of = policies.book(), clock.now()
    return [
        (kept, _found(kept, logs.get(kept.ticket.pk, ()), book=book, as_of=as_of))
        for kept in stored
    ]


def _found(
    kept: Kept, log: Sequence[Event], *, book: policies.Book, as_of: datetime
) -> list[Found]:
    try:
        states = history.states(log, book=book, as_of=as_of)
    except Exception as error:  # whatever one log holds must not keep the others from being checked
        return [Found(UNREADABLE, stored=f"{type(error).__name__}: {error}")]
    return differences(kept, states, log=log, as_of=as_of)


def _stored(tickets: Iterable[Ticket]) -> list[Kept]:
    tickets = list(tickets)
    clocks: dict[int, list[Clock]] = defaultdict(list)
    by_key = {ticket.pk: ticket for ticket in tickets}
    for each in Clock.objects.filter(ticket__in=tickets).select_related("verdict"):
        each.ticket = by_key[each.ticket_id]
        clocks[each.ticket_id].append(each)
    standing: dict[int, list[datetime]] = {}
    keys: dict[int, int] = {}
    retracted = set()
    for breach in Breach.objects.filter(clock__ticket__in=tickets):
        if breach.retracted_at is None:
            standing.setdefault(breach.clock_id, []).append(breach.breached_at)
            keys[breach.clock_id] = breach.pk
        else:
            retracted.add(breach.clock_id)
    return [Kept(ticket, clocks[ticket.pk], standing, retracted, keys) for ticket in tickets]


def _note(
    verification: Verification,
    keys: Sequence[int],
    differing: Sequence[tuple[Ticket, Sequence[Found]]],
) -> None:
    """Write what is new on these locked tickets, and settle what was noted before and is gone."""
    now = clock.now()
    found = {
        (ticket.pk, each.metric, each.cycle, each.what): Difference(
            verification=verification, ticket=ticket, found_at=now, **asdict(each)
        )
        for ticket, differences_of_it in differing
        for each in differences_of_it
    }
    known = {_which(row): row for row in Difference.objects.standing().filter(ticket__in=keys)}
    gone = [row.pk for which, row in known.items() if which not in found]
    if gone:
        Difference.objects.filter(pk__in=gone).update(settled_at=now)
    Difference.objects.bulk_create([row for which, row in found.items() if which not in known])


def _which(row: Difference) -> Which:
    return row.ticket_id, row.metric, row.cycle, row.what
