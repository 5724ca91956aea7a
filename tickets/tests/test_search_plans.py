"""How PostgreSQL finds what agents search: along an index, and no further than a page needs."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from bench.multiplying import Copies
from tickets import search, searching, services
from tickets.models import Ticket
from tickets.search_words import read
from tickets.searching import Wanted

COPIES = 3000


@pytest.fixture
def plan_of(make_ticket, alex, monkeypatch):
    """Explain a search of three thousand tickets, one of which holds a word of its own."""
    for name, value in {"NEWEST": 500, "MANY": 1000, "LOOKED_AT": 200, "FURTHEST": 1000}.items():
        monkeypatch.setattr(searching, name, value)
    make_ticket(subject="Zebra crossing")
    services.assign(make_ticket(), by=alex, to=alex)
    Copies(make_ticket(), COPIES, step=timedelta(seconds=5)).write()
    for start in range(0, COPIES + 10, 1000):
        search.index(
            list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[start:][:1000])
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket, tickets_searchentry")
        # Of so few rows PostgreSQL reads a table whole; of a million it does not.
        cursor.execute("SET LOCAL enable_seqscan = off")
        # As a search does for itself: the more dead rows other tests left, the likelier are several
        # processes, which return the second part before the first.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")

    def plan_of(typed, **lookups):
        wanted, before = Wanted(alex, read(typed), lookups), Ticket.objects.latest("pk").pk + 1
        walks = searching._is_said_by_many(wanted)
        found = searching._found(wanted, before=before, walks=walks)
        [plan] = json.loads(found.explain(format="json", analyze=True))
        return list(nodes(plan["Plan"]))

    return plan_of


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def on_index(plan, name):
    return [node for node in plan if node.get("Index Name") == name]


def test_a_word_of_many_is_found_among_the_newest_and_the_rest_is_never_read(plan_of):
    plan = plan_of("schedule")

    assert plan[0]["Actual Rows"] == searching.PAGE + 1
    assert {node["Actual Loops"] for node in on_index(plan, "search_words")} <= {0}
    [appended] = [node for node in plan if node["Node Type"] == "Append"]
    assert appended["Plans"][1]["Actual Loops"] == 0
    read_rows = [
        node["Actual Rows"] * node["Actual Loops"]
        for node in plan
        if node["Node Type"] in ("Index Scan", "Index Only Scan", "Bitmap Heap Scan")
    ]
    assert max(read_rows) <= searching.NEWEST


def test_a_word_of_few_is_found_by_the_index_of_words(plan_of):
    plan = plan_of("zebra")

    assert plan[0]["Actual Rows"] == 1
    # More than one: what an entry was before is there until it is cleaned up.
    assert 1 <= on_index(plan, "search_words")[-1]["Actual Rows"] < 10
    assert not [node for node in plan if node["Node Type"] == "Seq Scan" and node["Actual Loops"]]


def rows_of_entries(plan):
    """How many entries were read, each of which is a text to unpack."""
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in plan
        if node.get("Relation Name") == "tickets_searchentry"
    )


def test_a_word_of_many_is_looked_for_in_what_few_tickets_a_filter_lets_through(plan_of, alex):
    plan = plan_of("schedule", assignee=alex)

    assert plan[0]["Actual Rows"] == 1
    assert {node["Actual Loops"] for node in on_index(plan, "search_words")} <= {0}
    assert rows_of_entries(plan) <= 10


@pytest.mark.parametrize("lookups", [{"level": 1}, {"status": "solved"}], ids=str)
def test_a_word_of_many_with_a_filter_that_the_newest_do_not_fit_is_looked_for_so_far_alone(
    plan_of, lookups
):
    plan = plan_of("schedule", **lookups)

    assert {node["Actual Loops"] for node in on_index(plan, "search_words")} <= {0}
    assert rows_of_entries(plan) <= searching.NEWEST + searching.LOOKED_AT + searching.PAGE + 1
