"""The nightly check: a part of the tickets a night, all of them in a week, in slices."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sla import nightly, verify
from sla.models import Difference, Verification
from sla.sweep import sweep
from sla.tasks import verify as task
from tickets import clock, services
from tickets.models import Event, Ticket


def nights():
    return list(
        Verification.objects.order_by("pk").values_list("scope", "part", "checked", "differing")
    )


def whole_night():
    """Do what a worker does: sweep, then check, and come again at once while there is more."""
    sweep(clock.now())
    more = True
    while more:
        said, more = task()
    return said


@pytest.fixture
def many(make_ticket, time):
    """So many open tickets that every part has some."""
    return [make_ticket() for _number in range(2 * nightly.PARTS)]


def test_the_first_check_begins_at_any_hour_and_the_next_one_at_night(many, time):
    time.at = time.at.replace(hour=12)
    whole_night()
    assert nights() == [("night", 0, 2, 0)]

    time.at += timedelta(hours=17)  # 5:00
    assert whole_night() == "no replay check is due"
    time.at += timedelta(hours=1)  # 6:00, 18 h later
    assert whole_night() == "no replay check is due"
    time.at += timedelta(hours=2)
    whole_night()
    assert nights() == [("night", 0, 2, 0), ("night", 1, 2, 0)]


def test_a_night_that_was_missed_is_made_up_for(many, time):
    whole_night()

    time.advance(hours=25)
    assert whole_night() == "no replay check is due"
    time.advance(hours=1)
    whole_night()

    assert len(nights()) == 2


def test_in_a_week_every_open_ticket_has_been_checked(many, time):
    Ticket.objects.update(queue_rank=0)

    for _night in range(nightly.PARTS):
        whole_night()
        time.advance(days=1, hours=3)

    assert [part for _scope, part, _checked, _differing in nights()] == [*range(nightly.PARTS)]
    assert {row.ticket for row in Difference.objects.standing()} == set(many)


def test_what_closed_since_its_last_turn_is_checked_and_what_is_long_over_is_not(
    make_ticket, alex, time
):
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="solved")
    night = Verification(part=ticket.pk % nightly.PARTS, started_at=time.advance(days=8))
    assert list(nightly.tickets_of(night)) == [ticket]

    night.started_at = time.advance(seconds=1)
    assert list(nightly.tickets_of(night)) == []


def test_a_slice_ends_when_its_time_is_over_and_the_next_one_goes_on(many, time, monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 1)

    assert nightly.go_on(seconds=0) == (
        "1 tickets checked against their logs, 0 differ so far",
        True,
    )
    assert nightly.go_on(seconds=0) == (
        "1 tickets checked against their logs, 0 differ so far",
        True,
    )
    assert nightly.go_on(seconds=0) == (
        "0 tickets checked against their logs, 0 differ so far",
        False,
    )

    [night] = Verification.objects.all()
    assert (night.checked, night.finished_at) == (2, time.at)


def test_what_differs_is_logged_for_the_operator(many, time, caplog):
    Ticket.objects.update(queue_rank=0)

    whole_night()

    assert [record.getMessage() for record in caplog.records] == [
        "2 of 2 tickets have stored promises that their logs do not say: "
        "see /admin/sla/differences/"
    ]


def test_what_is_long_over_is_forgotten_and_what_stands_is_kept(many, time):
    gone, stands = [ticket for ticket in many if ticket.pk % nightly.PARTS == 0]
    Ticket.objects.filter(pk=gone.pk).update(queue_rank=0)
    Event.objects.filter(ticket=stands).update(data={})
    whole_night()
    Ticket.objects.filter(pk=gone.pk).update(queue_rank=1)
    for _night in range(nightly.PARTS):
        time.advance(days=1, hours=3)
        whole_night()

    time.advance(days=91)
    whole_night()
    time.advance(days=91)
    whole_night()

    assert [row.ticket for row in Difference.objects.all()] == [stands]
    assert [night.part for night in Verification.objects.order_by("pk")] == [0, 2]
