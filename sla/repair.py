"""Mending: where stored promises differ from the log, what the log says is stored.

Only somebody who asks for it mends. A breach is never deleted: one that the log does not know is
retracted with a reason, and stays on record with its clock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from sla import clocks, history, policies, verdicts, verify
from sla.comparison import BREACH, SUPERFLUOUS, UNREADABLE, Found, Kept, verdicts_of
from sla.engine import ClockState
from sla.models import Breach, Clock, Verdict
from tickets import clock, queue
from tickets.models import Event, Ticket

logger = logging.getLogger(__name__)


class CannotMend(Exception):
    """A ticket whose log cannot be folded, or that differs after all; the text says how."""


@transaction.atomic
def mend(ticket: Ticket) -> list[Found]:
    """Store what this ticket's log says, under its lock, and return what was mended.

    Raises `CannotMend`, and then changes nothing.
    """
    [(kept, found)] = verify.locked([ticket.pk])
    if not found:
        return []
    if found[0].what == UNREADABLE:
        raise CannotMend(_("its log cannot be folded (%(error)s)") % {"error": found[0].stored})
    now = clock.now()
    _end_superfluous(kept, found, at=now)
    _store(kept.ticket, at=now)
    _mend_breaches(kept.ticket, at=now)
    _mend_verdicts(kept.ticket, at=now)
    [(_kept, left)] = verify.locked([ticket.pk])
    if left:
        raise CannotMend(_("it still differs: %(what)s") % {"what": _named(left)})
    logger.warning("The stored promises of %s were mended: %s", ticket.number, _named(found))
    return found


def _end_superfluous(kept: Kept, found: Sequence[Found], *, at: datetime) -> None:
    """Delete clocks that the log does not know; one with a breach on record ends void instead."""
    unknown = {(each.metric, each.cycle) for each in found if each.what == SUPERFLUOUS}
    for stored in kept.clocks:
        if (stored.metric, stored.cycle) not in unknown:
            continue
        Verdict.objects.filter(clock=stored).delete()
        if not Breach.objects.filter(clock=stored).exists():
            Clock.objects.filter(pk=stored.pk).delete()
            continue
        _retract(stored, at=at)
        Clock.objects.filter(pk=stored.pk).update(
            stopped_at=max(at, stored.started_at),
            stop_kind=Clock.StopKind.VOID,
            due_at=None,
            warn_at=None,
            paused_since=None,
            breached_at=None,
        )


def _store(ticket: Ticket, *, at: datetime) -> None:
    """Write what the log says of the clocks and of the ticket's place in the queue."""
    _log, states = _folded(ticket, at=at)
    Clock.objects.bulk_create(
        [clocks.row(ticket, state) for state in states],
        update_conflicts=True,
        update_fields=clocks.KEPT,
        unique_fields=["ticket", "metric", "cycle"],
    )
    ticket.next_due_at, ticket.queue_rank = clocks.next_due(states), queue.rank(ticket)
    ticket.save(update_fields=["next_due_at", "queue_rank"])


def _folded(ticket: Ticket, *, at: datetime) -> tuple[list[Event], Sequence[ClockState]]:
    log = history.logs([ticket.pk]).get(ticket.pk, [])
    return log, history.states(log, book=policies.book(), as_of=at)


def _mend_breaches(ticket: Ticket, *, at: datetime) -> None:
    """Let every clock have the one breach that it says it ended in, and no other."""
    [(kept, found)] = verify.locked([ticket.pk])
    wrong = {(each.metric, each.cycle) for each in found if each.what == BREACH}
    missing = []
    for stored in kept.clocks:
        if (stored.metric, stored.cycle) in wrong:
            _retract(stored, at=at)
            if stored.breached_at:
                missing.append(Breach(clock=stored, breached_at=stored.breached_at, detected_at=at))
    clocks.record(missing, at=at)


def _mend_verdicts(ticket: Ticket, *, at: datetime) -> None:
    """Let the verdicts say what the clocks and breaches do by now."""
    [(kept, _found)] = verify.locked([ticket.pk])
    log, states = _folded(ticket, at=at)
    verdicts.store(verdicts_of(kept, states, log=log), before=kept.verdicts)


def _retract(stored: Clock, *, at: datetime) -> None:
    Breach.objects.standing().filter(clock=stored).update(
        retracted_at=at,
        retraction_reason=_("The ticket's log does not say so."),
        next_step_at=None,
    )


def _named(found: Sequence[Found]) -> str:
    return ", ".join(" ".join(filter(None, (each.metric, each.what))) for each in found)
