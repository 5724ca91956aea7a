"""Who and what is there while customers' pages are measured: people, sessions, tickets by COPY."""

import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, connections
from django.test import Client

from accounts.models import Organization, User
from accounts.services import give_role
from bench import filling
from tickets import clock, conversation, services
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.conversation import Turn
from tickets.models import Ticket
from tickets.submission import Submission

EACH, MEASURED = 50, 20  # tickets of one customer; customers whose pages are measured
LARGE = "large"
HOST = "127.0.0.1"
# Most of a help desk's tickets are long done.
STATES = ("solved",) * 17 + ("pending", "pending", "new")


@dataclass(frozen=True)
class People:
    """Browsers of the customers who are measured, and of one who sees an organization."""

    customers: list[Client]
    viewer: Client


def make(many: int) -> People:
    """Make everybody who will ask, the measured ones first, and the tickets that are copied.

    The first organization has a tenth of the people, and its viewer sees a tenth of all tickets.
    """
    first, second = (Organization.objects.create(name=name) for name in ("Riverside", "Lakeside"))
    User.objects.bulk_create(
        User(
            email=f"customer{number}@clinic.example",
            name=f"Customer {number}",
            organization=second if number % 10 else first,
        )
        for number in range(max(MEASURED, many // EACH))
    )
    viewer = User.objects.create_user(
        "viewer@clinic.example", None, name="Viewer", organization=first, sees_organization=True
    )
    agent = User.objects.create_user("agent@desk.example", None, name="Agent")
    give_role(agent, "agent")
    for state in dict.fromkeys(STATES):
        file(state, agent, organization=first)
    return People([browser_of(each) for each in measured()], browser_of(viewer))


def measured() -> list[User]:
    return list(User.objects.filter(email__startswith="customer").order_by("pk")[:MEASURED])


def browser_of(user: User) -> Client:
    browser = Client(HTTP_HOST=HOST)
    browser.force_login(user)
    browser.get("/tickets/")  # notes in the session when its holder was seen
    return browser


def file(state: str, agent: User, *, organization: Organization) -> None:
    """File a ticket by the service, ten days ago, and work on it by the conversation.

    Its requester has an organization, so that each copy is of its own requester's.
    """
    requester = User.objects.create_user(
        asker_of(state), None, name="Pattern", organization=organization
    )
    request_type = RequestType.objects.get(key="perfectserve")
    submission = Submission(
        requester=requester,
        brand=Brand.objects.get(key="perfectserve"),
        request_type=request_type,
        subcategory=Subcategory.objects.get(request_type=request_type, key="schedule"),
        level=3,
        kind="request",
        affected="one",
        ability="partly",
        urgent=False,
        subject="Wrong schedule",
        description="It shows last week for everybody on the night shift.",
    )
    with at(days=10):
        ticket = services.open_ticket(submission, by=requester)
    if state != "new":
        with at(days=10, hours=-1):
            turn = Turn(body="Which week does it show?", status=state)
            conversation.take_turn(ticket, by=agent, turn=turn)
    return ticket


def asker_of(state: str) -> str:
    return f"pattern-{state}@clinic.example"


@contextmanager
def at(**ago):
    moment = clock.now() - timedelta(**ago)
    with clock.moving_clock(lambda: moment):
        yield


def another_database(url: str) -> str:
    """Make a second database that is as the first one is now, and return its alias."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connections.settings[LARGE] = {**connections.settings["default"], "NAME": LARGE}
    with server() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        cursor.execute(f'CREATE DATABASE "{LARGE}" TEMPLATE "{name}"')
    return LARGE


@contextmanager
def server():
    import psycopg

    of_site = connections.settings["default"]
    with psycopg.connect(
        host=of_site["HOST"], user=of_site["USER"], dbname="postgres", autocommit=True
    ) as session:
        yield session


def fill(count: int, *, using: str) -> None:
    """Copy the patterns until there are `count`, show how far it is, and leave it as used."""
    people = [
        filling.Person(pk, organization)
        for pk, organization in User.objects.filter(email__startswith="customer")
        .order_by("pk")[: max(MEASURED, count // EACH)]
        .values_list("pk", "organization")
    ]
    began = time.monotonic()
    with connections[using].cursor() as cursor:
        # What is copied referred to rows that are there; checking each costs most of the time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET statement_timeout = 0")

    def tell(done: int) -> None:
        if done % filling.AT_ONCE:
            return
        print(f"\r{done:,} of {count:,} tickets, {time.monotonic() - began:.0f} s", end="")

    filling.fill(patterns(), people, count, using=using, tell=tell)
    leave_as_used(using)
    print(f"\r{count:,} tickets in {time.monotonic() - began:.0f} s" + " " * 20, flush=True)


def patterns() -> list[filling.Pattern]:
    filed = {
        state: filling.Pattern(Ticket.objects.get(requester__email=asker_of(state)))
        for state in dict.fromkeys(STATES)
    }
    return [filed[state] for state in STATES]


def leave_as_used(using: str) -> None:
    """Update a twentieth of the tickets and clean up nothing: tables that are used look so."""
    with connections[using].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("UPDATE tickets_ticket SET version = version + 1 WHERE id %% 20 = 0", [])
    connections[using].close()


def cookies_of(browser: Client) -> str:
    return "; ".join(f"{each.key}={each.value}" for each in browser.cookies.values())


def large_database(url: str) -> str:
    return f"{url.rpartition('/')[0]}/{LARGE}"
