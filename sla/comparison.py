"""One ticket's stored promises beside what the fold of its log says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from sla import clocks, verdicts
from sla.engine import ClockState
from sla.models import Clock, Verdict
from tickets import queue
from tickets.models import Event, Ticket

MISSING, SUPERFLUOUS, BREACH, VERDICT = "missing", "superfluous", "breach", "verdict"
UNRECORDED, UNREADABLE = "unrecorded", "unreadable"

Key = tuple[str, int]
# Sweeps between a deadline and the moment from which its breach should have been recorded.
SWEEPS = 4


@dataclass(frozen=True)
class Found:
    """Something stored that the log does not say; both sides as JSON holds them.

    `what` is a column, or one of the words above; `metric` is empty for what is the ticket's.
    """

    what: str
    metric: str = ""
    cycle: int = 0
    stored: Any = None
    folded: Any = None


@dataclass(frozen=True)
class Kept:
    """What is stored of a ticket: its row, its clocks, and when their breaches are dated.

    `standing` is by clock, `retracted` has those of which one was withdrawn; both may have others'.
    So may `breaches`, the keys of those that stand. The clocks were read with their verdicts.
    """

    ticket: Ticket
    clocks: Sequence[Clock]
    standing: Mapping[int, Sequence[datetime]]
    retracted: Collection[int]
    breaches: Mapping[int, int] = field(default_factory=dict)

    @property
    def verdicts(self) -> list[Verdict]:
        return [each for each in map(verdicts.stored, self.clocks) if each]


def grace() -> timedelta:
    """Return how long after its deadline a breach may wait for a sweep to record it."""
    return timedelta(seconds=SWEEPS * settings.SWEEP_SECONDS)


def differences(
    kept: Kept, states: Iterable[ClockState], *, log: Sequence[Event], as_of: datetime
) -> list[Found]:
    """Name everything stored that these states, folded from `log` as of `as_of` (UTC), do not say.

    A deadline that passed a moment ago and that no sweep has come to is none.
    """
    states = tuple(states)
    folded = {(state.metric, state.cycle): clocks.row(kept.ticket, state) for state in states}
    stored = {(clock.metric, clock.cycle): clock for clock in kept.clocks}
    found: list[Found] = []
    for which in sorted(folded.keys() | stored.keys()):
        found += _of_clock(which, stored.get(which), folded.get(which), kept=kept, as_of=as_of)
    wrong = {(each.metric, each.cycle) for each in found if each.what != UNRECORDED}
    return [
        *found,
        *_of_verdicts(kept, verdicts_of(kept, states, log=log), clocks=stored.keys() - wrong),
        *_of_ticket(kept.ticket, next_due_at=clocks.next_due(states)),
    ]


def verdicts_of(kept: Kept, states: Iterable[ClockState], *, log: Sequence[Event]) -> list[Verdict]:
    """Return the verdicts that the stored clocks and breaches come to, unsaved."""
    took = {(state.metric, state.cycle): state.took_seconds for state in states}
    wanted = (
        verdicts.verdict(
            clock,
            took=took.get((clock.metric, clock.cycle)),
            breach=kept.breaches.get(clock.pk),
            log=log,
        )
        for clock in kept.clocks
    )
    known = {each.pk: each for each in kept.verdicts}
    return verdicts.settled(filter(None, wanted), known=known)


def is_left_over(clock: Clock, *, kept: Kept) -> bool:
    """Whether a clock that the log does not know is all that remains of a mended one.

    A breach is never deleted, so neither is the clock that it was of: it ends void.
    """
    return (
        clock.stop_kind == Clock.StopKind.VOID
        and clock.breached_at is None
        and clock.pk in kept.retracted
        and clock.pk not in kept.standing
    )


def _of_clock(
    which: Key, stored: Clock | None, folded: Clock | None, *, kept: Kept, as_of: datetime
) -> Iterator[Found]:
    metric, cycle = which
    if folded is None:
        if stored is not None and not is_left_over(stored, kept=kept):
            yield Found(SUPERFLUOUS, metric, cycle, stored=said(stored.due_at))
        return
    if stored is None:
        yield Found(MISSING, metric, cycle, folded=said(folded.due_at))
        return
    for name in clocks.KEPT:
        has, should = getattr(stored, name), getattr(folded, name)
        if name == "breached_at" and _may_be_unrecorded(stored, folded):
            if should + grace() <= as_of:
                yield Found(UNRECORDED, metric, cycle, folded=said(should))
        elif has != should:
            yield Found(name, metric, cycle, stored=said(has), folded=said(should))
    yield from _of_breaches(which, stored, folded, kept=kept)


def _may_be_unrecorded(stored: Clock, folded: Clock) -> bool:
    """Whether all that is missing is what a sweep does; a verb that stopped it did it before."""
    return bool(folded.breached_at and stored.breached_at is None and stored.stopped_at is None)


def _of_breaches(which: Key, stored: Clock, folded: Clock, *, kept: Kept) -> Iterator[Found]:
    metric, cycle = which
    has = sorted(kept.standing.get(stored.pk, ()))
    should = [folded.breached_at] if folded.breached_at else []
    if has != should and not (has == [] and _may_be_unrecorded(stored, folded)):
        yield Found(
            BREACH, metric, cycle, stored=list(map(said, has)), folded=list(map(said, should))
        )


def _of_verdicts(
    kept: Kept, wanted: Iterable[Verdict], *, clocks: Collection[Key]
) -> Iterator[Found]:
    """Compare the verdicts of these clocks: one of a clock that differs says nothing more."""
    should = {each.pk: each for each in wanted}
    for clock in sorted(kept.clocks, key=lambda clock: (clock.metric, clock.cycle)):
        which = clock.metric, clock.cycle
        has, due = verdicts.stored(clock), should.get(clock.pk)
        if which not in clocks or (has is None and due is None):
            continue
        if has is None or due is None:
            yield Found(VERDICT, *which, stored=_decided(has), folded=_decided(due))
            continue
        for name in verdicts.KEPT:
            stored, folded = getattr(has, name), getattr(due, name)
            if stored != folded:
                what = f"{VERDICT}.{name}"
                yield Found(what, *which, stored=said(stored), folded=said(folded))


def _decided(verdict: Verdict | None) -> Any:
    return said(verdict.decided_at) if verdict else None


def _of_ticket(ticket: Ticket, *, next_due_at: datetime) -> Iterator[Found]:
    for name, should in (("next_due_at", next_due_at), ("queue_rank", queue.rank(ticket))):
        has = getattr(ticket, name)
        if has != should:
            yield Found(name, stored=said(has), folded=said(should))


def said(value: Any) -> Any:
    """Return a value as JSON holds it."""
    return value.isoformat() if isinstance(value, datetime) else value
