"""The managers' lists as CSV files: the same lines, inert, and however many there are."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import listing
from sla.models import Clock
from sla.sweep import sweep
from sla.tests.crowds import crowd
from sla.tests.managers import BREACHED, DUE, FILES, file, lines, pages, rows, signed_in
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket

HEADERS = {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="breached-2026-01-05.csv"',
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}


def turn(ticket, alex, **given):
    take_turn(ticket, by=alex, turn=Turn(**given))


def test_a_breach_is_a_row_with_times_in_the_readers_zone(
    make_ticket, make_team, alex, morgan, time
):
    morgan.time_zone = "America/New_York"
    morgan.save(update_fields=["time_zone"])
    ticket = make_ticket(level=1, subject="Falscher Dienstplan für Dr. Müller")
    Ticket.objects.filter(pk=ticket.pk).update(team=make_team("Clinical"))
    time.advance(hours=2, minutes=30, seconds=5)
    turn(ticket, alex, body="Sorry for the wait.")

    response = file(BREACHED, morgan)

    assert HEADERS.items() <= dict(response.headers).items()
    assert rows(response) == [
        {
            "Ticket": ticket.number,
            "Subject": "Falscher Dienstplan für Dr. Müller",
            "Request type": ticket.request_type.name,
            "Subcategory": "Schedule assistance",
            "Organization": "Riverside Clinic",
            "Brand": "PerfectServe",
            "Agent": "Alex",
            "Team": "Clinical",
            "Level": "1",
            "Not called": "",
            "Promise": "First response",
            "State": "Answered late",
            "Due": "2026-01-05T06:00:00-05:00",
            "Ended": "2026-01-05T07:30:05-05:00",
            "Over by": "1:30",
            "Over by (seconds)": "5405",
            "Last touch": "2026-01-05T07:30:05-05:00",
            "Reason": "not acknowledged",
            "Action": "",
        }
    ]


def test_what_is_due_is_late_running_or_paused(make_ticket, alex, morgan, time):
    paused, late = make_ticket(level=1), make_ticket(level=2, phone_answer="cannot")
    turn(paused, alex, body="Which week?", status="pending")
    time.advance(hours=3)
    shown = ("Ticket", "Not called", "Promise", "State", "Due")
    counted = ("Left", "Left (seconds)", "Late by (seconds)")

    found = rows(file(DUE, morgan))

    assert [tuple(row[name] for name in shown + counted) for row in found] == [
        (
            *(late.number, "not called", "First response", "Late", "2026-01-05T07:00:00-05:00"),
            *("Late 1:00", "", "3600"),
        ),
        (
            *(late.number, "not called", "Resolution", "Running", "2026-01-08T05:00:00-05:00"),
            *("2 d 21 h left", "248400", ""),
        ),
        (
            *(paused.number, "", "Resolution", "Paused", ""),
            *("Paused, 1 d left", "86400", ""),
        ),
    ]


def test_the_file_begins_with_the_mark_that_lets_excel_read_it_and_its_name_is_the_readers_day(
    morgan, time
):
    morgan.time_zone = "Pacific/Auckland"
    morgan.save(update_fields=["time_zone"])
    time.advance(hours=2)

    response = file(DUE, morgan)

    assert response["Content-Disposition"] == 'attachment; filename="due-2026-01-06.csv"'
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbfTicket,Subject,")
    assert content.count(b"\r\n") == 1


@pytest.fixture
def formulas(make_ticket, make_user, make_team, alex, time):
    """Broken promises of people who name everything like a formula."""
    eve = make_user("Eve", organization="+Clinic")
    for subject in ("=1+1", "@SUM(A1:A9)", "-2+3", '=HYPERLINK("http://x.example","Click")'):
        ticket = make_ticket(level=1, subject=subject, requester=eve)
    Ticket.objects.filter(pk=ticket.pk).update(team=make_team("=Team"), assignee=alex)
    alex.name = "@Alex"
    alex.save(update_fields=["name"])
    time.advance(hours=2)
    sweep(time.at)


@pytest.mark.parametrize("address", [BREACHED, DUE])
def test_no_cell_is_a_formula(address, formulas, morgan):
    found = rows(file(address, morgan))

    assert {row["Subject"] for row in found} == {
        "'=1+1",
        "'@SUM(A1:A9)",
        "'-2+3",
        '\'=HYPERLINK("http://x.example","Click")',
    }
    assert {row["Organization"] for row in found} == {"'+Clinic"}
    assert {row["Team"] for row in found} == {"'=Team", ""}
    assert {row["Agent"] for row in found} == {"'@Alex", ""}
    cells = [cell for row in found for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize("address", [BREACHED, DUE])
def test_of_a_restricted_ticket_the_file_says_no_more_than_the_page(
    address, make_ticket, make_team, alex, morgan, time
):
    ticket = make_ticket(level=1, subject="canary subject", phone_answer="cannot")
    Ticket.objects.filter(pk=ticket.pk).update(
        restricted=True, assignee=alex, team=make_team("Canary")
    )
    time.advance(hours=2)
    sweep(time.at)

    found = rows(file(address, morgan))[0]

    told = ("Ticket", "Subject", "Brand", "Level", "Promise", "State", "Due")
    assert [found[name] for name in told] == [
        *(ticket.number, "Restricted", "PerfectServe", "1", "First response"),
        *("Still open" if address == BREACHED else "Late", "2026-01-05T06:00:00-05:00"),
    ]
    untold = ("Request type", "Subcategory", "Organization", "Agent", "Team", "Not called")
    assert [found[name] for name in untold] == [""] * 6


@pytest.fixture
def company(make_ticket, make_team, make_user, alex, morgan, time):
    """Promises of every kind in both brands, restricted ones too, and a manager of one brand."""
    for level in (1, 2, 3, 4):
        for brand in ("perfectserve", "clinical-collaboration"):
            for how in ("untouched", "answered late", "pending", "restricted"):
                ticket = make_ticket(level=level, brand=brand, subject=how)
                if how == "pending":
                    turn(ticket, alex, body="Which week?", status="pending")
                if how == "answered late":
                    time.advance(hours=49 if level == 4 else 5)
                    turn(ticket, alex, body="Sorry for the wait.")
                if how == "restricted":
                    Ticket.objects.filter(pk=ticket.pk).update(restricted=True)
    time.advance(days=2)
    sweep(time.at)
    olive = make_user("Olive", role="manager")
    make_team("One brand", members=[olive, morgan], brands=["perfectserve"])
    make_team("The other", members=[morgan], brands=["clinical-collaboration"])
    lara = make_user("Lara", role="read_only")
    lara.user_permissions.add(Permission.objects.get(codename="view_restricted_ticket"))
    make_team("Legal", members=[lara], brands=["perfectserve"])
    return {"Morgan": morgan, "Olive": olive, "Lara": lara}


FILTERS = {
    BREACHED: [
        {},
        {"level": "2", "state": "open"},
        {"state": "answered", "first": "2026-01-05", "last": "2026-01-11"},
        {"organization": "river", "metric": "first_response"},
    ],
    DUE: [
        {},
        {"left": "late"},
        {"left": "paused", "level": "3"},
        {"organization": "river", "agent": "0"},
    ],
}


@pytest.mark.parametrize("address", [BREACHED, DUE])
def test_the_file_has_every_line_of_every_page_in_the_same_order(address, company, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 7)
    monkeypatch.setattr(listing, "BATCH", 5)
    time_column = {BREACHED: "Over by", DUE: "Left"}[address]

    for reader, filters in product(company.values(), FILTERS[address]):
        on_pages = [line for each in pages(address, reader, **filters) for line in lines(each)]
        in_file = rows(file(address, reader, **filters))

        shown = [(line.number, line.subject, line.metric, line.words) for line in on_pages]
        assert shown == [
            (row["Ticket"], row["Subject"], row["Promise"], row[time_column]) for row in in_file
        ]
        assert len(set(shown)) == len(shown) > 0


def test_one_brand_in_the_file_for_who_serves_one(company):
    found = {
        name: {row["Brand"] for row in rows(file(DUE, reader))} for name, reader in company.items()
    }

    assert found == {
        "Morgan": {"PerfectServe", "Clinical Collaboration"},
        "Olive": {"PerfectServe"},
        "Lara": {"PerfectServe"},
    }


@pytest.mark.parametrize("address", [BREACHED, DUE])
def test_the_page_leads_to_the_file_of_what_it_shows(address, make_ticket, morgan, time):
    make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)

    html = (
        signed_in(morgan).get(address, {"level": "1", "team": "0", "brand": "x"}).content.decode()
    )

    name = address.removesuffix("/")
    assert f'<a class="btn" href="{name}.csv?level=1&amp;team=0">Download CSV</a>' in html


@pytest.mark.parametrize("address", [BREACHED, DUE])
def test_a_file_four_times_as_long_takes_about_the_same_memory(
    address, make_ticket, morgan, time, monkeypatch
):
    monkeypatch.setattr(listing, "BATCH", 100)
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    client = signed_in(morgan)

    def peak():
        response, length = client.get(FILES[address]), 0
        tracemalloc.start()
        for piece in response.streaming_content:
            length += piece.count(b"\r\n")
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return length - 1, most

    crowd(ticket, 499)
    peak()
    short, least = peak()
    crowd(ticket, 1500)
    long, most = peak()

    per_ticket = 1 if address == BREACHED else 2
    assert (short, long) == (500 * per_ticket, 2000 * per_ticket)
    # What held the lines would take four times as much; the rest is when garbage is collected.
    assert most < least * 1.5


def test_no_transaction_is_open_while_a_slow_reader_takes_the_file(
    transactional_db, furnished, make_ticket, morgan, time, monkeypatch
):
    monkeypatch.setattr(listing, "BATCH", 2)
    for _number in range(3):
        make_ticket()

    pieces = iter(file(DUE, morgan).streaming_content)

    for _head_and_batches in range(4):
        next(pieces)
        assert not connection.in_atomic_block
        assert connection.connection.info.transaction_status.name == "IDLE"
    assert next(pieces, None) is None


def test_a_file_asks_twice_a_batch(make_ticket, morgan, time, monkeypatch):
    monkeypatch.setattr(listing, "BATCH", 100)
    ticket = make_ticket()
    crowd(ticket, 149)
    client = signed_in(morgan)
    client.get("/admin/sla/due.csv").getvalue()

    response = client.get("/admin/sla/due.csv")
    with CaptureQueriesContext(connection) as queries:
        found = rows(response)

    assert len(found) == Clock.objects.count() == 300
    # For the keys and for their rows; behind the first batch, what is paused is asked for where the
    # dated ones do not fill it.
    assert len(queries) <= 8
    assert timedelta(0) < ticket.clocks.get(metric="resolution").due_at - time.at
