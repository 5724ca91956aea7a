"""Rows of the desk's lists of tickets: what is read of each, and what is said of it.

A list is read over and over, so that a row costs little is worth more here than anywhere: only
what is shown is read, times are written once, and nothing is looked up row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tickets import panels
from tickets.models import Attachment, Message, Ticket
from tickets.querysets import TicketQuerySet
from tickets.queue import FIRST
from tickets.states import Outcome, Status

LAST_LINE = 100
SHAPES = {"soon": "▲", "now": "▲▲", "late": "✕", "paused": "‖"}
SHOWN = (
    *("id", "prefix", "subject", "level_id", "status", "outcome", "restricted", "team_id"),
    *("queue_rank", "next_due_at", "snoozed_until", "created_at", "brand_id", "assignee_id"),
)


class Shown:
    """What a template asks for by name: it tries that first, and a row has two dozen names."""

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)


@dataclass(frozen=True)
class Due(Shown):
    """What is promised next, as its badge says it: shape, words and the exact time."""

    what: str
    state: str
    shape: str
    words: str
    exact: str


@dataclass(frozen=True)
class Line(Shown):
    """A ticket as a list shows it; `key` is its key in letters, as its box on a form has it."""

    pk: int
    key: str
    url: str
    number: str
    subject: str
    last: str
    requester: str
    organization: str
    level: str
    not_called: bool
    status: str
    agent: str
    team: str
    files: str
    restricted: bool
    snoozed: str
    due: Due | None


def shown_to(user: User, *, brands: Collection[int]) -> TicketQuerySet:
    """Return a desk's tickets with everything that a row says of them, in one query.

    Of what this agent filed as a customer no note is told, here as anywhere.
    """
    return (
        Ticket.objects.on_desk_of(user, brands=brands)
        .only(*SHOWN)
        .annotate(
            requester_called=_called("requester"),
            organization_called=F("organization__name"),
            agent_called=_called("assignee"),
            **_said_to(user.pk),
        )
    )


@lru_cache(maxsize=1000)
def _said_to(agent: int) -> dict[str, Subquery]:
    """Return what is told of messages; kept, since to make it takes longer than to ask for it."""
    said = Message.objects.filter(ticket=OuterRef("pk")).filter(
        Q(kind=Message.Kind.PUBLIC) | ~Q(ticket__requester=agent)
    )
    last = said.order_by("-created_at", "-id").annotate(line=Left("body", 3 * LAST_LINE))
    return {"last_line": Subquery(last.values("line")[:1]), "files": Subquery(_files(agent))}


def lines(
    tickets: Sequence[Any],
    *,
    now: datetime,
    teams: Mapping[int, str],
    kept: str = "",
) -> list[Line]:
    """Draw them; `kept` is the address of the list, which each ticket's page leads back to."""
    promised = panels.next_promises(tickets, now=now)
    statuses = {status.value: str(status.label) for status in Status}
    year = timezone.localtime(now).year
    outcomes = {outcome.value: str(outcome.label) for outcome in Outcome}
    base = reverse("admin:tickets_ticket_changelist")
    return [
        Line(
            pk=ticket.pk,
            key=str(ticket.pk),
            url=f"{base}{ticket.pk}/change/{kept}",
            number=ticket.number,
            subject=ticket.subject,
            last=_one_line(ticket),
            requester=ticket.requester_called,
            organization=ticket.organization_called or "",
            level=str(ticket.level_id),
            not_called=ticket.queue_rank == FIRST and ticket.is_working,
            status=outcomes[ticket.outcome] if ticket.outcome else statuses[ticket.status],
            agent=ticket.agent_called or "",
            team=teams.get(ticket.team_id or 0, ""),
            files=str(ticket.files or ""),
            restricted=ticket.restricted,
            snoozed=exact(ticket.snoozed_until, year=year) if ticket.snoozed_until else "",
            due=_due(promised.get(ticket.pk), year=year),
        )
        for ticket in tickets
    ]


def exact(at: datetime, *, year: int, zone: tzinfo | None = None) -> str:
    """Write a time as the desk does all, at little cost: "Sat 28 Nov, 2:21 pm EST".

    On the reader's clock, or that of another zone; its year where it is not this one.
    """
    local = timezone.localtime(at, zone)
    day = local.strftime("%a %-d %b" if local.year == year else "%a %-d %b %Y")
    half = "am" if local.hour < 12 else "pm"
    return f"{day}, {local.hour % 12 or 12}:{local:%M} {half} {local:%Z}"


def _called(role: str) -> Coalesce:
    """Return how somebody is called, read beside the ticket: to make people takes longer."""
    name = NullIf(f"{role}__name", Value(""))
    return Coalesce(name, f"{role}__email", output_field=TextField())


def _files(agent: int) -> QuerySet:
    files = Attachment.objects.filter(message__ticket=OuterRef("pk")).filter(
        Q(message__kind=Message.Kind.PUBLIC) | ~Q(message__ticket__requester=agent)
    )
    counted = files.order_by().annotate(of_ticket=F("message__ticket")).values("of_ticket")
    return counted.annotate(many=Count("pk")).values("many")


def _one_line(ticket: Any) -> str:
    """Say how the last message begins; a restricted one's is read where its reader is noted."""
    if ticket.restricted:
        return ""
    text = " ".join((ticket.last_line or "").split())
    return text if len(text) <= LAST_LINE else f"{text[:LAST_LINE].rstrip()}…"


def _due(stands: Any, *, year: int) -> Due | None:
    if stands is None:
        return None
    return Due(
        what=str(stands.what),
        state=stands.state,
        shape=SHAPES.get(stands.state, "○"),
        words=stands.words,
        exact=exact(stands.due, year=year) if stands.due else "",
    )
