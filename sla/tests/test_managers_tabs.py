"""The tabs of the managers' pages: what they count, and that the lists behind are as long."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.sweep import sweep
from sla.tests.crowds import crowd
from sla.tests.managers import (
    BREACHED,
    COMPLIANCE,
    DECIDED,
    DUE,
    REASONS,
    SOON,
    UNANSWERED,
    lines,
    pages,
    read,
)
from tickets import counting, services
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket


@pytest.fixture
def desk(make_ticket, make_team, make_user, alex, morgan, time):
    """Broken, soon due and unanswered ones of two brands, and a manager of one of them."""
    for brand in ("perfectserve", "clinical-collaboration"):
        for level in (1, 2, 3):
            unanswered, answered = (make_ticket(level=level, brand=brand) for _number in range(2))
            services.set_status(unanswered, by=alex, to="solved")
            take_turn(answered, by=alex, turn=Turn(body="Done?"))
            make_ticket(level=level, brand=brand)
            Ticket.objects.filter(pk=make_ticket(level=level, brand=brand).pk).update(
                restricted=True
            )
    time.advance(hours=1, minutes=30)
    sweep(time.at)
    olive = make_user("Olive", role="manager")
    make_team("One brand", members=[olive, morgan], brands=["perfectserve"])
    make_team("The other", members=[morgan], brands=["clinical-collaboration"])
    return {"Morgan": morgan, "Olive": olive}


def length(tab, reader):
    """How many lines the list has that a tab counts, to its end."""
    address, _mark, query = tab["url"].partition("?")
    params = dict(parse_qsl(query))
    if address == SOON:
        address, params = DUE, params | {"left": "soon"}
    return str(sum(len(lines(page)) for page in pages(address, reader, **params)))


@pytest.mark.parametrize("params", [{}, {"level": "2"}, {"agent": "0"}, {"restricted": "yes"}])
def test_every_count_is_as_long_as_the_list_behind_it(params, desk):
    found = {}
    for name, reader in desk.items():
        for tab in read(BREACHED, reader, **params).context["tabs"]:
            if tab["count"] is not None:
                found[name, tab["label"]] = (tab["count"], length(tab, reader))

    assert len(found) == 6
    assert [counted for counted in found.values() if counted[0] != counted[1]] == []
    assert {counted for counted, _length in found.values()} != {"0"}


def test_every_page_has_the_same_tabs_and_marks_its_own(desk):
    found = {
        address: [
            (tab["label"], tab["count"], tab["current"])
            for tab in read(address, desk["Olive"]).context["tabs"]
        ]
        for address in (BREACHED, SOON, DUE, UNANSWERED, COMPLIANCE, REASONS, DECIDED)
    }

    labels = (
        "Breached",
        "About to break",
        "Due next",
        "Solved without an answer",
        "Compliance",
        "Reasons",
    )
    counted = ("2", "4", None, "3", None, None)
    assert found == {
        address: [
            (label, count, label == current) for label, count in zip(labels, counted, strict=True)
        ]
        for address, current in zip(found, (*labels, None), strict=True)
    }


def test_more_than_anybody_would_count_is_said_so(make_ticket, alex, morgan, monkeypatch):
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="solved")
    monkeypatch.setattr(counting, "MOST", 3)
    crowd(ticket, 5)

    assert [tab["count"] for tab in read(DUE, morgan).context["tabs"]] == [
        *("0", "0", None, "2+"),
        *(None, None),
    ]


def test_they_are_counted_in_one_query_however_many_there_are(make_ticket, alex, morgan):
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="solved")
    crowd(ticket, 150)

    with CaptureQueriesContext(connection) as queries:
        read(DUE, morgan)

    counting_ones = [query["sql"] for query in queries if "'unanswered'" in query["sql"]]
    assert len(counting_ones) == 1
    assert counting_ones[0].count("LIMIT 100") == 3


@pytest.mark.parametrize("address", [BREACHED, SOON, DUE, UNANSWERED, COMPLIANCE, REASONS, DECIDED])
def test_who_only_reads_and_administrators_read_the_line_of_trust_too(address, make_user, db):
    for role in ("manager", "read_only", "administrator"):
        page = read(address, make_user(role.title(), role=role)).content.decode()

        assert "Nobody has checked promises yet" in page
        assert "Not yet held against the log" in page


@pytest.mark.parametrize("address", [COMPLIANCE, REASONS])
def test_days_that_nobody_chose_narrow_no_other_page(address, desk, time):
    time.advance(days=40)
    plain = read(BREACHED, desk["Morgan"]).context

    response = read(address, desk["Morgan"], level="2")

    narrowed = read(BREACHED, desk["Morgan"], level="2").context["tabs"]
    assert [(tab["url"], tab["count"]) for tab in response.context["tabs"]] == [
        (tab["url"], tab["count"]) for tab in narrowed
    ]
    assert [chip["label"] for chip in response.context["chips"]] == ["Level: 2"]
    assert plain["tabs"][0]["count"] != "0"
