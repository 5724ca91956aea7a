"""What the queue names beside tickets: brands, agents, tags, macros, views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from accounts.models import Organization, Team, User
from tickets.catalog.models import Brand
from tickets.models import DeskSettings, Macro, SavedView, Tag
from tickets.written import Sight, Statement

MOST_ORGANIZATIONS = 100


@dataclass(frozen=True)
class View:
    """A saved view as a tab: one's own, or that of a team."""

    pk: int
    name: str
    query: str
    team: int


@dataclass(frozen=True)
class Names:
    """Names by key, in the order in which people choose from them.

    `gone` are agents who work here no more, whose tickets are still found. `organizations` are
    those of the name that is asked for.
    """

    brands: Mapping[int, str]
    teams: Mapping[int, str]
    agents: Mapping[int, str]
    tags: Mapping[int, str]
    macros: Mapping[int, str]
    organizations: Mapping[int, str]
    views: Sequence[View]
    gone: frozenset[int]
    shortcuts: bool

    @classmethod
    def of(cls, user: User, *, organization: str = "") -> Names:
        """Read all of it in one query, and one more where a part of names is asked for."""
        found = defaultdict(list)
        for kind, pk, name, more, number in _written(Sight.of(user)).rows(user, {}):
            found[kind].append((pk, name or more, more, number))
        for rows in found.values():
            rows.sort(key=lambda row: (row[1].casefold(), row[0]))
        return cls(
            brands=_names(found["brand"]),
            teams=_names(found["team"]),
            agents=_names(found["agent"]),
            tags=_names(found["tag"]),
            macros=_names(found["macro"]),
            organizations=_called(organization) if organization else {},
            views=[View(pk, name, query, team) for pk, name, query, team in found["view"]],
            gone=frozenset(pk for pk, _name, _mail, is_active in found["agent"] if not is_active),
            shortcuts=not found["no shortcuts"],
        )


@cache
def _written(sight: Sight) -> Statement:
    parts = _parts(sight.stand_in())
    return Statement.of(parts[0].union(*parts[1:], all=True))


def _called(organization: str) -> dict[int, str]:
    """Return organizations of whose name this is a part."""
    found = Organization.objects.filter(name__icontains=organization).order_by("name", "id")
    return dict(found.values_list("pk", "name")[:MOST_ORGANIZATIONS])


def _parts(user: User) -> list[QuerySet]:
    works_here = Case(When(is_active=True, then=1), default=0, output_field=BigIntegerField())
    staff = User.objects.filter(is_staff=True)
    views = SavedView.objects.visible_to(user).distinct()
    return [
        _part("brand", Brand.objects.served_by(user), "name"),
        _part("team", Team.objects.all(), "name"),
        _part("agent", staff, "name", more=F("email"), number=works_here),
        _part("macro", Macro.objects.for_teams_of(user), "name"),
        _part("tag", Tag.objects.all(), "name"),
        _part("view", views, "name", more=F("query"), number=Coalesce("team_id", 0)),
        _part("no shortcuts", DeskSettings.objects.filter(user=user, shortcuts=False)),
    ]


def _part(
    kind: str, rows: QuerySet, name: str = "", *, more: Any = None, number: Any = None
) -> QuerySet:
    """Return rows of a kind as every part has them: kind, key, name, more text and a number."""
    nothing, none = Value("", output_field=TextField()), Value(0, output_field=BigIntegerField())
    return rows.order_by().values_list(
        Value(kind, output_field=TextField()),
        Cast("pk", BigIntegerField()),
        Cast(name, TextField()) if name else nothing,
        nothing if more is None else Cast(more, TextField()),
        none if number is None else Cast(number, BigIntegerField()),
    )


def _names(found: Iterable[tuple[int, str, str, int]]) -> dict[int, str]:
    return {pk: name for pk, name, *_more in found}
