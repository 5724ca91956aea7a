"""Broken promises for tests of what is done about them."""

from __future__ import annotations

from sla.models import Action, Breach, Reason
from sla.sweep import sweep

TOO_FEW, NOT_SEEN = "Too few people for what came in", "Not seen in time"
TALKED, HANDED = "Talked to the customer", "Handed to somebody else"


def reason(name=TOO_FEW):
    """A reason that is shipped, made again after a test that empties every table."""
    return Reason.objects.get_or_create(name=name)[0]


def action(name=TALKED):
    return Action.objects.get_or_create(name=name)[0]


def break_first_responses(time, *tickets):
    """Let the first response of level 1 tickets be missed; return their breaches in order."""
    time.advance(hours=2)
    sweep(time.at)
    breaches = {
        breach.clock.ticket_id: breach
        for breach in Breach.objects.filter(clock__metric="first_response").select_related("clock")
    }
    return [breaches[ticket.pk] for ticket in tickets]
