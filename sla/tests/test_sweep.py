"""Sweeps: however many, whenever, beside whatever verbs, each breach is written exactly once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Flag

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sla import sweep as sweeping
from sla.models import Breach, Clock
from sla.sweep import Swept, sweep
from sla.tasks import sweep as sweep_task
from sla.tests.standings import START, after, breaches_of
from tickets import clock, services
from tickets.mail.models import Notice
from tickets.models import Ticket

SWEEPERS, TICKETS = 4, 45
# Whether a promise was warned of in time is known to who was there; all else is a matter of record.
UNLIKE = {"id", "ticket_id", "warned_at"}


def test_nothing_due_is_nothing_swept(make_ticket, time):
    make_ticket(level=1)

    assert sweep(time.advance(minutes=44)) == Swept()


def test_a_sweep_records_what_is_due_and_tells_of_it_once(make_ticket, time):
    ticket = make_ticket(level=1)

    assert [sweep(time.advance(hours=2)), sweep(time.advance(hours=1))] == [Swept(1), Swept()]

    breach = Breach.objects.get()
    assert (breach.clock.ticket, breach.breached_at, breach.detected_at) == (
        ticket,
        after(hours=1),
        after(hours=2),
    )
    assert breach.clock.breached_at == after(hours=1)
    assert list(
        Notice.objects.filter(kind="breached").values_list(
            "subject_id", "created_at", "next_try_at", "expanded_at", "attempts"
        )
    ) == [(breach.pk, after(hours=2), after(hours=2), None, 0)]


def test_after_three_hours_without_sweeps_every_breach_has_its_true_time(make_ticket, time):
    tickets = []
    for _number in range(3):
        tickets.append(make_ticket(level=1))
        time.advance(minutes=10)

    time.advance(hours=3)
    assert sweep(time.at) == Swept(breached=3)

    assert [breaches_of(ticket) for ticket in tickets] == [
        [("first_response", after(hours=1, minutes=10 * number))] for number in range(3)
    ]


def test_what_is_paused_or_stopped_is_not_swept(make_ticket, alex, time):
    paused, solved = make_ticket(level=4), make_ticket(level=1)
    services.reply(paused, by=alex, body="Which group?")
    services.set_status(paused, by=alex, to="pending")
    services.set_status(solved, by=alex, to="solved")

    assert sweep(time.advance(days=100)) == Swept()


def test_batches_follow_each_other_until_nothing_is_left(monkeypatch, make_ticket, time):
    monkeypatch.setattr(sweeping, "BATCH", 2)
    for _number in range(5):
        make_ticket(level=1)
    time.advance(hours=2)

    with CaptureQueriesContext(connection) as statements:
        assert sweep(time.at) == Swept(breached=5)

    assert len(statements) == 5  # whether there is any, three batches, and steps after them
    assert Breach.objects.count() == 5


def test_beat_and_command_sweep_by_the_one_clock(capsys, make_ticket, time):
    make_ticket(level=1)
    time.advance(hours=2)

    assert sweep_task() == ("1 breached, 0 escalated, 0 warned", False)
    call_command("sla_sweep")

    assert capsys.readouterr().out == "0 breached, 0 escalated, 0 warned\n"


def test_sweeping_or_not_gives_the_same_rows(make_ticket, alex, time):
    """Of two tickets with the same story one is swept after every step, the other never."""

    def live(*, swept):
        time.at = START
        ticket = make_ticket(level=1)
        for step in (
            lambda: services.set_status(ticket, by=alex, to="pending"),
            lambda: services.reply(ticket, by=alex, body="Which group?"),
            lambda: services.set_status(ticket, by=alex, to="open"),
            lambda: services.set_level(ticket, by=alex, to=2, reason="Fewer people."),
            lambda: services.set_status(ticket, by=alex, to="solved"),
        ):
            time.advance(hours=25)
            if swept:
                sweep(time.at)
            step()
        return ticket

    swept, unswept = live(swept=True), live(swept=False)

    def rows(ticket):
        clocks = Clock.objects.filter(ticket=ticket).order_by("metric")
        return [
            {name: value for name, value in row.items() if name not in UNLIKE}
            for row in clocks.values()
        ]

    assert rows(swept) == rows(unswept)
    assert breaches_of(swept) == breaches_of(unswept) != []


def test_four_sweepers_beside_verbs_miss_nothing_and_double_nothing(furnished, make_ticket, alex):
    """While sweeps run without a pause, tickets are filed, fall due, and some are answered."""
    done, tickets = Flag(), []

    with ThreadPoolExecutor(SWEEPERS) as pool:
        sweepers = [pool.submit(_sweep_until, done) for _sweeper in range(SWEEPERS)]
        for number in range(TICKETS):
            due = clock.now() + timedelta(milliseconds=300)
            tickets.append(_due_at(make_ticket, due))
            if number % 3 == 0:
                services.reply(tickets[max(number - 8, 0)], by=alex, body="Done.")
        _wait_until(due)
        done.set()
        swept = sum(sweeper.result() for sweeper in sweepers)

    late = [
        row
        for row in Clock.objects.filter(metric="first_response")
        if row.stopped_at is None or row.stopped_at > row.due_at
    ]
    assert sorted(Breach.objects.values_list("clock_id", "breached_at")) == sorted(
        (row.pk, row.due_at) for row in late
    )
    assert all(row.breached_at == row.due_at for row in late)
    assert sorted(Notice.objects.filter(kind="breached").values_list("subject_id", flat=True)) == (
        sorted(Breach.objects.values_list("pk", flat=True))
    )
    assert 0 < swept <= len(late)


def test_what_a_verb_holds_is_left_to_the_verb(furnished, make_ticket, alex):
    """The sweep neither waits for the ticket nor writes it; the verb that holds it does."""
    due = clock.now() + timedelta(milliseconds=200)
    ticket = _due_at(make_ticket, due)
    _wait_until(due)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
        assert pool.submit(_sweep_until, _set()).result(timeout=30) == 0
        services.reply(ticket, by=alex, body="Here we are.")

    assert sweep(clock.now()) == Swept()
    assert breaches_of(ticket) == [("first_response", due)]


def _due_at(make_ticket, due):
    return make_ticket(level=1, received_at=due - timedelta(hours=1))


def _wait_until(at):
    while clock.now() <= at:
        pass


def _set():
    flag = Flag()
    flag.set()
    return flag


def _sweep_until(done):
    """Sweep on a connection of this thread's own, and once more after all is done."""
    swept = 0
    try:
        while not done.is_set():
            swept += sweep(clock.now()).breached
        return swept + sweep(clock.now()).breached
    finally:
        connection.close()
