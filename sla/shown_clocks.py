"""The promises of tickets as pages show them, looked up once for a page that shows one ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef

from sla.models import Breach, Clock
from tickets.models import Ticket
from tickets.panels import looked_up


def clocks_of(tickets: Sequence[Ticket]) -> list[Any]:
    """Return the clocks of these tickets; each names its rules, and says if it was broken."""
    if len(tickets) == 1:
        return looked_up(tickets[0], "sla.clocks", lambda: _clocks(tickets))
    return _clocks(tickets)


def has_breaches(ticket: Ticket) -> bool:
    """Whether a promise was ever broken on it, be it proved wrong later."""
    return any(clock.was_broken for clock in clocks_of([ticket]))


def _clocks(tickets: Sequence[Ticket]) -> list[Clock]:
    broken = Exists(Breach.objects.filter(clock=OuterRef("pk")))
    found = Clock.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
    named = {
        "policy_name": F("policy_version__policy__name"),
        "hours_name": F("calendar_version__calendar__name"),
    }
    return list(found.annotate(was_broken=broken, **named).order_by("ticket", "metric", "cycle"))
