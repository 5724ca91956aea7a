"""Promises that count open time: by which hours, and what a change of policy or hours does.

Tests begin on a Monday at ten.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import clocks, policies
from sla.models import Clock, PolicyRule
from sla.panels import promises
from sla.promise import promised
from sla.sweep import sweep
from sla.tests.standings import (
    after,
    assert_stored,
    breaches_of,
    changed,
    gold,
    open_hours,
    standings,
)
from tickets import permissions, services, timeline

# Of the pair of level 3: 4 hours are used up at 14:00, 20 on Wednesday at 14:00.
OFFICE = {3: (4, 20), 2: (2, 10)}


@pytest.fixture
def office(db, time):
    """Let every ticket be promised office hours."""
    hours = open_hours("office")
    gold(OFFICE, calendar=hours.calendar)
    return hours


def due(ticket):
    return [row[1] for row in standings(ticket)]


def test_a_promise_is_due_when_its_open_time_is_used_up(make_ticket, office, time):
    ticket = make_ticket(level=3)

    assert due(ticket) == [after(hours=4), after(days=2, hours=4)]
    assert set(Clock.objects.values_list("calendar_version", flat=True)) == {office.pk}
    assert_stored(ticket, as_of=time.at)


def test_round_the_clock_no_calendar_is_stored(make_ticket, time):
    make_ticket(level=3)

    assert set(Clock.objects.values_list("calendar_version", flat=True)) == {None}


def test_what_would_be_promised_is_what_filing_promises(make_ticket, office, time):
    time.advance(hours=8)

    told = promised(level=3, attributes={}, at=time.at)

    assert [promise.due_at for promise in told] == due(make_ticket(level=3))
    assert told[0].due_at == after(days=1, hours=3)


def test_a_pause_at_night_moves_nothing(make_ticket, alex, office, time):
    ticket = make_ticket(level=3)
    services.reply(ticket, by=alex, body="Which week?")
    time.advance(hours=8)
    services.set_status(ticket, by=alex, to="pending")

    time.advance(hours=14)
    services.set_status(ticket, by=alex, to="open")

    assert due(ticket)[1] == after(days=2, hours=4)
    assert_stored(ticket, as_of=time.at)


def test_what_is_not_answered_by_the_evening_is_late_in_the_morning(make_ticket, office, time):
    time.advance(hours=4)
    ticket = make_ticket(level=3)

    time.at = after(hours=12)
    assert sweep(time.at).breached == 0
    time.at = after(hours=24, seconds=1)
    sweep(time.at)

    assert breaches_of(ticket) == [("first_response", after(hours=24))]


def test_hours_that_are_written_later_change_nothing_for_what_was_filed(
    make_ticket, alex, office, time
):
    ticket = make_ticket(level=3)
    before = due(ticket)
    time.advance(minutes=30)
    shorter = open_hours("office", created_at=time.at, weekly={"mon": [["09:00", "11:00"]]})

    services.assign(ticket, by=alex, to=alex)
    services.set_level(ticket, by=alex, to=2, reason="More people are affected.")
    newer = make_ticket(level=2)

    assert before == [after(hours=4), after(days=2, hours=4)]
    assert due(ticket) == [after(hours=2), after(days=1, hours=2)]
    assert due(newer)[0] == after(days=7, hours=0.5)
    assert Clock.objects.filter(ticket=newer, calendar_version=shorter).count() == 2
    for each in (ticket, newer):
        assert_stored(each, as_of=time.at)


def test_what_is_older_than_its_calendar_counts_by_the_first_hours_of_it(make_ticket, office, time):
    PolicyRule.objects.update(starts_at=None)
    open_hours("office", created_at=after(days=1), weekly={"mon": [["09:00", "10:00"]]})
    time.at = after(days=-4)

    ticket = make_ticket(level=3)

    assert due(ticket)[0] == after(days=-4, hours=4)
    assert Clock.objects.filter(ticket=ticket, calendar_version=office).count() == 2


def test_a_policy_that_is_newer_than_the_ticket_counts_by_the_hours_of_its_own_time(
    make_ticket, time
):
    hours = open_hours("office")
    first = gold(OFFICE, calendar=hours.calendar)
    ticket = make_ticket(level=3)
    time.advance(hours=1)
    longer = open_hours(
        "office",
        created_at=time.at,
        weekly={"mon": [["09:00", "10:00"]], "tue": [["09:00", "24:00"]]},
    )
    time.advance(hours=1)
    second = gold({3: (8, 40)}, calendar=hours.calendar, created_at=time.at)

    changed(ticket, "policy_changed", first, second)

    rows = Clock.objects.filter(ticket=ticket).values_list("policy_version", "calendar_version")
    assert set(rows) == {(second.pk, longer.pk)}
    assert due(ticket)[0] == after(days=1, hours=7)
    assert_stored(ticket, as_of=time.at)


def test_how_near_a_deadline_is_goes_by_open_time(make_ticket, alex, office, time):
    """On Friday at five there are 65 hours until Monday at ten, one of them open."""
    time.at = after(days=4, hours=4)
    ticket = make_ticket(level=3)
    time.at = after(days=4, hours=7)

    shown = promises.load([ticket], alex)[ticket.pk]["promises"]

    assert [(each.words, each.state) for each in shown] == [
        ("2 d 17 h left", "soon"),
        ("4 d 17 h left", "on_track"),
    ]


def test_what_a_paused_promise_has_left_is_open_time(make_ticket, alex, office, time):
    ticket = make_ticket(level=3)
    services.reply(ticket, by=alex, body="Which week?")
    time.at = after(hours=5)
    services.set_status(ticket, by=alex, to="pending")
    time.at = after(hours=12)
    ticket.refresh_from_db()

    shown = promises.load([ticket], alex)[ticket.pk]["promises"]

    assert shown[1].words == "Paused, 15:00 left"


@pytest.mark.parametrize("count", [1, 3])
def test_open_time_costs_no_query_for_each_ticket(make_ticket, alex, office, time, count):
    tickets = [make_ticket(level=3) for _each in range(count)]
    assert permissions.can_see_notes(alex, tickets[0])  # what somebody may do is asked once

    with CaptureQueriesContext(connection) as queries:
        promises.load(tickets, alex)

    assert len(queries) == 2


# --- Applied to open tickets ------------------------------------------------------------


def test_a_new_version_of_the_policy_takes_the_place_of_the_old_one(make_ticket, alex, time):
    first = gold({3: (4, 20)})
    ticket = make_ticket(level=3)
    time.advance(hours=1)
    second = gold({3: (8, 40)}, created_at=time.at)
    assert due(ticket) == [after(hours=4), after(hours=20)]

    changed(ticket, "policy_changed", first, second)

    assert due(ticket) == [after(hours=8), after(hours=40)]
    assert set(Clock.objects.values_list("policy_version", flat=True)) == {second.pk}
    assert_stored(ticket, as_of=time.at)
    ticket.refresh_from_db()
    assert ticket.next_due_at == after(hours=8)


def test_new_opening_hours_take_the_place_of_the_old_ones(make_ticket, office, time):
    ticket = make_ticket(level=3)
    time.advance(hours=1)
    holiday = open_hours("office", created_at=time.at, holidays={"2026-01-06": "Epiphany"})
    assert due(ticket)[1] == after(days=2, hours=4)

    changed(ticket, "calendar_changed", office, holiday)

    assert due(ticket) == [after(hours=4), after(days=3, hours=4)]
    assert set(Clock.objects.values_list("calendar_version", flat=True)) == {holiday.pk}
    assert_stored(ticket, as_of=time.at)


def test_new_opening_hours_never_break_a_promise(make_ticket, db, time):
    """Had it been open in the morning all along, the promise would be broken since two."""
    afternoons = open_hours("office", weekly={"mon": [["13:00", "17:00"]]})
    gold(OFFICE, calendar=afternoons.calendar)
    ticket = make_ticket(level=3)
    time.advance(hours=5)
    all_day = open_hours("office", created_at=time.at)

    changed(ticket, "calendar_changed", afternoons, all_day)

    assert due(ticket)[0] == after(hours=7)
    assert breaches_of(ticket) == []
    assert_stored(ticket, as_of=time.at)


def test_the_timeline_tells_of_new_promises_and_hours(make_ticket, alex, dana, office, time):
    ticket = make_ticket(level=3)
    first = Clock.objects.filter(ticket=ticket).first().policy_version
    changed(ticket, "policy_changed", first, gold({3: (8, 40)}, calendar=office.calendar))
    changed(ticket, "calendar_changed", office, open_hours("office"))

    def sentences(user):
        return [entry.sentence for entry in timeline.entries(ticket, user) if not entry.message]

    assert sentences(alex) == [
        "The promises changed: Gold, version 2, by the system",
        "The opening hours changed: Office, version 2, by the system",
    ]
    assert (
        sentences(dana)
        == ["By when we answer and solve this has changed; the new times are shown"] * 2
    )


def test_a_change_that_came_in_between_stands_in_the_log_as_versions(make_ticket, office, time):
    """Whatever is written later, the log says by which hours the promise counted when."""
    ticket = make_ticket(level=3)
    for day in range(6, 10):
        time.advance(hours=1)
        newer = open_hours("office", created_at=time.at, holidays={f"2026-01-{day:02}": "Closed"})
        changed(ticket, "calendar_changed", office, newer)
        office = newer
        assert_stored(ticket, as_of=time.at)

    assert due(ticket)[1] == after(days=2, hours=4)
    assert (
        list(ticket.events.filter(type="calendar_changed").values_list("data__to", flat=True))
        == list(office.calendar.versions.order_by("number").values_list("pk", flat=True))[1:]
    )


# --- The book ---------------------------------------------------------------------------


def test_the_book_is_one_query_while_nothing_changed_and_notices_new_hours(office, time):
    policies.book()

    with CaptureQueriesContext(connection) as queries:
        before = policies.book()
    added = open_hours("office", created_at=time.at)

    assert len(queries) == 1
    assert added.pk not in before.hours
    assert policies.book().hours[added.pk].key == added.pk


def test_what_counts_is_computed_once_until_something_else_does(office, time):
    book = policies.book()

    terms = book.terms(after(hours=1))

    assert book.terms(after(days=300)) is terms
    assert book.terms(after(hours=-1)) is not terms


def test_many_tickets_with_hours_of_their_own_cost_no_more_queries(make_ticket, office, time):
    tickets = [make_ticket(level=3) for _each in range(3)]
    for ticket in tickets:
        ticket.refresh_from_db()

    with CaptureQueriesContext(connection) as queries:
        clocks.refold(tickets, at=time.at)

    assert len(queries) == 3
