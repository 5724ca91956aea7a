"""Steps after a broken promise: each is taken once, at its time, while it is owed still."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import services as policies
from sla import sweep as sweeping
from sla.models import Breach, Escalation, EscalationStep, PolicyVersion
from sla.steps import first_step_at
from sla.sweep import Swept, sweep
from sla.tests.escalating import add_step
from sla.tests.standings import after, clock_of
from tickets import clock, services
from tickets.mail.models import Notice

SWEEPERS, TICKETS = 4, 30


def taken():
    """Which steps were taken when, the earliest first."""
    rows = Escalation.objects.order_by("created_at", "step__minutes", "step")
    return list(rows.values_list("step__minutes", "created_at"))


def told():
    """Which of the steps that were taken are told of."""
    notices = Notice.objects.filter(kind="escalated").values("subject_id")
    rows = Escalation.objects.filter(pk__in=notices).order_by("step__minutes", "step")
    assert rows.count() == notices.count()
    return list(rows.values_list("step__minutes", "step__audience"))


def next_step():
    return Breach.objects.get().next_step_at


@pytest.mark.parametrize(
    ("found", "not_found"),
    [
        ({}, {"level_id": 2}),
        ({"level_id": 1}, {"metric": "resolution"}),
        ({"metric": "first_response"}, {"level_id": 1, "metric": "resolution"}),
    ],
    ids=str,
)
def test_a_breach_waits_for_the_first_step_of_its_level_and_metric(
    make_ticket, time, found, not_found
):
    add_step(minutes=90)
    add_step(minutes=30, **found)
    add_step(minutes=10, **not_found)
    make_ticket(level=1)

    assert sweep(time.advance(minutes=61)) == Swept(breached=1)

    assert next_step() == after(minutes=90)


def test_without_steps_a_breach_waits_for_nothing(make_ticket, time):
    make_ticket(level=1)

    sweep(time.advance(days=3))

    assert set(Breach.objects.values_list("next_step_at", flat=True)) == {None}


def test_a_verb_that_finds_the_breach_arms_it_as_the_sweep_would(make_ticket, alex, time):
    add_step(minutes=30, level_id=1)
    add_step(minutes=45)
    swept, settled = make_ticket(level=1), make_ticket(level=1)
    services.note(swept, by=alex, body="Soon.")
    time.advance(minutes=70)

    services.set_status(settled, by=alex, to="open")
    sweep(time.at)

    assert dict(Breach.objects.values_list("clock__ticket", "next_step_at")) == dict.fromkeys(
        (swept.pk, settled.pk), after(minutes=90)
    )


def test_first_steps_of_many_breaches_cost_one_query(make_ticket, time):
    add_step(minutes=30)
    for _number in range(3):
        make_ticket(level=1)
    sweep(time.advance(minutes=61))
    breaches = list(Breach.objects.select_related("clock"))

    with CaptureQueriesContext(connection) as queries:
        instants = first_step_at(breaches)

    assert (len(queries), instants) == (1, [after(minutes=90)] * 3)


def test_each_step_is_taken_once_at_its_time(make_ticket, time):
    add_step(minutes=30)
    add_step(minutes=120, audience="administrators")
    make_ticket(level=1)

    swept = [sweep(time.advance(minutes=15)) for _quarter in range(16)]

    assert [each.escalated for each in swept] == [
        int(quarter in (6, 12)) for quarter in range(1, 17)
    ]
    assert taken() == [(30, after(minutes=90)), (120, after(minutes=180))]
    assert told() == [(30, "managers"), (120, "administrators")]
    assert next_step() is None


def test_of_steps_missed_in_an_outage_all_are_written_and_each_audience_hears_of_the_last(
    make_ticket, time
):
    for minutes, audience in ((10, "leads"), (30, "managers"), (60, "managers"), (600, "managers")):
        add_step(minutes=minutes, audience=audience)
    make_ticket(level=1)

    assert sweep(time.advance(hours=4)) == Swept(breached=1, escalated=3)
    assert sweep(time.at) == Swept()

    assert taken() == [(minutes, after(hours=4)) for minutes in (10, 30, 60)]
    assert told() == [(10, "leads"), (60, "managers")]
    assert next_step() == after(minutes=660)


def test_a_step_that_falls_due_after_the_answer_is_passed_over(make_ticket, alex, time):
    add_step(minutes=30)
    ticket = make_ticket(level=1)
    sweep(time.advance(minutes=70))
    services.reply(ticket, by=alex, body="Sorry for the wait.")

    assert sweep(time.advance(hours=5)) == Swept()

    assert (taken(), told(), next_step()) == ([], [], None)


def test_who_opens_it_again_brings_back_the_steps_that_are_still_to_come(make_ticket, alex, time):
    add_step(minutes=30, metric="resolution")
    add_step(minutes=120, metric="resolution")
    ticket = make_ticket(level=1)
    services.reply(ticket, by=alex, body="We look into it.")
    sweep(time.advance(hours=24, minutes=10))
    services.set_status(ticket, by=alex, to="solved")
    sweep(time.advance(hours=1))
    services.set_status(ticket, by=alex, to="open")

    assert sweep(time.advance(hours=1)) == Swept(escalated=1)

    assert taken() == [(120, after(hours=26, minutes=10))]


def test_of_a_breach_that_was_withdrawn_no_step_is_taken(make_ticket, time):
    add_step(minutes=30)
    make_ticket(level=1)
    sweep(time.advance(minutes=70))
    Breach.objects.update(retracted_at=time.at, retraction_reason="A reply came late.")

    assert sweep(time.advance(hours=5)) == Swept()


def test_what_the_customer_is_asked_holds_up_no_step(make_ticket, alex, time):
    add_step(minutes=30)
    ticket = make_ticket(level=1)
    sweep(time.advance(minutes=70))
    services.set_status(ticket, by=alex, to="pending")

    assert clock_of(ticket, "first_response").stopped_at is None
    assert sweep(time.advance(hours=1)) == Swept(escalated=1)


def test_steps_follow_in_batches_until_none_is_left(monkeypatch, make_ticket, time):
    monkeypatch.setattr(sweeping, "BATCH", 2)
    add_step(minutes=30)
    for _number in range(5):
        make_ticket(level=1)

    assert sweep(time.advance(hours=2)) == Swept(breached=5, escalated=5)


def test_a_new_version_of_the_policy_changes_no_step_of_what_was_broken(make_ticket, time):
    add_step(minutes=30)
    make_ticket(level=1)
    time.advance(minutes=10)
    policies.load_policy({1: (1, 24)})
    EscalationStep.objects.create(
        version=PolicyVersion.objects.get(number=2), minutes=20, audience="leads"
    )

    assert sweep(time.at + (after(hours=2) - after())) == Swept(breached=1, escalated=1)

    assert told() == [(30, "managers")]


def test_four_sweepers_at_once_take_each_step_once(furnished, make_ticket):
    """All begin at the same moment, when the breaches and both steps of each are due."""
    add_step(minutes=1)
    add_step(minutes=2, audience="administrators")
    long_ago = clock.now() - (after(hours=2) - after())
    for _number in range(TICKETS):
        make_ticket(level=1, received_at=long_ago)
    together = Barrier(SWEEPERS)

    def sweep_with_the_others():
        together.wait()
        try:
            return sweep(clock.now()).escalated
        finally:
            connection.close()

    with ThreadPoolExecutor(SWEEPERS) as pool:
        escalated = [pool.submit(sweep_with_the_others) for _sweeper in range(SWEEPERS)]
        total = sum(each.result() for each in escalated)

    sweep(clock.now())
    assert Escalation.objects.count() == 2 * TICKETS >= total
    assert Notice.objects.filter(kind="escalated").count() == 2 * TICKETS
    assert not Breach.objects.exclude(next_step_at=None).exists()
