"""One ticket with all that stands beside it on the agents' page: found in one query.

Each list is a sub-query of the ticket's own, told as JSON and made rows of again: a dozen lists of
a few rows each would else be a dozen queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import Team, User
from tickets import counting, looking_on, similar
from tickets.models import (
    Answer,
    Callback,
    DeskSettings,
    Macro,
    Presence,
    Proposal,
    Tag,
    Ticket,
    TurnDraft,
    Watcher,
)
from tickets.states import WORKING

JOINED = (
    "request_type",
    "subcategory",
    "level",
    "requester",
    "organization",
    "brand",
    "assignee",
    "team",
)
PERSON = ("id", "name", "email")
CALL = ("id", "number", "extension", "call_after", "call_before", "time_zone", "reason")
ALIKE = ("id", "prefix", "subject", "status")


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
    seen = Ticket.objects.visible_to(user).select_related(*JOINED).annotate(**_lists(user))
    found: Any = get_object_or_404(seen, pk=pk)
    found.looked_up = {}
    return found, _beside(found, user)


def _lists(user: User) -> dict[str, Any]:
    of_it = {"ticket": OuterRef("pk")}
    ticket = SimpleNamespace(brand_id=OuterRef("brand"))
    return {
        "answers_json": _rows(Answer.objects.filter(**of_it), "key", "label", "value", "display"),
        "calls_json": _rows(Callback.objects.waiting().filter(**of_it), *CALL),
        "watchers_json": _people(Watcher.objects.filter(**of_it).order_by("id"), "id"),
        "looking_on_json": _rows(looking_on.who(OuterRef("pk")), *PERSON),
        "proposals_json": _rows(Proposal.objects.filter(**of_it), "id", "email", "expires_at"),
        "agents_json": _rows(_agents(), *PERSON),
        "teams_json": _rows(Team.objects.filter(brands=OuterRef("brand")), "id", "name"),
        "tags_json": _rows(Tag.objects.all(), "id", "name"),
        "marked_json": _rows(Tag.objects.filter(tickets=OuterRef("pk")), "id"),
        "macros_json": _rows(Macro.objects.offered_to(user, ticket), "id", "name"),
        "settings_json": _rows(
            DeskSettings.objects.filter(user=user), "after_sending", "shortcuts"
        ),
        "unsent_json": _rows(
            TurnDraft.objects.filter(**of_it, user=user), "id", "data", "updated_at"
        ),
        "present_json": _people(Presence.objects.filter(**of_it), "opened_at", "seen_at"),
        "requested_json": _rows(_requested(user), "status"),
        **{
            f"of_{of}_json": _rows(similar.newest_open(user, of=of), *ALIKE)
            for of in ("subcategory", "organization")
        },
        "is_led_to": Exists(Ticket.objects.filter(follows=OuterRef("pk")))
        | Exists(Ticket.objects.filter(merged_into=OuterRef("pk")))
        | Exists(Ticket.objects.filter(split_from=OuterRef("pk"))),
    }


def _rows(rows: QuerySet, *names: str) -> ArraySubquery:
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names})))


def _people(rows: QuerySet, *names: str) -> ArraySubquery:
    """Rows of which each is somebody's."""
    person = {f"user_{name}": f"user__{name}" for name in PERSON}
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names}, **person)))


def _agents() -> QuerySet[User]:
    """Whoever works on tickets, and who has this one even if they do not any more."""
    work = Permission.objects.filter(codename="work_ticket", content_type__app_label="tickets")
    groups = User.groups.through.objects.filter(group__permissions__in=work).values("user")
    own = User.user_permissions.through.objects.filter(permission__in=work).values("user")
    works = Q(is_superuser=True) | Q(pk__in=groups) | Q(pk__in=own)
    has_it = Q(pk=OuterRef("assignee"))
    return User.objects.filter(Q(works, is_staff=True, is_active=True) | has_it).order_by(
        "name", "id"
    )


def _requested(user: User) -> QuerySet[Ticket]:
    theirs = Ticket.objects.visible_to(user).filter(requester=OuterRef("requester"), outcome="")
    return theirs[: counting.MOST]


def _beside(ticket: Any, user: User) -> Beside:
    agents = [User(**row) for row in ticket.agents_json]
    calls = [Callback(**_timed(row, "call_after", "call_before")) for row in ticket.calls_json]
    settings = [DeskSettings(user=user, **row) for row in ticket.settings_json]
    unsent = [TurnDraft(**_timed(row, "updated_at")) for row in ticket.unsent_json]
    return Beside(
        answers=ticket.answers_json,
        call=calls[0] if calls else None,
        watchers=[Watcher(id=row["id"], user=_person(row)) for row in ticket.watchers_json],
        looking_on=[User(**row) for row in ticket.looking_on_json],
        proposals=[Proposal(**_timed(row, "expires_at")) for row in ticket.proposals_json],
        agents={agent.pk: agent for agent in agents},
        teams={row["id"]: Team(**row) for row in ticket.teams_json},
        tags={row["id"]: Tag(**row) for row in ticket.tags_json},
        marked={row["id"] for row in ticket.marked_json},
        macros=ticket.macros_json,
        settings=settings[0] if settings else DeskSettings(user=user),
        unsent=unsent[0] if unsent else None,
        present=[_present(row) for row in ticket.present_json],
        requested=[row["status"] for row in ticket.requested_json],
        similar=similar.most_alike(
            ticket,
            [Ticket(**row) for row in ticket.of_subcategory_json],
            [Ticket(**row) for row in ticket.of_organization_json],
        ),
    )


def _person(row: dict[str, Any]) -> User:
    return User(**{name: row[f"user_{name}"] for name in PERSON})


def _present(row: dict[str, Any]) -> Presence:
    times = _timed(row, "opened_at", "seen_at")
    return Presence(user=_person(row), opened_at=times["opened_at"], seen_at=times["seen_at"])


def _timed(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the row with its times as times; JSON has none."""
    return row | {name: datetime.fromisoformat(row[name]) for name in names}
