"""Sending the form with the most questions, beside a bare Django that writes the same rows."""

import statistics
import uuid
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bench import company
from bench.company import People
from bench.servers import Servers
from bench.stopwatch import Request, Verdict, alternate, side_by_side
from tickets import clock
from tickets.catalog import store
from tickets.catalog.models import Brand
from tickets.catalog.specs import SubcategorySpec, TypeSpec
from tickets.catalog.tests.samples import IMPACT, TEXTS, samples
from tickets.models import Draft, Ticket

SHARE, QUERIES = 0.5, 25
CONNECTIONS = 4
BATCH = 500
NO_QUERIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def measure(servers: Servers, people: People, *, seconds: float) -> list[Verdict]:
    forms = sorted(of_prompting_types(), key=lambda form: len(form[1].questions))
    print(f"\nsending the form of “{forms[-1][1].name}”, over {CONNECTIONS} connections")
    return [
        beside_bare(servers, people, forms[-1], seconds=seconds),
        *queries_of(people.customers[0], forms[0], forms[-1]),
    ]


def of_prompting_types() -> Iterator[tuple[TypeSpec, SubcategorySpec]]:
    for type_spec in store.current().types():
        for about in type_spec.subcategories:
            yield type_spec, about


def beside_bare(servers: Servers, people: People, form, *, seconds: float) -> Verdict:
    ours, bare = (
        throughput(port, people, form, seconds)
        for port in (servers.serve(), servers.serve("bench.bare:application"))
    )
    found = [statistics.median(runs) for runs in alternate(ours, bare)]
    print(f"  {'tickets in a second, ours and bare':<54}{found[0]:>8.0f}{found[1]:>8.0f}")
    return Verdict("ours / bare", found[0] / found[1], SHARE, at_least=True).tell()


def throughput(port: int, people: People, form, seconds: float):
    browsers = list(zip(company.measured(), people.customers, strict=True))[:CONNECTIONS]
    streams = [sends(user, company.cookies_of(browser), form) for user, browser in browsers]

    def run() -> float:
        return side_by_side(port, streams, seconds=seconds)

    return run


def sends(user: User, cookies: str, form) -> Iterator[Request]:
    """Requests to send one draft after the other; drafts are made before the clock starts."""
    token = dict(pair.split("=", 1) for pair in cookies.split("; "))["csrftoken"]
    body = urlencode({**typed(form), "csrfmiddlewaretoken": token}, doseq=True)
    while True:
        for key in drafts(user, form, BATCH):
            yield Request(f"/drafts/{key}/", cookies, body, status=302)


def drafts(user: User, form, count: int) -> list[uuid.UUID]:
    type_spec, about = form
    brand, moment = Brand.objects.get(key="perfectserve"), clock.now()
    made = Draft.objects.bulk_create(
        Draft(
            owner=user,
            brand=brand,
            request_type_id=type_spec.id,
            subcategory_id=about.id,
            data={name: [value] for name, value in IMPACT.items()} | {"subcategory": [about.key]},
            created_at=moment,
            updated_at=moment,
            expires_at=moment + timedelta(days=30),
        )
        for _number in range(count)
    )
    return [draft.pk for draft in made]


def typed(form) -> dict[str, str]:
    """What a customer sends: something of the right kind for every question."""
    type_spec, about = form
    return {**TEXTS, **samples(type_spec.questions + about.questions), "send": "1"}


def queries_of(browser, *forms) -> list[Verdict]:
    """Count what sending asks of the database: for the form with the fewest questions, the most."""
    return [
        Verdict(f"queries with {answers} answers", asked, QUERIES).tell()
        for answers, asked in (queries(browser, form) for form in forms)
    ]


def queries(browser, form) -> tuple[int, int]:
    user = company.measured()[0]
    first, second = drafts(user, form, 2)
    browser.post(f"/drafts/{first}/", typed(form))
    with CaptureQueriesContext(connection) as asked:
        browser.post(f"/drafts/{second}/", typed(form))
    answers = Ticket.objects.get(draft_key=second).answers.count()
    return answers, sum(not query["sql"].startswith(NO_QUERIES) for query in asked)
