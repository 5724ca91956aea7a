"""The page of reasons: why promises were broken, and what nobody has acknowledged yet."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.acknowledging import acknowledge
from sla.reasons import Row
from sla.tests.broken import HANDED, NOT_SEEN, TALKED, TOO_FEW, action, break_first_responses
from sla.tests.broken import reason as why
from sla.tests.managers import lines, read, signed_in
from tickets.models import Ticket

REASONS = "/admin/sla/reasons/"
DECEMBER = {"first": "2025-12-07", "last": "2026-01-05", "zone": "America/New_York"}
IN_DECEMBER = "first=2025-12-07&last=2026-01-05&zone=America%2FNew_York"


@pytest.fixture
def breaches(make_ticket, time):
    return break_first_responses(time, *(make_ticket(level=1) for _number in range(7)))


@pytest.fixture
def said(breaches, morgan):
    """Three for one reason, two for another, two not acknowledged."""
    for breach, name, done in zip(
        breaches, [TOO_FEW] * 3 + [NOT_SEEN] * 2, [TALKED] * 4 + [HANDED], strict=False
    ):
        acknowledge(breach, by=morgan, reason=why(name), action=action(done))
    return breaches


def counted(response):
    return response.context["reasons"]


def linked(user, address):
    """How many lines the list behind a number has."""
    page = signed_in(user).get(address)
    assert page.context["page"].next is None
    return len(lines(page))


def test_reasons_stand_by_how_often_with_their_running_share(said, morgan):
    found = counted(read(REASONS, morgan))

    assert (found.broken, found.said, found.not_said) == (7, 5, 2)
    assert [(bar.given.label, bar.given.words, bar.given.url) for bar in found.picture.bars] == [
        (
            TOO_FEW,
            "3 · 60.0 %, with those above 60.0 %",
            f"/admin/sla/breached/?{IN_DECEMBER}&reason={why().pk}",
        ),
        (
            NOT_SEEN,
            "2 · 40.0 %, with those above 100.0 %",
            f"/admin/sla/breached/?{IN_DECEMBER}&reason={why(NOT_SEEN).pk}",
        ),
    ]
    assert found.picture.finding == (
        "“Too few people for what came in” and 1 more reason make up 100.0 %"
        " of what was acknowledged."
    )


def test_what_is_done_about_them_is_counted_too(said, morgan):
    [table] = counted(read(REASONS, morgan)).tables

    assert table.rows == [
        Row(
            TALKED,
            4,
            "80.0 %",
            "80.0 %",
            f"/admin/sla/breached/?{IN_DECEMBER}&action={action().pk}",
        ),
        Row(
            HANDED,
            1,
            "20.0 %",
            "100.0 %",
            f"/admin/sla/breached/?{IN_DECEMBER}&action={action(HANDED).pk}",
        ),
    ]


def test_every_number_is_as_long_as_the_list_behind_it(said, morgan):
    for filters in ({}, {"reason": why().pk}, {"level": 1, "reason": 0}):
        found = counted(read(REASONS, morgan, **filters))

        rows = [row for table in found.tables for row in table.rows]
        bars = found.picture.bars if found.picture else []
        shown = [(row.number, row.url) for row in rows]
        shown += [(bar.given.amounts[0].number, bar.given.url) for bar in bars]
        shown += [(found.not_said, found.not_said_url)] if found.not_said else []
        assert shown
        assert [linked(morgan, url) for _number, url in shown] == [number for number, _ in shown]


def test_one_reason_is_broken_down(said, morgan):
    found = counted(read(REASONS, morgan, reason=why().pk))

    assert [
        (table.title, [(row.label, row.number) for row in table.rows]) for table in found.tables
    ] == [
        ("What is done about them", [(TALKED, 3)]),
        ("By level", [("Level 1", 3)]),
        ("By promise", [("First response", 3)]),
        ("By request type", [("PerfectServe (Care Team & Practitioner) requests", 3)]),
        ("By team", [("None", 3)]),
    ]


def test_what_nobody_acknowledged_leads_with_the_worst(said, morgan):
    response = read(REASONS, morgan)

    assert [line.breach for line in response.context["lines"]] == [breach.pk for breach in said[5:]]
    page = response.content.decode()
    assert "2 breaches wait for somebody to say why" in page
    assert page.index("Not acknowledged yet") < page.index("Why promises were broken")


def test_of_restricted_tickets_only_how_many_is_told(said, morgan, make_user):
    Ticket.objects.filter(pk=said[0].clock.ticket_id).update(restricted=True)
    said[0].verdict.restricted = True
    said[0].verdict.save()
    mia = make_user("Mia", role="manager")
    mia.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))

    found, whole = (counted(read(REASONS, user)) for user in (morgan, mia))

    assert (found.said, found.not_said, found.restricted) == (4, 2, 1)
    assert (whole.said, whole.not_said, whole.restricted) == (5, 2, 0)
    assert linked(morgan, found.restricted_url) == 1


def test_a_period_without_a_breach_says_so(said, morgan):
    page = read(REASONS, morgan, first="2025-01-01", last="2025-01-31").content.decode()

    assert "No promise was broken in this period." in page
    assert "<svg" not in page


def test_a_period_that_cannot_be_counts_nothing(said, morgan):
    page = read(REASONS, morgan, first="2026-01-31", last="2026-01-01").content.decode()

    assert "Nothing is counted until that is put right." in page


def test_only_administrators_are_led_to_the_rows(said, morgan, make_user):
    link = 'href="/admin/sla/reason/"'

    found = [
        link in read(REASONS, user).content.decode()
        for user in (morgan, make_user("Ada", role="administrator"))
    ]

    assert found == [False, True]


def test_however_many_are_acknowledged_it_costs_the_same_queries(breaches, morgan):
    client, asked = signed_in(morgan), []
    client.get(REASONS)
    for breach in breaches[:4]:
        acknowledge(breach, by=morgan, reason=why(), action=action())
        with CaptureQueriesContext(connection) as queries:
            client.get(REASONS)
        asked.append(len(queries))

    # While more of the open ones wait than it shows, it need not look for those that ended.
    assert asked == [asked[0], *[asked[0] + 1] * 3]
