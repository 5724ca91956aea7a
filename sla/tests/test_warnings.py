"""Warnings: a promise that three quarters of its time are gone is told of, once, while it runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import services as policies
from sla import sweep as sweeping
from sla.models import Breach, Clock, PolicyVersion
from sla.sweep import Swept, sweep
from sla.tasks import sweep as sweep_task
from sla.tests.standings import HOURS, after, clock_of
from tickets import services
from tickets.mail.models import Notice
from tickets.models import Ticket

MOMENT = timedelta(microseconds=1)


def warned():
    """Which clocks were warned of and when, each of them with its notice."""
    rows = list(Clock.objects.exclude(warned_at=None).order_by("pk").values_list("pk", "warned_at"))
    notices = Notice.objects.filter(kind="endangered").order_by("subject_id")
    assert list(notices.values_list("subject_id", "created_at")) == rows
    return dict(rows)


def test_what_is_loaded_is_warned_of_at_three_quarters(make_ticket, time):
    assert PolicyVersion.objects.get().warn_percent == 75

    first, resolution = Clock.objects.filter(ticket=make_ticket(level=1)).order_by("due_at")

    assert (first.warn_at, resolution.warn_at) == (after(minutes=45), after(hours=18))


def test_loading_the_same_hours_again_changes_nothing_about_an_older_installation(time, db):
    PolicyVersion.objects.update(warn_percent=None)

    policies.load_policy(HOURS)

    assert PolicyVersion.objects.get().warn_percent is None


def test_a_promise_is_warned_of_once_after_its_time_for_it_came(make_ticket, time):
    clock = clock_of(make_ticket(level=1), "first_response")

    time.at = after(minutes=45)
    assert sweep(time.at) == Swept()
    time.at += MOMENT
    assert [sweep(time.at), sweep(time.advance(minutes=1))] == [Swept(warned=1), Swept()]

    assert warned() == {clock.pk: after(minutes=45) + MOMENT}


def test_what_is_already_late_is_a_breach_and_no_warning(make_ticket, time):
    make_ticket(level=1)

    assert sweep(time.advance(hours=2)) == Swept(breached=1)

    assert warned() == {}


def test_at_exactly_the_deadline_there_is_time_for_a_warning_still(make_ticket, time):
    make_ticket(level=1)

    assert sweep(time.advance(hours=1)) == Swept(warned=1)
    assert sweep(time.advance(microseconds=1)) == Swept(breached=1)


def test_what_waits_for_the_customer_is_warned_of_when_it_runs_again(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    services.reply(ticket, by=alex, body="Which group?")
    time.advance(hours=19)
    services.set_status(ticket, by=alex, to="pending")

    assert sweep(time.advance(days=3)) == Swept()
    services.set_status(ticket, by=alex, to="open")
    assert sweep(time.at) == Swept(warned=1)

    assert list(warned()) == [clock_of(ticket, "resolution").pk]


def test_what_has_ended_is_not_warned_of(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    services.set_status(ticket, by=alex, to="solved")

    assert sweep(time.advance(minutes=50)) == Swept()


def test_more_time_after_a_warning_brings_no_second_one(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    sweep(time.advance(minutes=50))
    services.set_level(ticket, by=alex, to=2, reason="Fewer people.")

    assert clock_of(ticket, "first_response").warn_at == after(minutes=90)
    assert sweep(time.advance(minutes=50)) == Swept()
    assert list(warned().values()) == [after(minutes=50)]


def test_a_policy_without_a_percentage_warns_of_nothing(make_ticket, time):
    policies.load_policy({1: (1, 24)})
    PolicyVersion.objects.filter(number=2).update(warn_percent=None)
    time.advance(hours=1)
    make_ticket(level=1)

    assert sweep(time.advance(minutes=59)) == Swept()


def test_what_a_verb_holds_is_warned_of_by_a_later_sweep(monkeypatch, make_ticket, time):
    """Held or not, batches go on until all that may be told is told."""
    monkeypatch.setattr(sweeping, "BATCH", 2)
    for _number in range(5):
        make_ticket(level=1)

    assert sweep(time.advance(minutes=50)) == Swept(warned=5)
    assert len(warned()) == 5


def test_when_nothing_is_due_the_task_asks_once(make_ticket, django_assert_num_queries):
    """The time is one question, whether anything is due the other."""
    make_ticket(level=1)

    with django_assert_num_queries(2):
        assert sweep_task() == ("0 breached, 0 escalated, 0 warned", False)


def test_a_task_whose_time_is_over_asks_for_more_and_the_next_goes_on(
    monkeypatch, make_ticket, time
):
    for _number in range(3):
        make_ticket(level=1)
    time.advance(hours=2)

    assert sweep(time.at, seconds=0) == Swept(more=True)
    assert sweep(time.at) == Swept(breached=3)


def test_each_question_and_statement_is_answered_by_an_index(make_ticket, time):
    """Years of ended clocks make a scan look cheap: the rows must be found in order."""
    ticket = make_ticket(level=1)
    resolution = clock_of(ticket, "resolution")
    Clock.objects.bulk_create(
        Clock(
            **{
                field.attname: getattr(resolution, field.attname)
                for field in Clock._meta.concrete_fields
                if field.attname not in ("id", "cycle", "stopped_at", "stop_kind")
            },
            cycle=cycle,
            stopped_at=time.at,
            stop_kind="met",
        )
        for cycle in range(2, 5000)
    )
    Clock.objects.filter(cycle__gt=1).update(
        started_at=after(days=-3),
        effective_from=after(days=-3),
        due_at=after(days=-1),
        warn_at=after(days=-2),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sla_clock")
        for statement in (sweeping.DUE, sweeping.BREACHES, sweeping.WARNINGS):
            cursor.execute("EXPLAIN " + statement, {"now": time.at, "batch": 5000})
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on sla_clock" not in plan, plan
            assert "clock_armed" in plan or "clock_to_warn" in plan, plan


@pytest.mark.parametrize("count", [1, 3])
def test_many_warnings_cost_no_more_statements_than_one(make_ticket, time, count):
    for _number in range(count):
        make_ticket(level=1)
    time.advance(minutes=50)

    with CaptureQueriesContext(connection) as statements:
        sweep(time.at)

    assert (len(statements), len(warned())) == (2, count)
    assert not Breach.objects.exists()
    assert Ticket.objects.count() == count
