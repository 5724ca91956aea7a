"""A ticket and the lists that stand beside it on the agents' page, gathered in one statement.

Each list is a sub-query, told as JSON: a dozen lists of a few rows each would else be a dozen
queries.
"""

from __future__ import annotations

import json
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

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
from tickets.written import TICKET, Sight, Statement

PERSON = ("id", "name", "email")
CALL = ("id", "number", "extension", "call_after", "call_before", "time_zone", "reason")
ALIKE = ("id", "prefix", "subject", "status")


# What is shown of the rows that a ticket points to; all else of them is asked for when it is used.
POINTED_AT = {
    "brand": ("id", "name"),
    "request_type": ("id", "name"),
    "subcategory": ("id", "name"),
    "level": ("number", "meaning"),
    "requester": (*PERSON, "phone"),
    "organization": ("id", "name"),
    "assignee": PERSON,
    "team": ("id", "name"),
}
COLUMNS = tuple(field.attname for field in Ticket._meta.concrete_fields)


def gathered(user: User, pk: int) -> tuple[Ticket, dict[str, Any]] | None:
    """Return a ticket of this user's desk, and each list by its name, as rows of plain values.

    None where there is no such ticket, or it is out of sight.
    """
    names, statement = _written(Sight.of(user))
    found = statement.rows(user, {TICKET: pk}) if pk <= BigIntegerField.MAX_BIGINT else []
    if not found:
        return None
    [values] = found
    ticket = Ticket.from_db(DEFAULT_DB_ALIAS, COLUMNS, values[: len(COLUMNS)])
    lists = zip(names, values[len(COLUMNS) :], strict=True)
    rows = {name: _rows_of(value) for name, value in lists}
    for name in POINTED_AT:
        for row in rows.pop(f"{name}_rows"):
            setattr(ticket, name, _loaded(_model(name), row))
    return ticket, rows


@cache
def _written(sight: Sight) -> tuple[tuple[str, ...], Statement]:
    agent = sight.stand_in()
    lists = _lists(agent)
    found = Ticket.objects.on_desk_of(agent).filter(pk=TICKET).order_by()
    return (*lists,), Statement.of(found.annotate(**lists).values_list(*COLUMNS, *lists))


def _loaded(model: Any, row: dict[str, Any]) -> Any:
    """Return an instance as one that was read with `only()`; Django wants the fields in order."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in row]
    return model.from_db(DEFAULT_DB_ALIAS, names, [row[name] for name in names])


def _model(name: str) -> Any:
    return Ticket._meta.get_field(name).related_model


def _rows_of(value: Any) -> Any:
    return [json.loads(row) for row in value] if isinstance(value, list) else value


def _lists(user: User) -> dict[str, Any]:
    of_it = {"ticket": OuterRef("pk")}
    ticket = SimpleNamespace(brand_id=OuterRef("brand"))
    return {
        **{
            f"{name}_rows": _rows(_model(name).objects.filter(pk=OuterRef(name)), *columns)
            for name, columns in POINTED_AT.items()
        },
        "answers_rows": _rows(Answer.objects.filter(**of_it), "key", "label", "value", "display"),
        "calls_rows": _rows(Callback.objects.waiting().filter(**of_it), *CALL),
        "watchers_rows": _people(Watcher.objects.filter(**of_it).order_by("id"), "id"),
        "looking_on_rows": _rows(looking_on.who(OuterRef(OuterRef("pk"))), *PERSON),
        "proposals_rows": _rows(Proposal.objects.filter(**of_it), "id", "email", "expires_at"),
        "agents_rows": _rows(_agents(), *PERSON),
        "teams_rows": _rows(Team.objects.filter(brands=OuterRef("brand")), "id", "name"),
        "tags_rows": _rows(Tag.objects.all(), "id", "name"),
        "marked_rows": _rows(Tag.objects.filter(tickets=OuterRef("pk")), "id"),
        "macros_rows": _rows(Macro.objects.offered_to(user, ticket), "id", "name"),
        "settings_rows": _rows(
            DeskSettings.objects.filter(user=user), "after_sending", "shortcuts"
        ),
        "unsent_rows": _rows(
            TurnDraft.objects.filter(**of_it, user=user), "id", "data", "updated_at"
        ),
        "present_rows": _people(Presence.objects.filter(**of_it), "opened_at", "seen_at"),
        "requested_rows": _rows(_requested(user), "status"),
        **{
            f"of_{of}_rows": _rows(similar.newest_open(user, of=of), *ALIKE)
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
    """Whoever works on tickets of its brand, and who has this one even if they do not any more."""
    work = Permission.objects.filter(codename="work_ticket", content_type__app_label="tickets")
    groups = User.groups.through.objects.filter(group__permissions__in=work).values("user")
    own = User.user_permissions.through.objects.filter(permission__in=work).values("user")
    serving = Team.objects.filter(brands=OuterRef(OuterRef("brand")))
    serves = ~Exists(serving) | Exists(serving.filter(memberships__user=OuterRef("pk")))
    works = Q(serves) & (Q(pk__in=groups) | Q(pk__in=own)) | Q(is_superuser=True)
    has_it = Q(pk=OuterRef("assignee"))
    return User.objects.filter(Q(works, is_staff=True, is_active=True) | has_it).order_by(
        "name", "id"
    )


def _requested(user: User) -> QuerySet[Ticket]:
    theirs = Ticket.objects.on_desk_of(user).filter(requester=OuterRef("requester"), outcome="")
    return theirs[: counting.MOST]
