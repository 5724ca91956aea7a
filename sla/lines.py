"""A promise as a line of a managers' list: what is shown of it, and what of a restricted ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sla.models import Verdict
from sla.scope import Scope
from tickets.models import Ticket
from tickets.queue import FIRST

# Columns of what is listed, and of what it is joined to; the scope knows the names of all else.
OF_TICKET = (
    *("prefix", "subject", "restricted", "queue_rank", "updated_at", "brand_id"),
    *("request_type_id", "subcategory_id", "team_id"),
    *("organization__name", "assignee__name", "assignee__email"),
)
OF_CLOCK = (
    *("metric", "cycle", "level_id", "calendar_version_id", "target_seconds"),
    *("due_at", "stopped_at", "stop_kind", "breached_at"),
    *(f"ticket__{name}" for name in OF_TICKET),
)
OF_VERDICT = (
    *("metric", "level_id", "brand_id", "request_type_id", "subcategory_id", "team_id"),
    *("organization__name", "assignee__name", "assignee__email"),
    *("decided_at", "ended_at", "target_seconds", "took_seconds"),
    *("ticket__prefix", "ticket__subject", "ticket__restricted", "ticket__queue_rank"),
    *("ticket__updated_at", "breach_id"),
)


@dataclass(frozen=True)
class Line:
    """One promise; of a restricted ticket only what is no secret: number, brand, level, times.

    `badge` is a state of the SLA badge and `words` what it says; `over` is by how much it is or
    was late, `left` how much time there still is, `took` what was used of it; `state` is how one
    that came out did, if it ended. `breach` is the key of one that can be acknowledged.
    """

    number: str
    level: int
    metric: str
    brand: str
    badge: str
    words: str
    due: datetime | None
    state: str = ""
    ended: datetime | None = None
    over: timedelta | None = None
    left: timedelta | None = None
    took: timedelta | None = None
    subject: str = ""
    ticket: int | None = None
    breach: int | None = None
    request_type: str = ""
    subcategory: str = ""
    organization: str = ""
    agent: str = ""
    team: str = ""
    not_called: bool = False
    touched: datetime | None = None
    reason: str = ""
    action: str = ""

    @property
    def url(self) -> str:
        return reverse("admin:tickets_ticket_change", args=[self.ticket]) if self.ticket else ""

    @property
    def why_url(self) -> str:
        return reverse("why", args=[self.ticket]) if self.ticket else ""


def drawn(row: Any, *, about: Ticket | Verdict, scope: Scope, **shown: Any) -> Line:
    """Draw the line of a clock or a verdict; `shown` is what anybody may know of it.

    `about` says what it is about and whose: of a verdict as it was when the promise ended.
    """
    ticket = row.ticket
    line = {
        "number": ticket.number,
        "level": row.level_id,
        "metric": row.get_metric_display(),
        "brand": scope.brands[about.brand_id],
        **shown,
    }
    if ticket.restricted and not scope.sees_restricted:
        return Line(**line, subject=_("Restricted"))
    return Line(
        **line,
        subject=ticket.subject,
        ticket=ticket.pk,
        request_type=scope.request_types.get(about.request_type_id, ""),
        subcategory=scope.subcategories.get(about.subcategory_id, ""),
        organization=_name(about.organization),
        agent=_name(about.assignee),
        team=scope.teams.get(about.team_id, ""),
        not_called=ticket.queue_rank == FIRST,
        touched=ticket.updated_at,
        **(_acknowledged(row, scope=scope) if isinstance(row, Verdict) else {}),
    )


def _acknowledged(row: Any, *, scope: Scope) -> dict[str, Any]:
    """Return what is said of a breach; the list has read it beside its verdict."""
    return {
        "breach": row.breach_id,
        "reason": scope.reasons.get(row.reason, ""),
        "action": scope.actions.get(row.action, ""),
    }


def _name(row: object | None) -> str:
    return "" if row is None else str(row)
