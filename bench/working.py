"""What agents work on, many times over: open in every way, and long solved; words to search for."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from django.db import connections, transaction
from django.test import Client

from accounts.models import Organization, User
from accounts.services import give_role
from bench import company
from bench.company import at
from bench.managing import person, submission
from bench.multiplying import Copies, without_indexes
from sla.models import Clock
from tickets import clock, search, services
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.models import Callback, Confirmation, Draft, Message, Tag, Ticket

# So many tickets of one clinic come in a row, for each kind; all clinics file all the time.
AT_ONCE = 500
TOLD_EVERY = 50
# Enough for a page of each tab and one more, however few tickets there are.
LEAST = 60
REPLIES = (20, 300)
# In three of ten tickets, in one of twenty each, and in hardly any.
COMMON, ONE, OTHER, RARE = "outage", "battery", "charger", "zebra"
WORDS = (
    f"CASE WHEN {{n}} % 10 < 3 THEN ' {COMMON}' ELSE '' END || "
    f"CASE WHEN {{n}} % 20 = 7 THEN ' {ONE}' ELSE '' END || "
    f"CASE WHEN ({{n}} / 20) % 20 = 3 THEN ' {OTHER}' ELSE '' END || "
    f"CASE WHEN {{n}} % 20011 = 11 THEN ' {RARE}' ELSE '' END || "
    "(SELECT string_agg(' word' || (hashint8({n} * 100 + w) & 4095), '') "
    "FROM generate_series(1, 20) w)"
)


class Kind(NamedTuple):
    """Tickets that stand alike: their share, how long ago they were filed, and since when."""

    share: float
    hours: float = 1
    span: timedelta = timedelta(hours=36)
    status: str = "new"
    whose: str = ""
    is_snoozed: bool = False


KINDS = {
    "unassigned": Kind(0.04),
    "mine": Kind(0.002, status="open", whose="me", span=timedelta(hours=200)),
    "others'": Kind(0.03, status="open", whose="other", span=timedelta(hours=200)),
    "late": Kind(0.005, hours=300, status="open", whose="other", span=timedelta(hours=24)),
    "waiting": Kind(0.02, status="pending", whose="other"),
    "snoozed": Kind(0.003, is_snoozed=True),
    "solved": Kind(0.9, hours=400, status="solved", whose="other", span=timedelta(days=900)),
}


@dataclass(frozen=True)
class Desk:
    """Who asks, what is copied, and tickets with as many messages as `REPLIES`."""

    agent: User
    browser: Client
    patterns: dict[str, list[int]]
    long: Sequence[int]


class Worded(Copies):
    """Copies whose messages hold more words, by their number."""

    def _value(self, row, field, value):
        said = super()._value(row, field, value)
        words = WORDS.format(n=f"(n + {self.after})::bigint")
        return f"{said} || {words}" if field.attname == "body" else said


def make() -> Desk:
    """File tickets by the services and work on each as its kind says."""
    me, other = person("me", "Agent", 1), person("other", "Agent", 2)
    give_role(me, "agent")
    clinics = [Organization.objects.create(name=f"Clinic {number}") for number in range(5)]
    askers = [
        User.objects.create_user(
            f"asker{number}@clinic.example", None, name=f"Asker {number}", organization=clinic
        )
        for number, clinic in enumerate(clinics)
    ]
    patterns = {
        name: [file(kind, number, asker, me, other) for number, asker in enumerate(askers)]
        for name, kind in KINDS.items()
    }
    long = [long_story(length, askers[0], me) for length in REPLIES]
    Tag.objects.create(name="Hardware")
    return Desk(me, company.browser_of(me), patterns, long)


def file(kind: Kind, number: int, asker: User, me: User, other: User) -> int:
    abouts = list(Subcategory.objects.select_related("request_type").order_by("pk"))
    brands = list(Brand.objects.order_by("pk"))
    about = next(each for each in abouts[number:] if not each.restricted)
    with at(hours=kind.hours):
        ticket = services.open_ticket(
            submission(asker, about, brands[number % len(brands)], level=2 + number % 3), by=asker
        )
        if kind.whose:
            agent = me if kind.whose == "me" else other
            services.assign(ticket, by=agent, to=agent)
        if kind.status != "new":
            services.reply(ticket, by=other, body="Which week does it show?")
            services.set_status(ticket, by=other, to=kind.status)
    if kind.is_snoozed:
        Ticket.objects.filter(pk=ticket.pk).update(snoozed_until=clock.now() + timedelta(days=30))
    return ticket.pk


def long_story(messages: int, asker: User, agent: User) -> int:
    about = Subcategory.objects.select_related("request_type").earliest("pk")
    ticket = services.open_ticket(
        submission(asker, about, Brand.objects.earliest("pk"), level=3), by=asker
    )
    for number in range(messages - 1):
        by = asker if number % 2 else agent
        services.reply(ticket, by=by, body=f"It shows the week before that one, number {number}.")
    return ticket.pk


def fill(desk: Desk, count: int, *, using: str) -> None:
    """Copy the patterns until there are `count` tickets, index them, and leave all as used."""
    began = time.monotonic()
    with connections[using].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET maintenance_work_mem = '1GB'")
    with without_indexes((Ticket, Message, Clock), using=using):
        for name, kind in KINDS.items():
            copies = Copying(kind, desk.patterns[name], max(LEAST, int(count * kind.share)))
            for turn, _done in enumerate(copies.write(using=using)):
                if turn % TOLD_EVERY == 0:
                    tell(f"copies of {name}", began)
    tell("tickets copied", began)
    beside(desk, max(LEAST, count // 500), using=using)
    index(using)
    tell("words indexed", began)
    company.leave_as_used(using)
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # in this connection, which is another one
        # As a reply does, which adds its words.
        cursor.execute(
            "UPDATE tickets_searchentry SET words = words || tickets_words('again') "
            "WHERE ticket_id %% 20 = 0",
            [],
        )
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM tickets_ticket")
        counted = cursor.fetchone()[0]
    connections[using].close()
    tell(f"{counted:,} tickets", began)


def tell(what: str, began: float) -> None:
    print(f"{what}, {time.monotonic() - began:.0f} s", flush=True)


@dataclass(frozen=True)
class Copying:
    """Copies of the patterns of one kind, spread over its time."""

    kind: Kind
    patterns: Sequence[int]
    count: int

    def write(self, *, using: str) -> Iterator[int]:
        """Write a few of each pattern in turn, and yield how many of each there are."""
        each = self.count // len(self.patterns)
        like = {"step": self.kind.span / each, "only": (Ticket, Message, Clock), "using": using}
        first = min(AT_ONCE, each)
        copies = [Worded(ticket, first, **like) for ticket in self._tickets()]
        for done in range(0, each, AT_ONCE):
            with transaction.atomic(using=using):
                for part in copies:
                    if done:
                        part.go_on(min(AT_ONCE, each - done))
                    part.write()
            yield done

    def _tickets(self) -> list[Ticket]:
        return list(Ticket.objects.filter(pk__in=self.patterns).order_by("pk"))


def index(using: str) -> None:
    """Make all entries at once, by what makes each of them, and the index afterwards."""
    sql, params = search.all_words(Ticket.objects.using(using)).query.sql_with_params()
    with connections[using].cursor() as cursor:
        cursor.execute("TRUNCATE tickets_searchentry")
        cursor.execute("DROP INDEX search_words")
        cursor.execute(f"INSERT INTO tickets_searchentry (ticket_id, words) {sql}", params)
        cursor.execute(
            "CREATE INDEX search_words ON tickets_searchentry USING gin (words) "
            "WITH (fastupdate = off)"
        )


def beside(desk: Desk, count: int, *, using: str) -> None:
    """Make calls to make, requests that wait for their sender, and tags."""
    now, brand = clock.now(), Brand.objects.earliest("pk")
    keys = Ticket.objects.using(using).filter(status="new", snoozed_until=None).order_by("pk")
    Callback.objects.using(using).bulk_create(
        Callback(
            ticket_id=pk,
            number="1.877.844.7727",
            call_after=now + timedelta(minutes=number),
            call_before=now + timedelta(minutes=number + 60),
            time_zone="America/Chicago",
            created_at=now,
            created_by_id=desk.agent.pk,
        )
        for number, pk in enumerate(keys.values_list("pk", flat=True)[:count])
    )
    drafts = Draft.objects.using(using).bulk_create(draft(brand, now) for _each in range(count))
    Confirmation.objects.using(using).bulk_create(
        Confirmation(
            draft=each,
            email=f"sender{number}@clinic.example",
            name=f"Sender {number}",
            level=2 + number % 3,
            restricted=False,
            request={"phone_answer": "", "copies": []},
            asked_at=now - timedelta(minutes=number),
        )
        for number, each in enumerate(drafts)
    )
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_ticket_tags (ticket_id, tag_id) "
            "SELECT id, (SELECT min(id) FROM tickets_tag) FROM tickets_ticket WHERE id %% 20 = 1",
            [],
        )


def draft(brand: Brand, now) -> Draft:
    return Draft(
        id=uuid4(),
        brand=brand,
        request_type=RequestType.objects.get(key="perfectserve"),
        cookie_hash=uuid4().hex,
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=30),
    )
