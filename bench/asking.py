"""What an agent's pages take beside a bare view of the same 50 rows, and what that is held to."""

import itertools
import re
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import company
from bench.servers import Servers
from bench.stopwatch import Request, Verdict, alternate, each_in_turn, percentile
from bench.sweeping import on
from bench.working import COMMON, ONE, OTHER, RARE, REPLIES, Desk
from tickets.models import Callback, Confirmation, Ticket

QUEUE = "/admin/tickets/ticket/"
ROWS = 50
OF_A_TICKET = re.compile(r"/admin/tickets/ticket/(\d+)/change/")


@dataclass(frozen=True)
class Page:
    """A page in each database, the bare one beside it, and what it is held to."""

    few: str
    many: str
    beside: str
    ratio: float | None = 2.2
    growth: float | None = 1.2
    queries: int = 10
    over: float | None = None  # milliseconds, of its p95


def measure(servers: Servers, desk: Desk, *, large: str, seconds: float) -> list[Verdict]:
    database = company.large_database(servers.url)
    ports = {
        "few": servers.serve(),
        "many": servers.serve(database=database),
        "beside": servers.serve("bench.plain:application", database=database),
    }
    verdicts = []
    for name, page in pages(desk, large=large).items():
        print(f"\n{name}: {page.many}")
        verdicts.append(few_queries(desk.browser, page, large=large))
        verdicts += compare(page, desk.browser, ports, seconds=seconds)
    return verdicts


def pages(desk: Desk, *, large: str) -> Mapping[str, Page]:
    with on(large):
        first = bare("tickets", shown(desk.browser, f"{QUEUE}?tab=due"))
        found = {name: of_queue(desk, query) for name, query in queries().items()}
        numbers = [getattr(Ticket.objects, end)("pk").pk for end in ("earliest", "latest")]
        middles = {"due": middle(), "all": str(sum(numbers) // 2)}
        calls = list(Callback.objects.order_by("pk").values_list("pk", flat=True)[:ROWS])
        waiting = list(Confirmation.objects.order_by("pk").values_list("pk", flat=True)[:ROWS])
    for tab, after in middles.items():
        path = f"{QUEUE}?{urlencode({'tab': tab, 'after': after})}"
        with on(large):
            beside = bare("tickets", shown(desk.browser, path))
        found[f"a middle page of {tab}"] = Page(path, path, beside, growth=None)
    for name, kind, keys in (
        ("callbacks", "callbacks", calls),
        ("unconfirmed", "unconfirmed", waiting),
    ):
        path = f"{QUEUE}{name}/"
        if desk.browser.get(path).status_code == 200:
            found[name] = Page(path, path, bare(kind, keys))
    for pk, length, ratio in zip(desk.long, REPLIES, (1.7, 3.2), strict=True):
        path = f"{QUEUE}{pk}/change/"
        found[f"a ticket of {length} messages"] = Page(path, path, first, ratio=ratio, queries=14)
    for name, words in searches().items():
        path = f"{QUEUE}search/?{urlencode(words)}"
        found[f"search, {name}"] = Page(path, path, first, ratio=None, growth=None, over=50)
    return found


def queries() -> Mapping[str, dict[str, object]]:
    return {
        "due": {"tab": "due"},
        "mine": {"tab": "mine"},
        "unassigned": {"tab": "unassigned"},
        "breached": {"tab": "breached"},
        "waiting": {"tab": "waiting"},
        "snoozed": {"tab": "snoozed"},
        "all": {"tab": "all"},
        "due, of level 2": {"tab": "due", "level": 2},
        "due, of an organization": {"tab": "due", "organization": "Clinic 3"},
    }


def searches() -> Mapping[str, dict[str, object]]:
    return {
        "a word of 30 %": {"q": COMMON},
        "a rare word": {"q": RARE},
        "two words": {"q": f"{ONE} {OTHER}"},
        "a word of 5 % and a rare one": {"q": f"{ONE} {RARE}"},
        "nothing": {"q": "absent"},
        "a phrase": {"q": f'"{COMMON} {ONE}"'},
        "a beginning": {"q": OTHER[:4]},
        "a name": {"q": "Clinic 3"},
        "a word of 30 %, of an organization": {"q": COMMON, "organization": "Clinic 3"},
    }


def of_queue(desk: Desk, query: dict[str, object]) -> Page:
    path = f"{QUEUE}?{urlencode(query)}"
    return Page(path, path, bare("tickets", shown(desk.browser, path)))


def shown(browser: Client, path: str) -> list[int]:
    """Return the tickets that a page shows: all that the bare one is asked for."""
    response = browser.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}.")
    keys = list(dict.fromkeys(OF_A_TICKET.findall(response.content.decode())))[:ROWS]
    if len(keys) < ROWS:
        raise SystemExit(f"{path} shows {len(keys)} tickets.")
    return list(map(int, keys))


def bare(kind: str, keys: list[int]) -> str:
    return f"/{kind}/?keys={','.join(map(str, keys))}"


def middle() -> str:
    """Return the place of the ticket in the middle of what is due."""
    due = Ticket.objects.working().filter(snoozed_until=None, queue_rank=1).in_queue_order()
    ticket = due[due.count() // 2]
    return f"{ticket.queue_rank},{ticket.next_due_at.isoformat()},{ticket.pk}"


def few_queries(browser: Client, page: Page, *, large: str) -> Verdict:
    """Count statements that read rows; what the time is reads none."""
    with on(large):
        browser.get(page.many)
        with CaptureQueriesContext(connection) as asked:
            browser.get(page.many)
        reading = [each for each in asked if " FROM " in each["sql"]]
    return Verdict("queries", len(reading), page.queries).tell()


def compare(
    page: Page, browser: Client, ports: Mapping[str, int], *, seconds: float
) -> list[Verdict]:
    def run(name: str) -> list[float]:
        asked = itertools.repeat(Request(getattr(page, name), company.cookies_of(browser)))
        return each_in_turn(ports[name], asked, seconds=seconds)

    runs = alternate(*(lambda name=name: run(name) for name in ports))
    few, many, beside = (statistics.median(map(statistics.median, each)) for each in runs)
    slow, slow_beside = (
        statistics.median(percentile(run, 95) for run in each) for each in runs[1:]
    )
    print(f"  p50 {few:.1f} ms with few, {many:.1f} with many, {beside:.1f} bare; ", end="")
    print(f"p95 {slow:.1f} with many, {slow_beside:.1f} bare")
    verdicts = []
    if page.ratio is not None:
        verdicts.append(Verdict("p50 / bare", many / beside, page.ratio).tell())
    if page.growth is not None:
        verdicts.append(Verdict("p50, many / few", many / few, page.growth).tell())
    if page.over is not None:
        verdicts.append(Verdict("p95 over bare, ms", slow - slow_beside, page.over).tell())
    return verdicts
