"""What a manager's pages take with 1,000 tickets and with very many, and what that is held to."""

import itertools
import statistics
from collections.abc import Mapping
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organization, User
from accounts.services import give_role
from bench import company
from bench.managing import RARE
from bench.servers import Servers
from bench.stopwatch import Request, Verdict, alternate, each_in_turn
from bench.sweeping import on
from sla.compliance_form import PARTS
from sla.models import Reason
from sla.periods import last_days, last_month
from sla.zones import zone
from tickets import clock
from tickets.catalog.models import Subcategory

RATIO, MILLISECONDS = 3, 1000
ZONE = "America/Chicago"


def manager() -> Client:
    user = User.objects.create_user("manager@desk.example", None, name="Manager")
    give_role(user, "manager")
    return company.browser_of(user)


def measure(servers: Servers, browser: Client, *, large: str, seconds: float) -> list[Verdict]:
    ports = {
        "default": servers.serve(),
        large: servers.serve(database=company.large_database(servers.url)),
    }
    verdicts = []
    for name, path in pages().items():
        print(f"\n{name}: {path}")
        verdicts.append(same_queries(browser, path, large=large))
        verdicts += compare(path, browser, ports, seconds=seconds)
    return verdicts


def pages() -> Mapping[str, str]:
    """The addresses by what they ask for; both databases have their rows under the same keys."""
    rare, often = Organization.objects.get(name=RARE), Organization.objects.earliest("pk")
    return {
        "breached": address("breached"),
        "breached, still open": address("breached", state="open"),
        "breached, of an agent": address("breached", agent=agent("agent0")),
        "breached, of an agent who has few": address("breached", agent=agent("rare")),
        "breached, of an organization": address("breached", organization_id=often.pk),
        "breached, of an organization that has few": address("breached", organization_id=rare.pk),
        "breached, of organizations called so": address("breached", organization=RARE),
        "breached, of a subcategory": address("breached", subcategory=subcategory()),
        "breached, for a reason": address("breached", reason=reason(first=True)),
        "breached, for a rare reason": address("breached", reason=reason(first=False)),
        "breached, not acknowledged": address("breached", reason=0),
        "breached, of level 4": address("breached", level=4),
        "breached of 30 days": address("breached", **thirty_days()),
        "due": address("due"),
        "due, of an organization that has few": address("due", organization_id=rare.pk),
        "about to break": address("soon"),
        "decided": address("decided"),
        "decided in 30 days": address("decided", **thirty_days()),
        "decided in 30 days, slowest first": address("decided", order="slowest", **thirty_days()),
        "decided, of an agent": address("decided", agent=agent("agent0")),
        "unanswered": address("unanswered"),
        "unanswered in 30 days": address("unanswered", **thirty_days()),
        "reasons of 30 days": address("reasons"),
        "compliance of 7 days": address("compliance"),
        **{
            f"compliance of 30 days, by {by}": address("compliance", by=by, **thirty_days())
            for by in PARTS
        },
        "compliance of last month": address("compliance", **last_months(1)),
        "compliance of a quarter": address("compliance", **last_months(3)),
        "compliance of a year": address("compliance", **last_months(12)),
        "subscriptions": address("subscriptions"),
    }


def address(name: str, **chosen: object) -> str:
    return f"/admin/sla/{name}/?{urlencode(chosen)}"


def agent(login: str) -> int:
    return User.objects.get(email=f"{login}@desk.example").pk


def subcategory() -> int:
    return Subcategory.objects.order_by("pk").values_list("pk", flat=True)[0]


def reason(*, first: bool) -> int:
    return Reason.objects.order_by("pk" if first else "-pk").values_list("pk", flat=True)[0]


def thirty_days() -> dict[str, object]:
    period = last_days(30, today=clock.now().date(), zone=zone(ZONE))
    return {"first": period.first, "last": period.last, "zone": ZONE}


def last_months(number: int) -> dict[str, object]:
    """Return so many whole months, the last of which is the one before this."""
    first = last = last_month(today=clock.now().date(), zone=zone(ZONE))
    for _more in range(number - 1):
        first = first.before
    return {"first": first.first, "last": last.last, "zone": ZONE}


def same_queries(browser: Client, path: str, *, large: str) -> Verdict:
    counts = []
    for alias in ("default", large):
        with on(alias):
            browser.get(path)
            with CaptureQueriesContext(connection) as asked:
                response = browser.get(path)
            if response.status_code != 200:
                raise SystemExit(f"{path} answered {response.status_code}.")
            counts.append(len(asked))
    return Verdict(f"queries, {counts[0]} and {counts[1]}", counts[1] / counts[0], 1).tell()


def compare(
    path: str, browser: Client, ports: Mapping[str, int], *, seconds: float
) -> list[Verdict]:
    def run(port: int) -> list[float]:
        asked = itertools.repeat(Request(path, company.cookies_of(browser)))
        return each_in_turn(port, asked, seconds=seconds)

    runs = alternate(*(lambda port=port: run(port) for port in ports.values()))
    few, many = (statistics.median(map(statistics.median, each)) for each in runs)
    return [
        Verdict(f"p50 in ms ({few:.0f} with few tickets)", many, MILLISECONDS).tell(),
        Verdict("p50, many / few", many / few, RATIO).tell(),
    ]
