"""What the timeline tells of warnings and steps: agents read it, customers do not."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.sweep import sweep
from sla.tests.escalating import add_step
from sla.tests.standings import after
from sla.told import told
from tickets import timeline
from tickets.timeline import Entry


@pytest.fixture
def escalated(make_ticket, make_user, time):
    """A ticket that was warned of, then broken, then told to managers and to one person."""
    add_step(minutes=30)
    add_step(minutes=90, audience="person", person=make_user("Robin", role="administrator"))
    ticket = make_ticket(level=1)
    for minutes in (50, 20, 30, 60):
        sweep(time.advance(minutes=minutes))
    return ticket


def test_agents_read_when_it_was_warned_of_and_to_whom_it_went(escalated, alex):
    assert told(escalated, alex) == [
        Entry(
            after(minutes=50),
            "Warned that little time was left for “First response”",
            kind="told",
        ),
        Entry(
            after(minutes=100),
            "“First response” was 0:30 late, and went to the brand's managers",
            kind="told",
        ),
        Entry(
            after(minutes=160),
            "“First response” was 1:30 late, and went to Robin",
            kind="told",
        ),
    ]


def test_customers_read_nothing_of_it(escalated, dana, alex):
    assert told(escalated, dana) == []

    hers = [entry.sentence for entry in timeline.entries(escalated, dana)]
    assert not [sentence for sentence in hers if "managers" in sentence or "Warned" in sentence]
    assert len(timeline.entries(escalated, alex)) == len(hers) + 3


def test_a_long_story_costs_no_more_queries_than_a_short_one(make_ticket, escalated, alex):
    counts = []
    assert told(make_ticket(), alex) == []  # what alex may do is asked once
    for ticket in (make_ticket(), escalated):
        with CaptureQueriesContext(connection) as queries:
            told(ticket, alex)
        counts.append(len(queries))

    assert counts == [1, 2]  # escalations are those of breaches, of which the first has none
