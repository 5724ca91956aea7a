"""Big tables: copies of tickets that a service filed, written by COPY.

A pattern is one such ticket with all rows that hang on it. Its copies differ in who asked, in
their ids and in their times, which lie a step apart. portal/tests/test_filling.py proves that a
copy is what the service would have written.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Field, ForeignKey, Model, Q, QuerySet

from accounts.models import Organization, User
from sla.models import Breach, Clock, Escalation, Verdict
from tickets.clock import NEVER
from tickets.mail.models import Notice
from tickets.models import Answer, Event, Message, Ticket

COPIED = (Ticket, Answer, Message, Event, Clock, Breach, Verdict, Escalation, Notice)
# What a notice is about, by its kind; all others are about events.
ABOUT: dict[str, type[Model]] = {
    "endangered": Clock,
    "breached": Breach,
    "escalated": Escalation,
}
STEP = timedelta(seconds=90)
AT_ONCE = 10_000

Maker = Callable[[int, "Person"], Any]


class Person(NamedTuple):
    """Who asks for a copy."""

    id: int
    organization: int | None


class Pattern:
    """A ticket's rows by model, and how each of their columns is made for copy number n."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        self.rows = rows_of(ticket)
        self.places = {
            model: {row.pk: place for place, row in enumerate(rows)}
            for model, rows in self.rows.items()
        }

    def makers(self, model: type[Model], ids: "Ids") -> list[list[Maker]]:
        return [
            [self._maker(row, field, ids) for field in model._meta.concrete_fields]
            for row in self.rows[model]
        ]

    def _maker(self, row: Model, field: Field, ids: "Ids") -> Maker:
        value = getattr(row, field.attname)
        if field.primary_key and not isinstance(field, ForeignKey):
            return ids.of(type(row), self.places[type(row)][value])
        if value is None:
            return lambda number, person: None
        if isinstance(field, ForeignKey):
            return self._reference(field, value, ids)
        if isinstance(row, Notice) and field.attname == "subject_id":
            told = ABOUT.get(row.kind, Event)
            return ids.of(told, self.places[told][value])
        if isinstance(row, Event) and field.attname == "data":
            return self._data(value)
        if isinstance(value, UUID):
            return self._uuid(value, ids)
        return _plain(field, value)

    def _reference(self, field: ForeignKey, value: int, ids: "Ids") -> Maker:
        related = field.related_model
        if related in self.places:
            return ids.of(related, self.places[related][value])
        if related is User and value == self.ticket.requester_id:
            return lambda number, person: person.id
        if related is Organization:
            return lambda number, person: person.organization
        return lambda number, person: value

    @staticmethod
    def _uuid(value: UUID, ids: "Ids") -> Maker:
        """Another one for each copy, and the same one within a copy: events share their batch."""
        ticket = ids.of(Ticket, 0)
        return lambda number, person: UUID(int=value.int ^ ticket(number, person))

    @staticmethod
    def _data(value: dict[str, Any]) -> Maker:
        """What an event says; that of opening names the organization, too."""
        if "attributes" not in value:
            text = json.dumps(value)
            return lambda number, person: text

        def make(number: int, person: Person) -> str:
            of_person = value["attributes"] | {"organization": person.organization}
            return json.dumps(value | {"attributes": of_person})

        return make


class Ids:
    """The ids of copies: so many in a row for each model, a copy's own side by side."""

    def __init__(self, pattern: Pattern, count: int, *, using: str) -> None:
        self.sizes = {model: len(rows) for model, rows in pattern.rows.items()}
        self.first = {
            model: reserve(model, count * size, using=using)
            for model, size in self.sizes.items()
            if has_ids(model)
        }

    def of(self, model: type[Model], place: int) -> Maker:
        first, size = self.first[model] + place, self.sizes[model]
        return lambda number, person: first + number * size


def fill(
    patterns: Sequence[Pattern],
    people: Sequence[Person],
    count: int,
    *,
    using: str = "default",
    tell: Callable[[int], object] = lambda done: None,
) -> None:
    """Write `count` copies, each a step older than the one after it.

    The people ask in turn, and everybody has tickets of every pattern. `tell` hears how many there
    are by now.
    """
    done = 0
    for pattern, part in _parts(patterns, people, count):
        with transaction.atomic(using=using):
            _copy(pattern, part, older=STEP * (count - done - len(part)), using=using)
        done += len(part)
        tell(done)


def rows_of(ticket: Ticket) -> dict[type[Model], list[Model]]:
    """Return everything that filing and working on a ticket wrote, by model."""
    rows: dict[type[Model], Sequence[Model] | QuerySet[Any]] = {
        Ticket: [Ticket.objects.get(pk=ticket.pk)],
        Answer: ticket.answers.order_by("id"),
        Message: ticket.messages.order_by("id"),
        Event: ticket.events.order_by("id"),
        Clock: ticket.clocks.order_by("id"),
        Breach: Breach.objects.filter(clock__ticket=ticket).order_by("id"),
        Verdict: Verdict.objects.filter(ticket=ticket).order_by("clock"),
        Escalation: Escalation.objects.filter(breach__clock__ticket=ticket).order_by("id"),
    }
    rows[Notice] = Notice.objects.filter(_told_of(rows)).order_by("id")
    return {model: list(found) for model, found in rows.items() if found}


def _told_of(rows: dict[type[Model], Any]) -> Q:
    """Pick the notices about these rows: ids alone say nothing without the kind."""
    about = Q(subject_id__in=rows[Event].values("pk")) & ~Q(kind__in=ABOUT)
    for kind, model in ABOUT.items():
        about |= Q(kind=kind, subject_id__in=rows[model].values("pk"))
    return about


def has_ids(model: type[Model]) -> bool:
    """Whether rows have keys of their own; those of the others are of what they belong to."""
    return not isinstance(model._meta.pk, ForeignKey)


def reserve(model: type[Model], count: int, *, using: str) -> int:
    """Take the next `count` ids of a table, and return the first of them."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT setval(s, nextval(s) + %s) FROM pg_get_serial_sequence(%s, 'id') AS s",
            [count - 1, model._meta.db_table],
        )
        return cursor.fetchone()[0] - count + 1


def _parts(
    patterns: Sequence[Pattern], people: Sequence[Person], count: int
) -> Iterator[tuple[Pattern, list[Person]]]:
    """Say for each block of copies of which pattern they are and who asked."""
    done = turn = 0
    while done < count:
        for start in range(0, len(people), AT_ONCE):
            part = list(people[start : start + AT_ONCE])[: count - done]
            if part:
                yield patterns[turn % len(patterns)], part
            done += len(part)
        turn += 1


def _copy(pattern: Pattern, part: Sequence[Person], *, older: timedelta, using: str) -> None:
    ids = Ids(pattern, len(part), using=using)
    with connections[using].cursor() as cursor:
        for model in pattern.rows:
            makers = pattern.makers(model, ids)
            with cursor.copy(_statement(model)) as copy:
                for number, person in enumerate(part):
                    age = older + STEP * (len(part) - number)
                    for row in makers:
                        copy.write_row([_aged(make(number, person), age) for make in row])


def _statement(model: type[Model]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    return f"COPY {model._meta.db_table} ({columns}) FROM STDIN"


def _plain(field: Field, value: Any) -> Maker:
    if field.get_internal_type() == "JSONField":
        text = json.dumps(value)
        return lambda number, person: text
    return lambda number, person: value


def _aged(value: Any, age: timedelta) -> Any:
    return value - age if isinstance(value, datetime) and value != NEVER else value
