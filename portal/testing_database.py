"""What tests begin with, roles, catalog and promises, put back after one that commits.

Django empties every table after such a test. To fill them again by the commands that did it first
takes a second or more; here the rows lie ready, and only tables that hold any are emptied.

The role that DATABASE_URL names for tests must be a superuser, as that out of the wheel is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from psycopg import sql


class Furniture:
    """The rows of all tables as they are when it is made."""

    def __init__(self) -> None:
        self.tables = [
            sql.Identifier(name)
            for name in connection.introspection.django_table_names(only_existing=True)
        ]
        with connection.cursor() as cursor:
            self.rows = [(table, _read(cursor, table)) for table in _filled(cursor, self.tables)]

    @contextmanager
    def put_back_after_tests(self) -> Iterator[None]:
        """Have it put back where Django's own test case would leave empty tables."""
        # No setting names what ends a test that commits; this is where Django itself does it.
        with mock.patch.object(TransactionTestCase, "_fixture_teardown", self.put_back_after):
            yield

    def put_back_after(self, *_case: TransactionTestCase) -> None:
        self.put_back()

    def put_back(self) -> None:
        """Leave exactly these rows in the database."""
        with transaction.atomic(), connection.cursor() as cursor:
            # No trigger and no foreign key is asked: rows go and come in whatever order.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in _filled(cursor, self.tables):
                cursor.execute(sql.SQL("DELETE FROM {}").format(table))
            for table, rows in self.rows:
                _write(cursor, table, rows)


def _filled(cursor: CursorWrapper, tables: list[sql.Identifier]) -> list[sql.Identifier]:
    """Return those of the tables that hold a row."""
    asked = (sql.SQL("EXISTS (SELECT FROM {})").format(table) for table in tables)
    cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(asked)))
    return [table for table, filled in zip(tables, cursor.fetchone(), strict=True) if filled]


def _read(cursor: CursorWrapper, table: sql.Identifier) -> bytes:
    with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(table)) as copied:
        return b"".join(copied)


def _write(cursor: CursorWrapper, table: sql.Identifier, rows: bytes) -> None:
    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copied:
        copied.write(rows)
