"""Faults that help desks are known for, each held off by living through what leads to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from sla import editing, notices
from sla import sweep as sweeping
from sla.models import Breach, Clock, Escalation, Policy, PolicyRule
from sla.sweep import Swept, sweep
from sla.tests.crowds import crowd
from sla.tests.escalating import add_step
from sla.tests.managers import BREACHED, DUE, numbers, read
from sla.tests.standings import START, after, assert_stored, breaches_of, clock_of, gold, open_hours
from tickets import ending, services
from tickets.conversation import answer
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail
from tickets.models import Ticket

ENDINGS = {
    "merged": lambda ticket, alex, other: ending.merge(ticket, into=other, by=alex),
    "spam": lambda ticket, alex, other: ending.mark_spam(ticket, by=alex),
    "deleted": lambda ticket, alex, other: ending.delete(ticket, by=alex),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_what_is_over_is_due_for_nobody_and_nobody_is_told_of_it(
    make_ticket, alex, morgan, time, how
):
    add_step(minutes=30)
    other = make_ticket(level=4)
    ticket = make_ticket(level=1)
    ENDINGS[how](ticket, alex, other)

    time.advance(hours=30)

    assert sweep(time.at) == Swept()
    assert numbers(read(DUE, morgan)) == [other.number] * 2
    assert numbers(read(BREACHED, morgan)) == []


@pytest.mark.parametrize("how", ["spam", "deleted"])
def test_of_spam_that_was_late_and_of_what_was_deleted_no_manager_reads_or_hears(
    make_ticket, alex, morgan, time, mails_are_rows, how
):
    add_step(minutes=30)
    ticket, other = make_ticket(level=1), make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    assert Breach.objects.count() == Escalation.objects.count() == 2

    ENDINGS[how](ticket, alex, other)

    of_it = Breach.objects.get(clock__ticket=ticket)
    assert numbers(read(BREACHED, morgan)) == [other.number]
    assert notices.breached([of_it.pk]) == {of_it.pk: None}
    expand(time.at, limit=50)
    told = OutboundEmail.objects.values_list("notice__kind", "ticket")
    assert {kind: pk for kind, pk in told if kind in ("breached", "escalated")} == {
        "breached": other.pk,
        "escalated": other.pk,
    }


def test_what_was_no_spam_after_all_is_late_as_it_was(make_ticket, alex, morgan, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    ending.mark_spam(ticket, by=alex)

    ending.not_spam(ticket, by=alex)

    assert numbers(read(BREACHED, morgan)) == [ticket.number]
    assert breaches_of(ticket) == [("first_response", after(hours=1))]
    assert_stored(ticket, as_of=time.at)


def test_a_policy_that_was_edited_and_ended_still_holds_for_what_was_filed_under_it(
    make_ticket, make_user, alex, time
):
    robin = make_user("Robin", role="administrator")
    ticket = make_ticket(level=4)
    policy = Policy.objects.get()
    in_force = editing.newest(policy)
    terms = editing.terms_in_force(in_force)
    shorter = tuple(replace(each, seconds=60) for each in terms.targets)

    time.advance(hours=1)
    terms = replace(terms, targets=shorter)
    editing.save_policy(policy, terms=terms, base=in_force.pk, by=robin, comment="")
    time.advance(hours=1)
    PolicyRule.objects.update(ends_at=time.at)
    time.advance(hours=1)
    services.set_level(ticket, by=alex, to=3, reason="It spreads.")

    first = clock_of(ticket, "first_response")
    assert (first.due_at, first.policy_version) == (after(hours=4), in_force)
    assert_stored(ticket, as_of=time.at)
    assert not Clock.objects.filter(ticket=make_ticket(level=1)).exists()


def test_a_daylight_saving_change_a_holiday_and_a_split_shift_count_open_time_alone(
    make_ticket, time
):
    time.at = datetime(2026, 10, 1, tzinfo=UTC)
    shift = [["00:30", "02:30"], ["13:00", "14:00"]]
    hours = open_hours(
        "split",
        created_at=START,
        zone="America/New_York",
        weekly=dict.fromkeys(("fri", "sat", "sun", "mon"), shift),
        holidays={"2026-10-31": "Halloween"},
    )
    gold({1: (3, 9)}, calendar=hours.calendar)

    # Friday, half an hour before the shift ends; 1:30 comes twice on Sunday: that night has 3 h.
    time.at = datetime(2026, 10, 30, 17, 30, tzinfo=UTC)
    ticket = make_ticket(level=1)

    assert [clock_of(ticket, metric).due_at for metric in ("first_response", "resolution")] == [
        datetime(2026, 11, 1, 7, 0, tzinfo=UTC),
        datetime(2026, 11, 6, 7, 0, tzinfo=UTC),
    ]


def test_a_leap_day_is_a_day(make_ticket, time):
    time.at = datetime(2028, 2, 28, 12, tzinfo=UTC)

    assert clock_of(make_ticket(level=2), "resolution").due_at == datetime(
        2028, 3, 2, 12, tzinfo=UTC
    )


def test_a_pause_from_before_closing_time_to_after_opening_counts_its_open_minutes(
    make_ticket, alex, dana, time
):
    gold({3: (1, 10)}, calendar=open_hours("office").calendar)
    time.at = after(hours=1)
    ticket = make_ticket(level=3)
    before = clock_of(ticket, "resolution").due_at

    time.at = START.replace(hour=16, minute=30)
    services.set_status(ticket, by=alex, to="pending")
    time.at = START.replace(hour=9, minute=15) + timedelta(days=1)
    answer(ticket, by=dana, body="Here it is.")

    assert clock_of(ticket, "resolution").due_at - before == timedelta(minutes=45)
    assert_stored(ticket, as_of=time.at)


def test_ten_thousand_that_fall_due_at_once_cost_statements_by_the_batch(make_ticket, time):
    crowd(make_ticket(level=1), 4_999)
    time.advance(hours=30)
    Clock.objects.update(warn_at=None)

    with CaptureQueriesContext(connection) as asked:
        swept = sweep(time.at)

    assert swept == Swept(breached=10_000)
    assert len(asked) == 1 + 10_000 // sweeping.BATCH + 2
    assert not Breach.objects.exclude(breached_at=F("clock__due_at")).exists()


def test_whoever_makes_a_ticket_it_gets_its_clocks(make_ticket, alex, time):
    by_customer, by_agent = make_ticket(level=2), make_ticket(level=2, by=alex)

    for ticket in (by_customer, by_agent):
        due = Clock.objects.filter(ticket=ticket).values_list("metric", "due_at")
        assert dict(due) == {"first_response": after(hours=2), "resolution": after(hours=72)}
    assert Ticket.objects.filter(next_due_at=after(hours=2)).count() == 2
