"""The managers' list of what was met and broken, and that of what was solved without an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import listing
from sla.lines import Line
from sla.sweep import sweep
from sla.tests.crowds import crowd
from sla.tests.managers import (
    DECIDED,
    UNANSWERED,
    file,
    lines,
    numbers,
    pages,
    promises,
    read,
    rows,
    signed_in,
)
from sla.tests.standings import after
from tickets import ending, services
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket

FIRST, RESOLUTION = "First response", "Resolution"
SLOWEST = {"order": "slowest", "first": "2026-01-05", "last": "2026-01-05", "zone": "UTC"}


def turn(ticket, alex, **given):
    take_turn(ticket, by=alex, turn=Turn(**given))


@pytest.fixture
def decided(make_ticket, alex, time):
    """One kept, one answered late and solved in time, and one that nobody has answered."""
    kept, late, waiting = (make_ticket(level=1) for _number in range(3))
    time.advance(minutes=30)
    turn(kept, alex, body="Done?")
    time.advance(hours=2)
    turn(late, alex, body="Sorry for the wait.", status="solved")
    sweep(time.at)
    return kept, late, waiting


def test_the_latest_decision_comes_first(decided, morgan):
    kept, late, waiting = decided

    found = lines(read(DECIDED, morgan))

    assert [(line.number, line.metric, line.badge, line.words, line.state) for line in found] == [
        (late.number, RESOLUTION, "met", "Met in 2:30", "Solved"),
        (waiting.number, FIRST, "late", "1:30", "Still open"),
        (late.number, FIRST, "late", "1:30", "Answered late"),
        (kept.number, FIRST, "met", "Met in 0:30", "Answered"),
    ]


def test_a_met_promise_says_by_when_it_was_kept_and_what_it_took(make_ticket, alex, morgan, time):
    ticket = make_ticket(level=1, phone_answer="called")
    time.advance(minutes=30)
    turn(ticket, alex, body="Done?")

    [line] = lines(read(DECIDED, morgan))

    assert line == Line(
        number=ticket.number,
        ticket=ticket.pk,
        subject="Wrong schedule",
        request_type=ticket.request_type.name,
        subcategory="Schedule assistance",
        organization="Riverside Clinic",
        brand="PerfectServe",
        level=1,
        metric=FIRST,
        badge="met",
        words="Met in 0:30",
        state="Answered",
        due=after(hours=1),
        ended=after(minutes=30),
        took=timedelta(minutes=30),
        agent="Alex",
        touched=after(minutes=30),
    )


def test_results_are_told_apart_and_the_slowest_can_come_first(decided, morgan):
    kept, late, waiting = decided

    assert promises(read(DECIDED, morgan, result="met")) == [
        (late.number, RESOLUTION),
        (kept.number, FIRST),
    ]
    assert promises(read(DECIDED, morgan, result="broken")) == [
        (waiting.number, FIRST),
        (late.number, FIRST),
    ]
    assert promises(read(DECIDED, morgan, result="met", reason=0)) == []
    slowest = read(DECIDED, morgan, metric="first_response", **SLOWEST)
    assert numbers(slowest) == [waiting.number, late.number, kept.number]
    assert "Slowest first" in slowest.content.decode()


def test_the_slowest_of_all_years_are_not_looked_for(decided, morgan):
    page = read(DECIDED, morgan, order="slowest")

    assert promises(page) == []
    assert page.context["filter"].errors == {
        "first": ["Choose days: of all years the slowest take long to find."]
    }


@pytest.mark.parametrize("params", [{}, SLOWEST, {"result": "broken"}])
def test_pages_follow_each_other_and_the_file_has_all_of_them(params, decided, morgan, monkeypatch):
    crowd(decided[1], 4), crowd(decided[2], 3), crowd(decided[0], 2)
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    monkeypatch.setattr(listing, "BATCH", 3)

    on_pages = [line for page in pages(DECIDED, morgan, **params) for line in lines(page)]

    shown = [(line.number, line.metric) for line in on_pages]
    assert shown == [
        (row["Ticket"], row["Promise"]) for row in rows(file(DECIDED, morgan, **params))
    ]
    assert len(set(shown)) == len(shown) == (9 if "result" in params else 17)


def test_what_was_solved_without_an_answer_is_a_list_of_its_own(make_ticket, alex, morgan, time):
    in_time, late, answered, reopened = (make_ticket(level=1) for _number in range(4))
    services.reply(answered, by=alex, body="Done.")
    time.advance(minutes=30)
    for ticket in (in_time, answered, reopened):
        services.set_status(ticket, by=alex, to="solved")
    services.set_status(reopened, by=alex, to="open")
    time.advance(hours=2)
    services.set_status(late, by=alex, to="solved")

    found = lines(read(UNANSWERED, morgan))

    assert [(line.number, line.words, line.over, line.ended) for line in found] == [
        (late.number, "Missed", timedelta(hours=1, minutes=30), after(hours=2, minutes=30)),
        (in_time.number, "No first reply", None, after(minutes=30)),
    ]


def test_what_was_merged_spam_or_deleted_needed_no_answer(make_ticket, alex, morgan, time):
    merged, target, spam, deleted = (make_ticket() for _number in range(4))
    ending.merge(merged, by=alex, into=target)
    ending.mark_spam(spam, by=alex)
    ending.delete(deleted, by=alex)

    assert lines(read(UNANSWERED, morgan)) == []


def test_without_an_answer_by_days(make_ticket, alex, morgan, time):
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="solved")

    def found(day):
        return numbers(read(UNANSWERED, morgan, first=day, last=day, zone="UTC"))

    assert (found("2026-01-05"), found("2026-01-06")) == ([ticket.number], [])


def test_of_a_restricted_ticket_neither_says_what_it_is_about(make_ticket, alex, morgan, time):
    ticket = make_ticket(level=1, about="legal", subject="canary subject")
    services.set_status(ticket, by=alex, to="solved")
    assert Ticket.objects.get().restricted
    told = {"number": ticket.number, "subject": "Restricted", "level": 1, "brand": "PerfectServe"}

    [unanswered] = lines(read(UNANSWERED, morgan))
    [decided] = lines(read(DECIDED, morgan))

    assert unanswered == Line(
        **told,
        metric=FIRST,
        badge="void",
        words="No first reply",
        due=None,
        ended=after(),
        state="Solved without an answer",
    )
    assert decided == Line(
        **told,
        metric=RESOLUTION,
        badge="met",
        words="Met in 0:00",
        state="Solved",
        due=after(hours=24),
        ended=after(),
        took=timedelta(0),
    )


@pytest.mark.parametrize("address", [DECIDED, UNANSWERED])
def test_one_row_three_rows_and_two_hundred_cost_the_same_queries(
    address, make_ticket, alex, morgan, time
):
    ticket = make_ticket(level=1)
    services.set_status(ticket, by=alex, to="solved")
    client, asked = signed_in(morgan), []
    client.get(address)
    for more in (0, 2, 197):
        crowd(ticket, more)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        asked.append(len(queries))

    assert asked == [asked[0]] * 3
    assert asked[0] <= 16
