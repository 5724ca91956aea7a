"""Open and closed tickets with their clocks, in every way that a sweep meets them."""

import time
from datetime import timedelta
from typing import NamedTuple

from django.db import connections, transaction

from accounts.models import Organization, User
from accounts.services import give_role
from bench import company
from bench.company import at
from bench.multiplying import Copies
from sla.models import Breach, Clock, Verdict
from sla.sweep import sweep
from tickets import clock, conversation, services
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.conversation import Turn
from tickets.models import Ticket
from tickets.submission import Submission

AT_ONCE = 100_000
SECOND = timedelta(seconds=1)


class Kind(NamedTuple):
    """Tickets that stand alike: how old the youngest is, and what was done after an hour."""

    hours: int
    status: str
    answered: bool
    share: float


# At level 4: first response in 48 hours, resolution in 240. The untouched ones were warned of.
OPEN = {
    "untouched": Kind(hours=40, status="new", answered=False, share=0.75),
    "answered": Kind(hours=40, status="open", answered=True, share=0.1),
    "waiting": Kind(hours=40, status="pending", answered=True, share=0.1),
    "overdue": Kind(hours=60, status="new", answered=False, share=0.05),
}
DONE = {"solved": Kind(hours=300, status="solved", answered=True, share=1.0)}
# The untouched ones fall due within six hours, the first of them in two.
SPREAD = timedelta(hours=6)
LEVEL = 4


def make_patterns() -> None:
    """File and work on one ticket of each kind by the services, and let it be swept."""
    organization = Organization.objects.create(name="Riverside")
    agent = User.objects.create_user("agent@desk.example", None, name="Agent")
    give_role(agent, "agent")
    for name, kind in (OPEN | DONE).items():
        requester = User.objects.create_user(
            company.asker_of(name), None, name="Pattern", organization=organization
        )
        with at(hours=kind.hours):
            ticket = services.open_ticket(submission(requester), by=requester)
        if kind.answered:
            with at(hours=kind.hours - 1):
                turn = Turn(body="Which week does it show?", status=kind.status)
                conversation.take_turn(ticket, by=agent, turn=turn)
    sweep(clock.now())


def submission(requester: User) -> Submission:
    request_type = RequestType.objects.get(key="perfectserve")
    return Submission(
        requester=requester,
        brand=Brand.objects.get(key="perfectserve"),
        request_type=request_type,
        subcategory=Subcategory.objects.get(request_type=request_type, key="schedule"),
        level=LEVEL,
        kind="request",
        affected="one",
        ability="partly",
        urgent=False,
        subject="Wrong schedule",
        description="It shows last week for everybody on the night shift.",
    )


def fill(open_tickets: int, tickets: int, *, using: str) -> None:
    """Copy the patterns until there are so many, show how far it is, and leave all as used."""
    began = time.monotonic()
    with connections[using].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET statement_timeout = 0")
    counts = {name: int(open_tickets * kind.share) for name, kind in OPEN.items()}
    for name, count in (counts | {"solved": tickets - open_tickets}).items():
        step = SPREAD / max(count, 1) if name in OPEN else SECOND * 5
        copy(name, count, step=step, using=using)
        print(f"  {count:>9,} {name}, {time.monotonic() - began:.0f} s", flush=True)
    fill_notices(tickets, using=using)
    company.leave_as_used(using)
    print(f"{tickets:,} tickets in {time.monotonic() - began:.0f} s", flush=True)


def copy(name: str, count: int, *, step: timedelta, using: str) -> None:
    """Copy the pattern, which every database has under the same ids, in transactions of a size."""
    ticket = Ticket.objects.filter(requester__email=company.asker_of(name)).earliest("pk")
    kept = {"step": step, "only": (Ticket, Clock, Breach, Verdict), "using": using}
    for done in range(0, count, AT_ONCE):
        with transaction.atomic(using=using):
            Copies(ticket, min(AT_ONCE, count - done), after=done, **kept).write()


def fill_notices(count: int, *, using: str) -> None:
    """Write what was told of so many other tickets, for the table and its indexes have grown."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO mail_notice (kind, subject_id, created_at, expanded_at, next_try_at) "
            "SELECT 'received', 1000000000 + n, c, c, c "
            "FROM generate_series(1, %s) n, clock_timestamp() c",
            [count],
        )
