"""The search index: an entry for each ticket, kept in the transaction that changes its words.

What is only added to is added to its entry; where something is taken away the entry is made anew.
What many tickets say at once, the name of a person or an organization, is followed by a task.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import (
    Case,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.lookups import GreaterThan

from tickets import clock
from tickets.models import Answer, Event, Message, SearchedName, SearchEntry, StaleEntry, Ticket

# So many are held at a time; agents wait for that long at most.
AT_ONCE = 100
# An entry of so many bytes takes in nothing more: PostgreSQL refuses one of a megabyte.
FULL = 200_000
ADDS = frozenset({Event.Type.REPLIED, Event.Type.NOTED})
MAKES_ANEW = frozenset(
    {
        Event.Type.OPENED,
        Event.Type.ATTRIBUTES_CHANGED,
        Event.Type.REDACTED,
        Event.Type.SPLIT,
        Event.Type.MOVED,
    }
)


class Words(Func):
    """The words of a text as they are indexed: the function is made by a migration."""

    function = "tickets_words"
    output_field = SearchVectorField()


class Spaced(Func):
    """Texts with spaces between, and without those that there are not."""

    function = "concat_ws"
    template = "%(function)s(' ', %(expressions)s)"
    output_field = TextField()


class Size(Func):
    """How many bytes a value takes when nothing is compressed."""

    template = "pg_column_size(%(expressions)s || ''::tsvector)"
    output_field = IntegerField()


class Joined(Func):
    """One entry and another, as one."""

    arg_joiner = " || "
    template = "%(expressions)s"
    output_field = SearchVectorField()


def on_event(event: Event) -> None:
    """Keep the entry of a ticket whose words changed; the ticket is locked by whoever records."""
    if event.type in ADDS and event.message is not None:
        _add(event.ticket_id, event.message.body)
    elif event.type in MAKES_ANEW:
        index({event.ticket_id, event.data.get("into", event.ticket_id)})


def index(tickets: Collection[int]) -> None:
    """Make the entries of these tickets anew. The caller has locked them, or just filed them."""
    SearchEntry.objects.bulk_create(
        (SearchEntry(ticket_id=pk, words="") for pk in tickets), ignore_conflicts=True
    )
    SearchEntry.objects.filter(pk__in=tickets).update(
        words=Subquery(all_words(Ticket.objects.filter(pk=OuterRef("pk"))).values("words"))
    )


def all_words(tickets: QuerySet) -> QuerySet:
    """Ask for keys and words of tickets: what they are about, who asks, what was said on them."""
    said = Message.objects.order_by().filter(ticket=OuterRef("pk")).values("ticket")
    answered = Answer.objects.order_by().filter(ticket=OuterRef("pk")).values("ticket")
    parts = (
        F("subject"),
        _person("requester__"),
        F("organization__name"),
        Subquery(answered.values(all=StringAgg("display", " ", order_by=["position", "id"]))),
        # The newest first: whatever is too much for an entry is old.
        Subquery(said.values(all=StringAgg("body", " ", order_by=["-created_at", "-id"]))),
    )
    return tickets.order_by().annotate(words=Words(Spaced(*parts))).values_list("pk", "words")


def make_anew(tickets: QuerySet) -> int:
    """Have the entries of these tickets made anew by whoever comes by; return how many."""
    keys = list(tickets.order_by().values_list("pk", flat=True))
    StaleEntry.objects.bulk_create(
        (StaleEntry(ticket_id=pk) for pk in keys), ignore_conflicts=True, batch_size=10_000
    )
    return len(keys)


def catch_up(*, until: datetime | None = None) -> tuple[int, bool]:
    """Make stale entries anew, until then (UTC); return how many, and whether there are more."""
    note_names()
    made = 0
    while keys := _catch_up_some():
        made += len(keys)
        if until is not None and clock.now() >= until:
            return made, StaleEntry.objects.exists()
    return made, False


def note_names() -> None:
    """Have the entries made anew that call people and organizations as these were called before."""
    while _note_some():
        pass


@transaction.atomic
def _note_some() -> bool:
    """Take some of those that the database noted; whoever is renamed meanwhile is noted again."""
    due = SearchedName.objects.order_by("pk").select_for_update(skip_locked=True)
    found = list(due[:1000])
    of_people = Q(requester__in=[name.user_id for name in found if name.user_id])
    of_theirs = Q(organization__in=[name.organization_id for name in found if name.organization_id])
    for called in (of_people, of_theirs):
        make_anew(Ticket.objects.filter(called))
    SearchedName.objects.filter(pk__in=[name.pk for name in found]).delete()
    return bool(found)


def _person(prefix: str = "") -> Spaced:
    return Spaced(*(F(f"{prefix}{name}") for name in ("name", "email", "phone")))


def _add(ticket: int, text: str) -> None:
    more = Joined(F("words"), Words(Value(text)))
    is_full = When(GreaterThan(Size(F("words")), FULL), then=F("words"))
    if not SearchEntry.objects.filter(pk=ticket).update(words=Case(is_full, default=more)):
        index([ticket])


def _catch_up_some() -> list[int]:
    """Index some stale tickets; those that are being worked on wait for the next round."""
    with transaction.atomic():
        due = StaleEntry.objects.order_by("pk").values_list("pk", flat=True)
        locked = (
            Ticket.objects.filter(pk__in=due[:AT_ONCE])
            .order_by("pk")
            .select_for_update(no_key=True, skip_locked=True)
        )
        keys = list(locked.values_list("pk", flat=True))
        StaleEntry.objects.filter(pk__in=keys).delete()
        index(keys)
        return keys
