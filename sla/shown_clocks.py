"""The promises of tickets as pages show them, looked up once for a page that shows one ticket."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef

from sla.models import Breach, Clock
from tickets.models import Ticket
from tickets.panels import looked_up
from tickets.written import Rows, stand_ins


def clocks_of(tickets: Sequence[Ticket]) -> list[Any]:
    """Return the clocks of these tickets; each names its rules, and says if it was broken."""
    if len(tickets) == 1:
        return looked_up(tickets[0], "sla.clocks", lambda: _clocks(tickets))
    return _clocks(tickets)


def has_breaches(ticket: Ticket) -> bool:
    """Whether a promise was ever broken on it, be it proved wrong later."""
    return any(clock.was_broken for clock in clocks_of([ticket]))


def _clocks(tickets: Sequence[Ticket]) -> list[Clock]:
    asked, stands_for = stand_ins({"ticket__in": [ticket.pk for ticket in tickets]})
    return _written(asked).asked(stands_for)


# For each number of tickets that a page may show.
@lru_cache(maxsize=100)
def _written(lookups: tuple[tuple[str, Any], ...]) -> Rows:
    broken = Exists(Breach.objects.filter(clock=OuterRef("pk")))
    named = {
        "policy_name": F("policy_version__policy__name"),
        "hours_name": F("calendar_version__calendar__name"),
    }
    found = Clock.objects.filter(**dict(lookups)).annotate(was_broken=broken, **named)
    return Rows.of(found.order_by("ticket", "metric", "cycle"))
