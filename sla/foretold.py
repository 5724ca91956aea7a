"""What would become of a ticket's promises if it were about something else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import engine, history, moves, policies
from sla.consequences import PROPOSED, clocks_of
from sla.moves import Move
from sla.words import ON_DESK, moment
from tickets.models import Ticket

WORDS = {
    moves.EARLIER: gettext_lazy("“%(what)s” will be due earlier%(by)s"),
    moves.LATER: gettext_lazy("“%(what)s” will be due later%(by)s"),
    moves.BREACHED: gettext_lazy("“%(what)s” will be broken at once"),
    moves.GAINED: gettext_lazy("“%(what)s” will be promised%(by)s"),
    moves.LOST: gettext_lazy("“%(what)s” will not be promised any more"),
}


def foretold(ticket: Ticket, *, attributes: Mapping[str, Any], at: datetime) -> list[str]:
    """Say in a sentence each which promises other attributes would move at `at` (UTC).

    It is the fold that the change itself does, so what is said and what happens cannot differ.
    """
    log = history.logs([ticket.pk])[ticket.pk]
    clocks = clocks_of(log, book=policies.book(), as_of=at)
    if clocks is None:
        return []
    before = clocks.states()
    data = {"set": dict(attributes), "by": "agent"}
    clocks.apply(engine.Event(id=PROPOSED, at=at, type="attributes", data=data))
    clocks.settle(at)
    return [_said(move) for move in moves.moves(before, clocks.states())]


def _said(move: Move) -> str:
    by = _(": by %(time)s") % {"time": moment(move.due_at)} if move.due_at else ""
    return str(WORDS[move.kind] % {"what": ON_DESK[move.metric], "by": by})
