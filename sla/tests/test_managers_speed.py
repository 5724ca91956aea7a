"""The managers' lists start in an index wherever one reads on, with thousands of promises."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import listing, verdict_lists
from sla.forms import LEVELS, VerdictFilterForm
from sla.list_forms import DueFilterForm, SoonFilterForm, UnansweredFilterForm
from sla.matrix import COLUMNS, matrix
from sla.scope import Scope
from sla.sweep import sweep
from sla.tests.crowds import crowd
from tickets import services
from tickets.conversation import Turn, take_turn


def turn(ticket, alex, **given):
    take_turn(ticket, by=alex, turn=Turn(body="Which week?", **given))


@pytest.fixture
def thousands(make_ticket, alex, time):
    """Late, kept late, running, paused and unanswered ones."""
    late, kept_late, paused = make_ticket(level=1), make_ticket(level=2), make_ticket(level=3)
    unanswered = make_ticket(level=4)
    turn(paused, alex, status="pending")
    time.advance(hours=5)
    turn(kept_late, alex)
    services.set_status(unanswered, by=alex, to="solved")
    sweep(time.at)
    for ticket in (late, kept_late, paused, unanswered):
        crowd(ticket, 5000)
    return time.at


def plans(found, *, after):
    """How PostgreSQL would find the page behind this place, query by query."""
    with CaptureQueriesContext(connection) as asked:
        found.page(after=after)
    with connection.cursor() as cursor:
        for query in asked:
            if "sla_" in query["sql"] and "ORDER BY" in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                yield "\n".join(line for (line,) in cursor.fetchall())


def drawn(kind, reader, *, now):
    form = {listing.Due: DueFilterForm, listing.Unanswered: UnansweredFilterForm}
    return kind(form.get(kind, VerdictFilterForm)({}, scope=Scope.of(reader)), now=now)


# One crowd for all of a test's lists: to make it takes longer than to look at every one of them.
MIDDLES = {
    "open": (
        verdict_lists.Breached,
        {"breach__isnull": False, "ended_at": None},
        "verdict_broken_open on sla_verdict",
        "Index Cond: ((level_id = 1) AND (ROW(decided_at, clock_id) > ROW(",
    ),
    "ended": (
        verdict_lists.Breached,
        {"breach__isnull": False, "ended_at__isnull": False},
        "verdict_broken_ended on sla_verdict",
        "Index Cond: ((level_id = 2) AND (ROW((decided_at - ended_at), clock_id) > ROW(",
    ),
    "decided": (
        verdict_lists.Decided,
        {},
        "verdict_latest on sla_verdict",
        "Index Cond: (ROW(decided_at, clock_id) < ROW(",
    ),
    "due": (
        listing.Due,
        {"due_at__isnull": False, "stopped_at": None},
        "clock_due_next on sla_clock",
        "Index Cond: (ROW(due_at, id) > ROW(",
    ),
    "paused": (
        listing.Due,
        {"due_at": None, "stopped_at": None},
        "clock_due_next on sla_clock",
        "Index Cond: ((due_at IS NULL) AND (id > ",
    ),
    "unanswered": (
        listing.Unanswered,
        {"metric": "first_response", "stop_kind": "void"},
        "clock_unanswered on sla_clock",
        "Index Cond: (ROW(stopped_at, id) < ROW(",
    ),
}
FIRSTS = {
    verdict_lists.Breached: "verdict_broken_open on sla_verdict",
    verdict_lists.Decided: "verdict_latest on sla_verdict",
    listing.Due: "clock_due_next on sla_clock",
    listing.Unanswered: "clock_unanswered on sla_clock",
}


def test_a_page_in_the_middle_starts_in_the_index(thousands, morgan):
    for name, (kind, among, index, condition) in MIDDLES.items():
        found = drawn(kind, morgan, now=thousands)
        rows = kind.rows.filter(**among).order_by("pk")
        middle = rows[rows.count() // 2]

        [plan] = plans(found, after=str(found._place(middle)))

        assert f"using {index}" in plan, name
        assert condition in plan, name
        assert "Sort" not in plan, name


def test_so_does_the_first_page(thousands, morgan):
    for kind, index in FIRSTS.items():
        found = drawn(kind, morgan, now=thousands)

        [plan] = plans(found, after="")

        assert f"using {index}" in plan, kind
        assert "Sort" not in plan, kind


def test_a_cell_of_the_matrix_reads_no_more_of_an_index_than_it_counts(thousands, morgan):
    form = SoonFilterForm({}, scope=Scope.of(morgan))
    with CaptureQueriesContext(connection) as asked:
        matrix(form, now=thousands)

    [query] = [query["sql"] for query in asked if "COUNT(*)" in query["sql"]]
    with connection.cursor() as cursor:
        # Of so few rows reading all takes hardly longer: some samples make it look cheaper.
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING off, SUMMARY off) {query}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    by_level = len(COLUMNS) * len(LEVELS)
    assert plan.count("using clock_due_by_level on sla_clock") == by_level
    assert "Seq Scan on sla_clock" not in plan
    # A few brands and tickets may be passed over; of thousands of promises none.
    assert max(map(int, re.findall(r"Rows Removed by Filter: (\d+)", plan)), default=0) < 10
