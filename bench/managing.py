"""Two or three years of a help desk, as its managers count it: tickets that stand in every way."""

import itertools
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.db import connections, transaction

from accounts.models import Organization, User
from accounts.services import give_role
from bench import company
from bench.company import at
from bench.multiplying import Copies
from sla.models import Action, Breach, Clock, Reason, Verdict
from sla.sweep import sweep
from tickets import clock, services
from tickets.catalog.models import Brand, Subcategory
from tickets.models import Event, Ticket
from tickets.submission import Submission

AGENTS, ORGANIZATIONS = 20, 20
SPAN, SOON = timedelta(days=900), timedelta(hours=30)
AT_ONCE = 100_000
# What nearly nobody has: an index must find it, or a list reads years for a page.
RARE, RARE_COPIES = "Rare", 50
# Hours until first response and resolution, by level, of the shipped catalog.
PROMISED = {1: (1, 24), 2: (2, 72), 3: (4, 120), 4: (48, 240)}


class Kind(NamedTuple):
    """Tickets that stand alike, so many in a hundred; hours of a step are from the filing."""

    of_100: int
    hours: float = 260
    replied: float | None = 0.5
    to: str = "solved"
    moved: float | None = 0.75
    late_first: bool = False
    late_last: bool = False
    span: timedelta = SPAN
    level: int | None = None


KINDS = {
    "kept": Kind(67),
    "answered late": Kind(15, late_first=True),
    "solved late": Kind(12, late_last=True),
    "late and open": Kind(1, replied=None, moved=None, hours=300),
    "late and never answered": Kind(1, replied=None, late_first=True),
    "never answered": Kind(2, replied=None),
    "running": Kind(1, replied=None, moved=None, hours=12, span=SOON, level=4),
    "waiting": Kind(1, to="pending"),
}


class Pattern(NamedTuple):
    """A ticket to be copied: which, over how long, and its share."""

    ticket: int
    kind: str
    share: float = 0.01


def make() -> list[Pattern]:
    """File a hundred tickets by the services, work on each as its kind says, and sweep."""
    agents = [person(f"agent{number}", "Agent", number) for number in range(AGENTS)]
    organizations = [
        Organization.objects.create(name=f"Clinic {number}") for number in range(ORGANIZATIONS)
    ]
    abouts = list(Subcategory.objects.select_related("request_type").order_by("pk"))
    brands = list(Brand.objects.order_by("pk"))
    patterns = []
    for number, (name, kind) in enumerate(in_turn()):
        ticket = live(
            kind,
            number,
            agent=agents[number * 7 % AGENTS],
            organization=organizations[number * 3 % ORGANIZATIONS],
            about=abouts[number * 11 % len(abouts)],
            brand=brands[number % len(brands)],
        )
        patterns.append(Pattern(ticket.pk, name))
    rare = live(
        KINDS["answered late"],
        3,
        agent=person("rare", RARE, 0),
        organization=Organization.objects.create(name=RARE),
        about=abouts[0],
        brand=brands[0],
    )
    for _round in range(3):  # breaches, then what is found late of them
        sweep(clock.now())
    return [*patterns, Pattern(rare.pk, "answered late", share=0)]


def in_turn() -> Iterator[tuple[str, Kind]]:
    for name, kind in KINDS.items():
        yield from itertools.repeat((name, kind), kind.of_100)


def person(login: str, name: str, number: int) -> User:
    user = User.objects.create_user(f"{login}@desk.example", None, name=f"{name} {number}")
    give_role(user, "agent")
    user.groups.add(Group.objects.get(name="Legal requests"))
    return user


def live(kind: Kind, number: int, *, agent, organization, about, brand) -> Ticket:
    level = kind.level or 1 + number % 4
    requester = User.objects.create_user(
        f"asker{number}-{agent.pk}@clinic.example", None, name="Asker", organization=organization
    )
    first, last = PROMISED[level]
    replied = first + 2 if kind.late_first and kind.replied else kind.replied
    moved = kind.moved and max(
        kind.moved, (replied or 0) + 0.25, first + 3 if kind.late_first else 0
    )
    if kind.late_last:
        moved = last + 5
    with at(hours=kind.hours):
        ticket = services.open_ticket(submission(requester, about, brand, level), by=requester)
        services.assign(ticket, by=agent, to=agent)
    if replied:
        with at(hours=kind.hours - replied):
            services.reply(ticket, by=agent, body="Which week does it show?")
    if moved:
        with at(hours=kind.hours - moved):
            services.set_status(ticket, by=agent, to=kind.to)
    return ticket


def submission(requester: User, about: Subcategory, brand: Brand, level: int) -> Submission:
    return Submission(
        requester=requester,
        brand=brand,
        request_type=about.request_type,
        subcategory=about,
        level=level,
        kind="request",
        affected="one",
        ability="partly",
        urgent=False,
        subject="Wrong schedule",
        description="It shows last week for everybody on the night shift.",
    )


def fill(patterns: list[Pattern], count: int, *, using: str) -> None:
    """Copy the patterns until there are `count` tickets, acknowledge, and leave all as used."""
    began = time.monotonic()
    with connections[using].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET statement_timeout = 0")
    for pattern in patterns:
        copy(pattern, int(count * pattern.share) or RARE_COPIES, using=using)
    acknowledge(using)
    company.leave_as_used(using)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "UPDATE sla_verdict SET restricted = restricted WHERE clock_id %% 20 = 0", []
        )
        cursor.execute("ANALYZE")
    connections[using].close()
    print(f"{count:,} tickets in {time.monotonic() - began:.0f} s", flush=True)


def copy(pattern: Pattern, count: int, *, using: str) -> None:
    kind = KINDS[pattern.kind]
    tables = (Ticket, Event, Clock, Breach, Verdict)
    only = tables if kind.to != "solved" or not kind.moved else tuple({*tables} - {Event})
    ticket = Ticket.objects.get(pk=pattern.ticket)
    for done in range(0, count, AT_ONCE):
        part = min(AT_ONCE, count - done)
        with transaction.atomic(using=using):
            Copies(ticket, part, step=kind.span / count, after=done, only=only, using=using).write()


def acknowledge(using: str) -> None:
    """Give most breaches that ended a reason and an action; one reason very few of them."""
    reasons = list(Reason.objects.order_by("pk").values_list("pk", flat=True))
    action = Action.objects.order_by("pk").values_list("pk", flat=True)[0]
    agent = User.objects.get(email="agent0@desk.example").pk
    with connections[using].cursor() as cursor:
        cursor.execute(
            "UPDATE sla_breach SET acknowledged_at = detected_at, acknowledged_by_id = %s, "
            "action_id = %s, reason_id = CASE WHEN id %% 10007 = 0 THEN %s "
            "ELSE (%s::bigint[])[1 + id %% %s] END WHERE id %% 5 > 0",
            [agent, action, reasons[-1], reasons[:-1], len(reasons) - 1],
        )
