"""Tickets that are put off: what that writes, what brings them back, and what it refuses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tickets import clock, conversation, ending, services, snoozing, tasks, timeline, waking
from tickets.models import Ticket
from tickets.services import Refused


@pytest.fixture
def snoozed(make_ticket, alex, time):
    """A ticket of level 4 that Alex put off for three hours."""
    return snoozing.snooze(make_ticket(level=4), by=alex, until=snoozing.later(time.at))


def until(ticket):
    return Ticket.objects.get(pk=ticket.pk).snoozed_until


def told(ticket):
    return [
        (type, actor, data)
        for type, actor, data in ticket.events.values_list("type", "actor", "data")
        if type in ("snoozed", "woken")
    ]


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


# --- Putting off ------------------------------------------------------------------------


def test_snoozing_keeps_the_time_and_says_so_to_agents_alone(snoozed, alex, dana, time):
    assert until(snoozed) == time.at + timedelta(hours=3)
    assert told(snoozed) == [("snoozed", "agent", {"until": "2026-01-05T13:00:00+00:00"})]
    assert sentences(snoozed, alex) == ["Put off until Mon 5 Jan 2026, 1:00 pm UTC by Alex"]
    assert sentences(snoozed, dana) == []


def test_putting_off_until_the_same_time_is_nothing_and_until_another_is(snoozed, alex, time):
    snoozing.snooze(snoozed, by=alex, until=snoozing.later(time.at))
    snoozing.snooze(snoozed, by=alex, until=snoozing.tomorrow(time.at))

    assert until(snoozed) == datetime(2026, 1, 6, 8, tzinfo=UTC)
    assert [data["until"] for _type, _actor, data in told(snoozed)] == [
        "2026-01-05T13:00:00+00:00",
        "2026-01-06T08:00:00+00:00",
    ]


def test_what_is_over_or_past_or_too_far_or_not_theirs_is_refused(make_ticket, alex, dana, time):
    ticket, solved = make_ticket(), make_ticket()
    services.set_status(solved, by=alex, to="solved")
    soon = snoozing.later(time.at)

    for refused, by, when, why in (
        (solved, alex, soon, "is solved or closed"),
        (ticket, alex, time.at, "has not passed"),
        (ticket, alex, time.at + timedelta(days=367), "within a year"),
        (ticket, dana, soon, "cannot work"),
    ):
        with pytest.raises(Refused, match=why):
            snoozing.snooze(refused, by=by, until=when)

    assert (told(ticket), told(solved)) == ([], [])


@pytest.mark.parametrize(
    "zone, tomorrow, monday",
    [
        ("America/New_York", (6, 13), (12, 13)),
        ("Europe/Berlin", (6, 7), (12, 7)),
        ("Pacific/Auckland", (5, 19), (11, 19)),  # there it is Monday evening already
    ],
)
def test_mornings_are_those_of_who_puts_off(time, zone, tomorrow, monday):
    with timezone.override(zone):
        assert snoozing.tomorrow(time.at) == datetime(2026, 1, *tomorrow, tzinfo=UTC)
        assert snoozing.monday(time.at) == datetime(2026, 1, *monday, tzinfo=UTC)


# --- Coming back ------------------------------------------------------------------------


def test_at_its_time_it_comes_back_once(snoozed, alex, time):
    version = Ticket.objects.get(pk=snoozed.pk).version
    time.advance(hours=3)

    assert [tasks.wake_snoozed() for _run in range(2)] == [("1 woken", False), ("0 woken", False)]

    assert until(snoozed) is None
    assert told(snoozed)[1:] == [("woken", "system", {"why": "time"})]
    assert sentences(snoozed, alex)[1:] == ["Came back: its time had come"]
    assert Ticket.objects.get(pk=snoozed.pk).version == version  # nobody's text becomes stale


def test_before_its_time_it_does_not(snoozed, time):
    time.advance(hours=2, minutes=59)

    assert tasks.wake_snoozed() == ("0 woken", False)


def test_a_full_batch_says_that_there_is_more(make_ticket, alex, time, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    for _number in range(3):
        snoozing.snooze(make_ticket(), by=alex, until=snoozing.later(time.at))
    time.advance(hours=4)

    assert [tasks.wake_snoozed() for _run in range(2)] == [("2 woken", True), ("1 woken", False)]


@pytest.mark.parametrize("count", [1, 3])
def test_waking_takes_as_many_queries_for_one_as_for_three(
    count, make_ticket, alex, time, django_assert_num_queries
):
    for _number in range(count):
        snoozing.snooze(make_ticket(), by=alex, until=snoozing.later(time.at))
    time.advance(hours=4)

    with django_assert_num_queries(5):  # two of them are the savepoint
        assert waking.wake_due(time.at, limit=10) == count


def test_a_customers_reply_brings_it_back_and_an_agents_or_a_note_does_not(
    snoozed, alex, dana, time
):
    services.note(snoozed, by=alex, body="Waiting for the vendor.")
    services.reply(snoozed, by=alex, body="Still waiting.")
    assert until(snoozed)

    conversation.answer(snoozed, by=dana, body="It works again.")

    assert until(snoozed) is None
    assert told(snoozed)[1:] == [("woken", "system", {"why": "reply"})]
    assert sentences(snoozed, alex)[-1] == "Came back: the customer replied"
    assert sentences(snoozed, dana) == []


def test_an_agent_takes_it_up_again(snoozed, alex):
    for _twice in range(2):
        snoozing.wake(snoozed, by=alex)

    assert until(snoozed) is None
    assert told(snoozed)[1:] == [("woken", "agent", {"why": "by_hand"})]


def test_what_is_solved_or_ended_is_not_put_off_any_more(make_ticket, alex, time):
    solved, spam = make_ticket(), make_ticket()
    for ticket in (solved, spam):
        snoozing.snooze(ticket, by=alex, until=snoozing.later(time.at))

    services.set_status(solved, by=alex, to="solved")
    ending.mark_spam(spam, by=alex)

    assert (until(solved), until(spam)) == (None, None)
    time.advance(hours=4)
    assert tasks.wake_snoozed() == ("0 woken", False)


def test_what_one_holds_is_woken_by_no_other(furnished, make_ticket, alex):
    now = clock.now()
    tickets = [
        snoozing.snooze(make_ticket(), by=alex, until=now + timedelta(hours=1)) for _each in "abc"
    ]
    later = now + timedelta(hours=2)

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Ticket.objects.select_for_update(no_key=True).get(pk=tickets[0].pk)
        assert pool.submit(_wake, later).result(timeout=30) == 2
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(_wake, [later] * 4)) == 1

    assert [len(told(ticket)) for ticket in tickets] == [2, 2, 2]


def _wake(now):
    try:
        return waking.wake_due(now, limit=10)
    finally:
        connection.close()
