"""Tickets that are merged, or taken out again, by several people at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection

from tickets import ending, merging
from tickets.events import hold
from tickets.models import Ticket
from tickets.services import Refused
from tickets.tests.locks import wait_for_who_waits


@pytest.fixture
def twins(make_ticket):
    """Make two tickets about the same: the one that is too many, and the one that goes on."""
    original = make_ticket()
    return make_ticket(), original


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_of_two_tickets_that_are_merged_into_each_other_at_once_one_goes_on(
    transactional_db, furnished, make_ticket, alex
):
    """Both lock the lower id first, or they would wait for each other until one is killed."""
    tickets = make_ticket(), make_ticket()

    def merge(way, start):
        try:
            start.wait()
            ending.merge(tickets[way], into=tickets[1 - way], by=alex)
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()
        return ""

    for _round in range(10):
        start = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            refused = sorted(pool.map(merge, (0, 1), (start, start)))
        [merged] = Ticket.objects.filter(outcome="merged")
        assert refused == ["", f"{merged.number} is merged into another ticket already."]
        ending.unmerge(merged, by=alex)


def test_a_way_that_changes_while_its_tickets_are_waited_for_locks_no_lower_id(
    transactional_db, furnished, make_ticket, alex
):
    """Who holds the lowest one could wait for these two: both would, until one is killed."""
    lowest, second, third = (make_ticket() for _each in range(3))
    ending.merge(second, into=third, by=alex)
    is_held, may_end = Event(), Event()

    def unmerge():
        try:
            merging.unmerge(second, by=alex)
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()

    def change_the_way_and_hold():
        try:
            ending.merge(third, into=lowest, by=alex)
            with hold(lowest):
                is_held.set()
                may_end.wait(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with hold(second):
            said = pool.submit(unmerge)
            wait_for_who_waits()
            pool.submit(change_the_way_and_hold)
            assert is_held.wait(20)
        try:
            assert "merged anew meanwhile" in said.result(timeout=10)
        finally:
            may_end.set()
