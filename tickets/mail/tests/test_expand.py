"""Notices become mails: once each, however many relays, whatever fails."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tickets import clock, ending, services
from tickets.mail.expand import LOCK, expand
from tickets.mail.models import Notice, OutboundEmail
from tickets.mail.tests import providers
from tickets.models import Watcher


@pytest.fixture
def poison(settings):
    """A set of subjects over which the provider of `received` fails."""
    settings.NOTICE_KINDS = {
        **settings.NOTICE_KINDS,
        "received": "tickets.mail.tests.providers.received",
    }
    yield providers.poison
    providers.poison.clear()


def mailed():
    return list(OutboundEmail.objects.order_by("id").values_list("ticket", "kind", "recipient"))


def test_a_notice_is_expanded_once(desk, time):
    ticket = desk.ticket()

    assert expand(time.now, limit=100) == 1
    assert expand(time.now, limit=100) == 0

    assert mailed() == [(ticket.pk, "received", "dana@clinic.example")]
    assert Notice.objects.get().expanded_at == time.now


@pytest.mark.parametrize("verb", [ending.mark_spam, ending.delete])
def test_nobody_hears_of_what_turned_out_to_be_no_request(desk, time, verb):
    ticket = desk.ticket()
    services.reply(ticket, by=desk.agent, body="We look into it.")
    verb(ticket, by=desk.agent)

    expand(time.now, limit=100)

    assert mailed() == []
    assert not Notice.objects.filter(expanded_at=None).exists()


def test_each_watcher_gets_a_mail_of_their_own(desk, time):
    ticket, eve = desk.ticket(), desk.person("eve@clinic.example")
    Watcher.objects.create(ticket=ticket, user=eve, created_at=time.now, added_by=desk.customer)

    expand(time.now, limit=100)

    assert mailed() == [
        (ticket.pk, "received", "dana@clinic.example"),
        (ticket.pk, "received", "eve@clinic.example"),
    ]


def test_at_most_as_many_as_asked_for_in_the_order_of_what_happened(desk, time):
    first, second, third = desk.ticket(), desk.ticket(), desk.ticket()

    assert expand(time.now, limit=2) == 2

    assert [ticket for ticket, _kind, _to in mailed()] == [first.pk, second.pk]
    assert expand(time.now, limit=2) == 1
    assert [ticket for ticket, _kind, _to in mailed()][2:] == [third.pk]


def test_a_notice_that_fails_waits_longer_each_time_and_keeps_its_error(desk, time, poison):
    event = desk.ticket().events.get()
    poison.add(event.pk)

    waits = []
    for _try in range(8):
        expand(time.now, limit=100)
        notice = Notice.objects.get()
        waits.append((notice.next_try_at - time.now) // timedelta(minutes=1))
        time.now = notice.next_try_at

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (notice.attempts, notice.error) == (8, "ValueError: This one always fails.")
    assert mailed() == []


def test_a_notice_that_fails_holds_up_no_other_of_its_kind(desk, time, poison):
    first, bad, last = desk.ticket(), desk.ticket(), desk.ticket()
    poison.add(bad.events.get().pk)

    expand(time.now, limit=100)

    assert [ticket for ticket, _kind, _to in mailed()] == [first.pk, last.pk]
    assert list(Notice.objects.filter(expanded_at=None).values_list("subject_id", flat=True)) == [
        bad.events.get().pk
    ]


def test_a_notice_that_failed_is_told_once_it_can_be(desk, time, poison):
    ticket = desk.ticket()
    poison.add(ticket.events.get().pk)
    expand(time.now, limit=100)

    poison.clear()
    time.pass_by(minutes=1)
    expand(time.now, limit=100)

    assert mailed() == [(ticket.pk, "received", "dana@clinic.example")]
    assert Notice.objects.get().error == ""


def test_a_kind_that_nobody_provides_waits_and_says_so(db, time):
    Notice.objects.create(kind="unheard-of", subject_id=1, next_try_at=time.now)

    expand(time.now, limit=100)

    notice = Notice.objects.get()
    assert (notice.expanded_at, notice.error) == (None, "KeyError: 'unheard-of'")


def test_the_number_of_queries_does_not_grow(desk, time, django_assert_num_queries):
    def tell(tickets):
        for _ in range(tickets):
            ticket = desk.ticket()
            for number in range(tickets):
                Watcher.objects.create(
                    ticket=ticket,
                    created_at=time.now,
                    added_by=desk.customer,
                    user=desk.person(f"w{ticket.pk}-{number}@clinic.example"),
                )

    tell(1)
    with connection.execute_wrapper(counting := Counting()):
        expand(time.now, limit=100)
    tell(3)
    with django_assert_num_queries(counting.queries):
        expand(time.now, limit=100)

    assert OutboundEmail.objects.count() == 1 * 2 + 3 * 4


class Counting:
    queries = 0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


@pytest.mark.django_db(transaction=True)
def test_while_one_relay_expands_another_leaves_it_to_it(desk):
    desk.ticket()
    expanded = []

    def other():
        try:
            expanded.append(expand(clock.now(), limit=100))
        finally:
            connection.close()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        run_in_threads(other)
    run_in_threads(other)

    assert expanded == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_make_each_mail_once(desk):
    tickets = [desk.ticket() for _ in range(12)]
    start = threading.Barrier(2)

    def relay():
        try:
            start.wait()
            while Notice.objects.to_expand(clock.now()).exists():
                expand(clock.now(), limit=2)
        finally:
            connection.close()

    run_in_threads(relay, relay)

    assert [ticket for ticket, _kind, _to in mailed()] == [ticket.pk for ticket in tickets]


def run_in_threads(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
