"""The managers' lists start in an index wherever one reads on, with thousands of promises."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import listing
from sla.models import Clock
from sla.scope import Scope
from sla.sweep import sweep
from sla.tests.crowds import crowd
from tickets.conversation import Turn, take_turn


def turn(ticket, alex, **given):
    take_turn(ticket, by=alex, turn=Turn(body="Which week?", **given))


@pytest.fixture
def thousands(make_ticket, alex, time):
    """Late, kept late, running and paused ones."""
    late, kept_late, paused = make_ticket(level=1), make_ticket(level=2), make_ticket(level=3)
    turn(paused, alex, status="pending")
    time.advance(hours=5)
    turn(kept_late, alex)
    sweep(time.at)
    for ticket in (late, kept_late, paused):
        crowd(ticket, 5000)
    return time.at


def plans(found, *, after):
    """How PostgreSQL would find the page behind this place, query by query."""
    with CaptureQueriesContext(connection) as asked:
        found.page(after=after)
    with connection.cursor() as cursor:
        for query in asked:
            if "sla_clock" in query["sql"]:
                cursor.execute(f"EXPLAIN {query['sql']}")
                yield "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    "kind, among, index, condition",
    [
        (
            listing.Breached,
            {"breached_at__isnull": False, "stopped_at": None},
            "clock_breached_open",
            "Index Cond: ((level_id = 1) AND (ROW(breached_at, id) > ROW(",
        ),
        (
            listing.Breached,
            {"breached_at__isnull": False, "stopped_at__isnull": False},
            "clock_breached_ended",
            "Index Cond: ((level_id = 2) AND (ROW((breached_at - stopped_at), id) > ROW(",
        ),
        (
            listing.Due,
            {"due_at__isnull": False, "stopped_at": None},
            "clock_due_next",
            "Index Cond: (ROW(due_at, id) > ROW(",
        ),
        (
            listing.Due,
            {"due_at": None, "stopped_at": None},
            "clock_due_next",
            "Index Cond: ((due_at IS NULL) AND (id > ",
        ),
    ],
    ids=["open", "ended", "due", "paused"],
)
def test_a_page_in_the_middle_starts_in_the_index(kind, among, index, condition, thousands, morgan):
    found = kind(Clock.objects.all(), scope=Scope.of(morgan), now=thousands)
    clocks = Clock.objects.filter(**among).order_by("due_at", "id")
    middle = clocks[clocks.count() // 2]

    [plan] = plans(found, after=str(found._place(middle)))

    assert f"Index Scan using {index} on sla_clock" in plan
    assert condition in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    "kind, index", [(listing.Breached, "clock_breached_open"), (listing.Due, "clock_due_next")]
)
def test_so_does_the_first_page(kind, index, thousands, morgan):
    found = kind(Clock.objects.all(), scope=Scope.of(morgan), now=thousands)

    [plan] = plans(found, after="")

    assert f"Index Scan using {index} on sla_clock" in plan
    assert "Sort" not in plan
