"""One ticket with all that stands beside it on the agents' page: found in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.http import Http404

from accounts.models import Team, User
from tickets import similar
from tickets.desk.gathered import PERSON, gathered
from tickets.models import (
    Callback,
    DeskSettings,
    Presence,
    Proposal,
    Tag,
    Ticket,
    TurnDraft,
    Watcher,
)
from tickets.states import WORKING


@dataclass(frozen=True)
class Beside:
    """What the page of a ticket shows and offers beside its story, for one agent."""

    answers: list[dict[str, Any]]
    call: Callback | None
    watchers: list[Watcher]
    looking_on: list[User]
    proposals: list[Proposal]
    agents: dict[int, User]
    teams: dict[int, Team]
    tags: dict[int, Tag]
    marked: set[int]
    macros: list[dict[str, Any]]
    settings: DeskSettings
    unsent: TurnDraft | None
    present: list[Presence]
    requested: list[str]
    similar: list[Ticket]

    @property
    def requested_open(self) -> int:
        """How many of the requester's tickets are worked on; counted to `counting.MOST`."""
        return sum(status in WORKING for status in self.requested)


def ticket_or_404(user: User, pk: int) -> tuple[Ticket, Beside]:
    """Return a ticket of the desk; one that is not there and one out of sight are the same."""
    if not user.has_perm("tickets.view_ticket"):
        raise Http404
    seen: Any = gathered(user, pk)
    if seen is None:
        raise Http404
    found, rows = seen
    found.found_for = user.pk
    found.looked_up, found.is_led_to = {}, rows["is_led_to"]
    return found, _beside(found, user, SimpleNamespace(**rows))


def _beside(ticket: Ticket, user: User, rows: Any) -> Beside:
    agents = [User(**row) for row in rows.agents_rows]
    calls = [Callback(**_timed(row, "call_after", "call_before")) for row in rows.calls_rows]
    settings = [DeskSettings(user=user, **row) for row in rows.settings_rows]
    unsent = [TurnDraft(**_timed(row, "updated_at")) for row in rows.unsent_rows]
    return Beside(
        answers=rows.answers_rows,
        call=calls[0] if calls else None,
        watchers=[Watcher(id=row["id"], user=_person(row)) for row in rows.watchers_rows],
        looking_on=[User(**row) for row in rows.looking_on_rows],
        proposals=[Proposal(**_timed(row, "expires_at")) for row in rows.proposals_rows],
        agents={agent.pk: agent for agent in agents},
        teams={row["id"]: Team(**row) for row in rows.teams_rows},
        tags={row["id"]: Tag(**row) for row in rows.tags_rows},
        marked={row["id"] for row in rows.marked_rows},
        macros=rows.macros_rows,
        settings=settings[0] if settings else DeskSettings(user=user),
        unsent=unsent[0] if unsent else None,
        present=[_present(row) for row in rows.present_rows],
        requested=[row["status"] for row in rows.requested_rows],
        similar=[
            Ticket(**row)
            for row in similar.most_alike(
                ticket.subject, rows.of_subcategory_rows, rows.of_organization_rows
            )
        ],
    )


def _person(row: dict[str, Any]) -> User:
    return User(**{name: row[f"user_{name}"] for name in PERSON})


def _present(row: dict[str, Any]) -> Presence:
    times = _timed(row, "opened_at", "seen_at")
    return Presence(user=_person(row), opened_at=times["opened_at"], seen_at=times["seen_at"])


def _timed(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the row with its times as times; JSON has none."""
    return row | {name: datetime.fromisoformat(row[name]) for name in names}
