"""The replay check beside agents and sweeps at work: no false alarm, and no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Event as Flag

from django.db import connection

from sla import repair, verify
from sla.models import Difference, Verification
from sla.sweep import sweep
from tickets import clock, services
from tickets.models import Ticket

TICKETS, VERBS = 8, 96


def test_while_agents_work_and_sweeps_run_nothing_differs(furnished, make_ticket, alex, dana):
    """Some first responses fall due in between, so that sweeps write, too."""
    now = clock.now()
    tickets = [
        make_ticket(level=1, received_at=now - timedelta(hours=1) + timedelta(seconds=number / 4))
        for number in range(TICKETS)
    ]
    done = Flag()

    with ThreadPoolExecutor(4) as pool:
        sweeping = pool.submit(_until, done, lambda: sweep(clock.now()))
        checking = [pool.submit(_until, done, verify.check_all) for _checker in range(2)]
        working = pool.submit(_work, tickets, alex=alex, dana=dana)
        try:
            working.result(timeout=60)
        finally:
            done.set()
        sweeping.result(timeout=60)
        rounds = sum(each.result(timeout=60) for each in checking)

    checked = Verification.objects.all()
    assert rounds == checked.count() > 2
    assert [each.differing for each in checked] == [0] * rounds
    assert Difference.objects.count() == 0


def test_what_differs_is_mended_while_a_verb_waits_for_the_ticket(furnished, make_ticket, alex):
    ticket = make_ticket(level=1)
    Ticket.objects.filter(pk=ticket.pk).update(queue_rank=1)

    with ThreadPoolExecutor(2) as pool:
        mending = pool.submit(_closing, repair.mend, ticket)
        replying = pool.submit(_closing, services.reply, ticket, by=alex, body="Done.")
        mending.result(timeout=30)
        replying.result(timeout=30)

    assert verify.check_all().differing == 0


def _work(tickets, *, alex, dana):
    """Do many verbs, one after the other, as fast as they go."""
    turns = (
        lambda ticket: services.reply(ticket, by=alex, body="Which week?"),
        lambda ticket: services.set_status(ticket, by=alex, to="pending"),
        lambda ticket: services.set_level(ticket, by=alex, to=2, reason="So."),
        lambda ticket: services.reply(ticket, by=dana, body="Week 3."),
        lambda ticket: services.set_status(ticket, by=alex, to="open"),
        lambda ticket: services.set_level(ticket, by=alex, to=1, reason="So."),
    )
    try:
        for number in range(VERBS):
            turns[number // TICKETS % len(turns)](tickets[number % TICKETS])
    finally:
        connection.close()


def _until(done, act):
    """Act over and over on a connection of this thread's own, and say how often."""
    try:
        for times in count(1):
            act()
            if done.is_set():
                return times
    finally:
        connection.close()


def _closing(act, *args, **given):
    try:
        return act(*args, **given)
    finally:
        connection.close()
