"""Many tickets' promises brought up at once: the same rows as one by one, for as many queries."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import clocks
from sla.models import Breach
from sla.sweep import sweep
from sla.tests.judging import assert_judged
from sla.tests.standings import after, assert_stored, breaches_of
from tickets import services
from tickets.mail.models import Notice
from tickets.models import Event, Ticket


@pytest.fixture
def replied_late(make_ticket, alex, time):
    """File tickets and break both of their promises; then let a reply of before be written down.

    The sweep has found the first response alone: the resolution was met late, and unnoticed.
    """

    def live(count):
        tickets = [make_ticket(level=1) for _each in range(count)]
        time.at = after(hours=2)
        sweep(time.at)
        Event.objects.bulk_create(
            Event(
                ticket=ticket,
                type=type,
                at=at,
                recorded_at=after(hours=30),
                actor="agent",
                by=alex,
                data=data,
                batch=uuid.uuid4(),
            )
            for ticket in tickets
            for type, at, data in (
                ("replied", after(minutes=30), {"automatic": False}),
                ("status_changed", after(hours=30), {"from": "new", "to": "solved"}),
            )
        )
        time.at = after(hours=30)
        return list(Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]))

    return live


def test_what_many_tickets_came_to_is_stored_for_each(replied_late, time):
    tickets = replied_late(3)

    clocks.refold(tickets, at=time.at)

    for ticket in tickets:
        assert breaches_of(ticket) == [("resolution", after(hours=24))]
        assert_stored(ticket, as_of=time.at)
    retracted = Breach.objects.exclude(retracted_at=None)
    assert set(retracted.values_list("clock__ticket", "retraction_reason")) == {
        (
            ticket.pk,
            "An agent's reply of 2026-01-05 10:30:00 UTC came in late, at 2026-01-06 16:00:00 UTC.",
        )
        for ticket in tickets
    }
    assert Notice.objects.filter(kind="breached").count() == 6
    assert_judged(*tickets)


@pytest.mark.parametrize("count", [1, 3])
def test_however_many_tickets_there_are_the_queries_are_the_same(count, replied_late, time):
    tickets = replied_late(count)

    with CaptureQueriesContext(connection) as queries:
        clocks.refold(tickets, at=time.at)

    assert len(queries) == 11


def test_what_is_stored_already_is_not_written_again(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    services.reply(ticket, by=alex, body="We look into it.")
    ticket.refresh_from_db()

    with CaptureQueriesContext(connection) as queries:
        clocks.refold([ticket], at=time.at)

    assert all(query["sql"].lstrip("(").startswith("SELECT") for query in queries)
