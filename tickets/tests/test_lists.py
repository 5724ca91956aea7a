"""Lists read little more than they show, however many tickets there are."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets import counting, lists
from tickets.models import Ticket
from tickets.states import Status

MANY = 6_000


@pytest.fixture
def many(make_ticket, time):
    """One ticket filed by the service, and thousands like it in every state."""
    one = make_ticket()
    columns = {field.attname: getattr(one, field.attname) for field in Ticket._meta.concrete_fields}
    states = list(Status)
    Ticket.objects.bulk_create(
        Ticket(
            **columns
            | {
                "id": None,
                "draft_key": None,
                "status": states[number % len(states)],
                "updated_at": time.at - timedelta(seconds=number),
            }
        )
        for number in range(MANY)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket")
    return one


def rows_read(query):
    """Count the rows of tickets that PostgreSQL touched to answer a query."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return sum(touched(plan[0]["Plan"]))


def touched(node):
    if node.get("Relation Name") == "tickets_ticket":
        removed = node.get("Rows Removed by Filter", 0)
        yield (node["Actual Rows"] + removed) * node["Actual Loops"]
    for part in node.get("Plans", ()):
        yield from touched(part)


@pytest.mark.parametrize("whose", ["mine", "organization"])
@pytest.mark.parametrize("view", lists.VIEWS)
def test_a_page_in_the_middle_reads_a_page_of_each_status(whose, view, many, make_user):
    maria = make_user("Maria", organization="Riverside Clinic", sees_organization=True)
    reader = many.requester if whose == "mine" else maria
    wanted = lists.Wanted(reader, many.brand_id, whose, view)
    first = lists.page(wanted)

    with CaptureQueriesContext(connection) as asked:
        second = lists.page(wanted, after=first.older)
    places = next(query["sql"] for query in asked if "LIMIT" in query["sql"])

    assert [len(page.tickets) for page in (first, second)] == [lists.PAGE, lists.PAGE]
    assert rows_read(places) <= len(lists.VIEWS[view]) * (lists.PAGE + 1)


def test_counting_reads_a_hundred_of_each_status_at_most(many):
    with CaptureQueriesContext(connection) as asked:
        counts = lists.count(many.requester, [many.brand_id])

    assert counts[many.brand_id]["waiting"] == counting.MOST
    assert len(asked) == 1
    assert rows_read(asked[0]["sql"]) <= len(Status) * counting.MOST
