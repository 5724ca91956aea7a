"""Statements that Django writes once, with keys that stand in for those that are asked for.

A page of the desk asks for a dozen things at once, and for each kind of agent in another way. To
write such a statement takes several times longer than PostgreSQL takes to answer it, and what
differs from agent to agent, from ticket to ticket and from one value of a filter to another, are
keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from psycopg.types.json import Jsonb

from accounts.models import User
from tickets.permissions import can_see_restricted

# They stand in a written statement for a ticket, an agent and the time: no row's key and no time of
# any.
TICKET, AGENT = -2_000_000_001, -2_000_000_002
ASKED = -20_001  # and below: for what is asked for, be it in a column of two bytes
NOW = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Sight:
    """What a statement depends on beside keys: how much an agent sees, and whether they work."""

    everything: bool
    restricted: bool
    works: bool

    @classmethod
    def of(cls, user: User) -> Sight:
        works = user.has_perm("tickets.work_ticket")
        return cls(user.is_superuser, can_see_restricted(user), works)

    def stand_in(self) -> User:
        """Return somebody who sees just that, under a key that is nobody's."""
        user: Any = User(pk=AGENT, is_active=True, is_superuser=self.everything)
        given = {"view_restricted_ticket": self.restricted, "work_ticket": self.works}
        rights = {"view_ticket", *(name for name, has in given.items() if has)}
        user._perm_cache = {f"tickets.{name}" for name in rights}
        return user


@dataclass(frozen=True)
class Statement:
    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Statement:
        """Write it down; its columns come as the driver reads them. What finds nothing is empty."""
        try:
            return cls(*rows.query.sql_with_params())
        except EmptyResultSet:
            return cls("", ())

    def rows(self, user: User, stands_for: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """Ask it for an agent, with what the other keys stand for."""
        return self.asked({AGENT: user.pk, **stands_for})

    def asked(self, keys: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """Ask it with what each key stands for."""
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [_in_place(param, keys) for param in self.params])
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


@dataclass(frozen=True)
class Rows:
    """Rows of a model by one statement, read whole or as `only()` says.

    Each has what was annotated beside, as the driver reads it.
    """

    model: type[Model]
    fields: tuple[Any, ...]
    beside: tuple[str, ...]
    statement: Statement

    @classmethod
    def of(cls, rows: QuerySet[Any, Any]) -> Rows:
        only = rows.query.get_select_mask()
        fields = [field for field in rows.model._meta.concrete_fields if not only or field in only]
        columns = [field.attname for field in fields]
        beside = tuple(rows.query.annotations)
        written = Statement.of(rows.values_list(*columns, *beside))
        return cls(rows.model, tuple(fields), beside, written)

    def asked(self, keys: Mapping[Any, Any]) -> list[Any]:
        """Ask for them with what each key stands for."""
        return [self._loaded(values) for values in self.statement.asked(keys)]

    def _loaded(self, values: tuple[Any, ...]) -> Any:
        many = len(self.fields)
        own = [
            # What the driver reads is not yet what JSON says.
            field.from_db_value(value, None, connection)
            if hasattr(field, "from_db_value")
            else value
            for field, value in zip(self.fields, values[:many], strict=True)
        ]
        columns = [field.attname for field in self.fields]
        row = self.model.from_db(DEFAULT_DB_ALIAS, columns, own)
        vars(row).update(zip(self.beside, values[many:], strict=True))
        return row


def stand_ins(lookups: Mapping[str, Any]) -> tuple[tuple[tuple[str, Any], ...], dict[Any, Any]]:
    """Return lookups with other values in them, and what each of these stands for.

    Whoever asks for another number, text, time, row or list as long asks with the same stand-ins,
    so that one statement does for all of them. None stays: what it asks for is another statement.
    Raises TypeError over a value of any other kind.
    """
    stands_for: dict[Any, Any] = {}

    def place(value: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | datetime | Model):
            raise TypeError(f"Nothing can stand in for {value!r}")
        number = ASKED - len(stands_for)
        stand_in: Any = number
        if isinstance(value, str):
            stand_in = f"\0{number}"
        elif isinstance(value, datetime):
            stand_in = NOW + timedelta(seconds=-number)
        stands_for[stand_in] = value.pk if isinstance(value, Model) else value
        return stand_in

    asked = (
        (name, tuple(map(place, value)) if isinstance(value, list) else place(value))
        for name, value in sorted(lookups.items())
    )
    return tuple(asked), stands_for


def _in_place(param: Any, keys: Mapping[Any, Any]) -> Any:
    """Put in what is stood for; a number in the same type, which says how it is sent."""
    if isinstance(param, Jsonb):
        return Jsonb(_in_place(param.obj, keys), param.dumps)
    if isinstance(param, int) and param in keys:
        return type(param)(keys[param])
    return keys.get(param, param) if isinstance(param, datetime | str) else param
