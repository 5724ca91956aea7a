"""Very many tickets: copies of one made inside the database, each some time older than the last.

Faster than bench/filling.py, which gives every copy a requester of its own: these copies differ in
their ids and times alone. portal/tests/test_filling.py proves that nothing else differs.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connections
from django.db.models import Field, ForeignKey, Model

from bench.filling import ABOUT, has_ids, reserve, rows_of
from tickets.clock import NEVER
from tickets.models import Event, Ticket

# Indexes that no constraint needs: PostgreSQL makes them several times faster at once than row by
# row.
INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


@contextmanager
def without_indexes(models: Iterable[type[Model]], *, using: str) -> Iterator[None]:
    """Take the indexes of tables off while very many rows come, and leave fresh statistics."""
    tables = [model._meta.db_table for model in models]
    with connections[using].cursor() as cursor:
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, definition in indexes:
            cursor.execute(definition)
        for table in tables:
            cursor.execute(f"ANALYZE {table}")


class Copies:
    """`count` copies of a ticket; the first is one `step` older than it, the next one two.

    With `after` copies that are older by so many steps more: to go on after earlier ones.
    """

    def __init__(
        self,
        ticket: Ticket,
        count: int,
        *,
        step: timedelta,
        after: int = 0,
        only: Sequence[type[Model]] = (),
        using: str = "default",
    ) -> None:
        self.count, self.step, self.after, self.using = count, step, after, using
        self.rows = {
            model: rows for model, rows in rows_of(ticket).items() if not only or model in only
        }
        self._reserve()

    def go_on(self, count: int) -> None:
        """Be the next copies, behind these; what is copied is not read again."""
        self.count, self.after = count, self.after + self.count
        self._reserve()

    def write(self) -> None:
        """Write all of it in the transaction that is under way, or table by table."""
        with connections[self.using].cursor() as cursor:
            for model, rows in self.rows.items():
                for row in rows:
                    cursor.execute(self._statement(model, row))

    def _reserve(self) -> None:
        self.first = {
            model: reserve(model, self.count * len(rows), using=self.using)
            for model, rows in self.rows.items()
            if has_ids(model)
        }

    def _statement(self, model: type[Model], row: Model) -> str:
        table, fields = model._meta.db_table, model._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        values = ", ".join(self._values(row, fields))
        return (
            f"INSERT INTO {table} ({columns}) SELECT {values} "
            f"FROM {table} r, generate_series(0, {self.count - 1}) n "
            f"WHERE r.{model._meta.pk.column} = {row.pk}"
        )

    def _values(self, row: Model, fields: Sequence[Field]) -> Iterator[str]:
        for field in fields:
            yield self._value(row, field, getattr(row, field.attname))

    def _value(self, row: Model, field: Field, value: Any) -> str:
        column = f'r."{field.column}"'
        if field.primary_key and not isinstance(field, ForeignKey):
            return self._id(type(row), value)
        if value is None or value == NEVER:
            return column
        if isinstance(field, ForeignKey) and field.related_model in self.rows:
            return self._id(field.related_model, value)
        if field.attname == "subject_id" and "kind" in row.__dict__:
            return self._id(ABOUT.get(row.__dict__["kind"], Event), value)
        if field.get_internal_type() == "DateTimeField":
            step = f"interval '{self.step.total_seconds()} seconds'"
            return f"{column} - (n + {self.after + 1}) * {step}"
        is_key = field.unique and field.get_internal_type() == "UUIDField"
        return "gen_random_uuid()" if is_key else column

    def _id(self, model: type[Model], value: int) -> str:
        """The id that stands for this one in copy n: so many in a row for each copy."""
        ids = [row.pk for row in self.rows[model]]
        return f"{self.first[model] + ids.index(value)} + n * {len(ids)}"
