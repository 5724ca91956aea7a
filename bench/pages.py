"""My tickets and a ticket: what 1,000,000 tickets cost beside 1,000, and 200 messages beside 3."""

import itertools
import statistics
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench import company
from bench.company import People
from bench.servers import Servers
from bench.stopwatch import (
    Request,
    Verdict,
    alternate,
    each_in_turn,
    percentile,
)
from tickets import services
from tickets.models import Ticket

P50, P95 = 1.2, 1.5


def measure(servers: Servers, people: People, *, large: str, seconds: float) -> list[Verdict]:
    ports = {
        "default": servers.serve(),
        large: servers.serve(database=company.large_database(servers.url)),
    }
    verdicts = [same_queries(people)]
    for name, requests in kinds(people).items():
        few, many = (requests_of(ports, using, requests, seconds) for using in ports)
        verdicts += compare(name, few, many)
    return verdicts


def kinds(people: People):
    """The pages by name: for a database, who asks for what, over and over."""
    return {
        "my tickets": lambda using: lists(people),
        "my tickets, second page": lambda using: second_pages(people, using),
        "my tickets, organization": lambda using: viewers(people),
        "a ticket": lambda using: tickets(people, using),
    }


def lists(people: People) -> Iterator[Request]:
    return itertools.cycle(
        [Request("/tickets/", company.cookies_of(browser)) for browser in people.customers]
    )


def second_pages(people: People, using: str) -> Iterator[Request]:
    found = [
        Request(f"/tickets/?after={cursor_in(user, using)}", company.cookies_of(browser))
        for user, browser in zip(company.measured(), people.customers, strict=True)
    ]
    return itertools.cycle(found)


def cursor_in(user: User, using: str) -> str:
    own = Ticket.objects.using(using).filter(requester=user.pk).order_by("-updated_at", "-id")
    last = own[24]
    return f"{last.updated_at.isoformat()},{last.pk}".replace("+", "%2B")


def viewers(people: People) -> Iterator[Request]:
    return itertools.cycle(
        [Request("/tickets/?whose=organization", company.cookies_of(people.viewer))]
    )


def tickets(people: People, using: str) -> Iterator[Request]:
    """Every ticket of everybody measured."""
    found = [
        Request(f"/tickets/{pk}/", company.cookies_of(browser))
        for user, browser in zip(company.measured(), people.customers, strict=True)
        for pk in Ticket.objects.using(using).filter(requester=user.pk).values_list("pk", flat=True)
    ]
    return itertools.cycle(found)


def requests_of(ports, using, requests, seconds):
    stream = requests(using)

    def run() -> list[float]:
        return each_in_turn(ports[using], stream, seconds=seconds)

    return run


def compare(name: str, few, many) -> list[Verdict]:
    small, large = alternate(few, many)
    print(f"\n{name}: ms with {company_size()} and with many tickets")
    figures = {
        part: [statistics.median(percentile(run, part) for run in runs) for runs in (small, large)]
        for part in (50, 95)
    }
    for part, (before, after) in figures.items():
        print(f"  p{part:<52}{before:>8.1f}{after:>8.1f}")
    return [
        Verdict(f"p{part}, many / few", after / before, limit).tell()
        for (part, (before, after)), limit in zip(figures.items(), (P50, P95), strict=True)
    ]


def company_size() -> str:
    return f"{Ticket.objects.count():,}"


def same_queries(people: People) -> Verdict:
    """Count what the page asks of the database, with 3 messages on the ticket and with 200."""
    browser, user = people.customers[0], company.measured()[0]
    ticket = Ticket.objects.filter(requester=user, status="new").earliest("pk")
    counts = [queries(browser, ticket, messages=messages) for messages in (3, 200)]
    print(f"\nqueries of a ticket's page with 3 and 200 messages: {counts[0]} and {counts[1]}")
    return Verdict("200 messages / 3 messages", counts[1] / counts[0], 1).tell()


def queries(browser, ticket: Ticket, *, messages: int) -> int:
    for _message in range(messages - ticket.messages.count()):
        services.reply(ticket, by=ticket.requester, body="And this.")
    browser.get(ticket.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        response = browser.get(ticket.get_absolute_url())
    if response.status_code != 200:
        raise SystemExit(f"The ticket's page answered {response.status_code}.")
    return len(asked)
