"""The verdicts: how each promise came out, kept beside its clock, so that it can be counted.

Pages, files and mails about what was met and broken read these rows alone. They change in the
transaction of whatever changed the clock, its breach or what its ticket is about, under the
ticket's lock; the sweep writes those of what it finds broken by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from sla.models import Breach, Clock, Verdict
from tickets.models import Event, Ticket
from tickets.querysets import HIDDEN

KEPT = (
    "breach_id",
    "level_id",
    "brand_id",
    "request_type_id",
    "subcategory_id",
    "product",
    "organization_id",
    "team_id",
    "assignee_id",
    "restricted",
    "decided_at",
    "ended_at",
    "target_seconds",
    "took_seconds",
)


def stored(clock: Clock) -> Verdict | None:
    """Return the verdict of a clock that was read with it."""
    return getattr(clock, "verdict", None)


def verdict(
    clock: Clock, *, took: int | None, breach: int | None, log: Sequence[Event]
) -> Verdict | None:
    """Return what is to be stored of how a clock came out, unsaved; None: it has not, or is void.

    `breach` is the key of its breach that stands, `took` the seconds that it ran until it ended,
    and `log` the events of its ticket. Teams are in no log: see `store`.
    """
    ticket = clock.ticket
    decided_at = clock.breached_at if breach else clock.stopped_at
    if decided_at is None or ticket.outcome in HIDDEN:
        return None
    if not breach and (clock.breached_at or clock.stop_kind != Clock.StopKind.MET):
        return None
    return Verdict(
        clock_id=clock.pk,  # the object would take it for its stored one
        ticket=ticket,
        breach_id=breach,
        metric=clock.metric,
        level_id=clock.level_id,
        brand_id=ticket.brand_id,
        request_type_id=ticket.request_type_id,
        subcategory_id=ticket.subcategory_id,
        product=ticket.product,
        organization_id=ticket.organization_id,
        team_id=ticket.team_id,
        assignee_id=_assignee(ticket, log, at=clock.stopped_at),
        restricted=ticket.restricted,
        decided_at=decided_at,
        ended_at=clock.stopped_at,
        target_seconds=clock.target_seconds,
        took_seconds=took if clock.stopped_at else None,
    )


def store(wanted: Iterable[Verdict], *, before: Iterable[Verdict]) -> None:
    """Write the verdicts that differ from those before on the same tickets, and drop the others."""
    known = {each.pk: each for each in before}
    kept = {each.pk: each for each in settled(wanted, known=known)}
    changed = [each for pk, each in kept.items() if not same(each, known.get(pk))]
    gone = known.keys() - kept.keys()
    if gone:
        Verdict.objects.filter(pk__in=gone).delete()
    if changed:
        Verdict.objects.bulk_create(
            changed, update_conflicts=True, update_fields=KEPT, unique_fields=["clock"]
        )


def settled(wanted: Iterable[Verdict], *, known: Mapping[int, Verdict]) -> list[Verdict]:
    """Let ended ones keep their team, and name nobody whose account is gone."""
    found = list(wanted)
    for each in found:
        was = known.get(each.pk)
        if was and was.ended_at and was.ended_at == each.ended_at:
            each.team_id = was.team_id
    there = {each.ticket.assignee_id for each in found}
    there |= {each.assignee_id for each in known.values()}
    if unknown := {each.assignee_id for each in found} - there - {None}:
        there |= set(User.objects.filter(pk__in=unknown).values_list("pk", flat=True))
    for each in found:
        each.assignee_id = each.assignee_id if each.assignee_id in there else None
    return found


def same(one: Verdict, other: Verdict | None) -> bool:
    return other is not None and all(getattr(one, name) == getattr(other, name) for name in KEPT)


def standing_breaches(
    clocks: Sequence[Clock], *, new: Iterable[Breach], known: Mapping[int, Verdict]
) -> Mapping[int, int]:
    """Return the keys of the breaches that stand, by their broken clocks.

    What is new and what a stored verdict says needs no query; spam that is taken back does.
    """
    keys = {pk: each.breach_id for pk, each in known.items() if each.breach_id}
    keys |= {each.clock_id: each.pk for each in new}
    unknown = {clock.pk for clock in clocks if clock.breached_at} - keys.keys()
    if unknown:
        found = Breach.objects.standing().filter(clock__in=unknown)
        keys |= dict(found.values_list("clock_id", "pk"))
    return {clock.pk: keys[clock.pk] for clock in clocks if clock.breached_at and clock.pk in keys}


def hand_over(event: Event) -> None:
    """Let promises that are still broken, or ended no sooner, be those of who was given them."""
    later = Q(ended_at=None) | Q(ended_at__gte=event.at)
    whose = "team" if event.type == Event.Type.TEAM_CHANGED else "assignee"
    Verdict.objects.filter(later, ticket=event.ticket_id).update(**{whose: event.data["to"]})


def _assignee(ticket: Ticket, log: Sequence[Event], *, at: datetime | None) -> int | None:
    """Say by the log who had the ticket when a promise ended; while it has not: who has it."""
    changes = sorted(_assignments(log), key=lambda event: (event.at, event.pk))
    if at is None or not changes:
        return ticket.assignee_id
    before = [event.data.get("to") for event in changes if event.at <= at]
    return before[-1] if before else changes[0].data.get("from")


def _assignments(log: Sequence[Event]) -> Iterator[Event]:
    return (event for event in log if event.type == Event.Type.ASSIGNED)
