"""The stored clocks are the fold of the log, whatever was done; wrong rows are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla import history, policies
from sla.models import Breach, Clock, Metric
from sla.sweep import sweep
from sla.terms import BREACHED
from sla.tests.standings import START, after, clock_of
from tickets import services
from tickets.clock import NEVER
from tickets.models import Event
from tickets.states import Status

KEPT = (
    "metric",
    "cycle",
    "level_id",
    "target_seconds",
    "started_at",
    "effective_from",
    "due_at",
    "warn_at",
    "paused_since",
    "stopped_at",
    "breached_at",
)


def test_whatever_is_done_the_stored_clocks_are_the_fold_of_the_log(make_ticket, alex, dana, time):
    """Steps are minutes to wait and a verb; one that cannot be done as things stand is not."""
    verbs = {
        "reply": lambda ticket, _number: services.reply(ticket, by=alex, body="Yes."),
        "answer": lambda ticket, _number: services.reply(ticket, by=dana, body="No."),
        "note": lambda ticket, _number: services.note(ticket, by=alex, body="Hm."),
        "level": lambda ticket, number: services.set_level(
            ticket, by=alex, to=1 + number % 4, reason="It is so."
        ),
        "status": lambda ticket, number: services.set_status(
            ticket, by=alex, to=[*Status][number % 6]
        ),
        "sweep": lambda _ticket, _number: sweep(time.at),
    }
    step = st.tuples(st.integers(0, 3000), st.sampled_from(sorted(verbs)), st.integers(0, 11))

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(level=st.integers(1, 4), steps=st.lists(step, max_size=8))
    def live(level, steps):
        time.at = START
        ticket = make_ticket(level=level)
        for minutes, verb, number in steps:
            time.advance(minutes=minutes)
            try:
                with transaction.atomic():
                    verbs[verb](ticket, number)
            except services.Refused:
                continue
        sweep(time.at)
        _assert_stored(ticket, as_of=time.at)

    live()


def _assert_stored(ticket, *, as_of):
    folded = history.states(
        list(Event.objects.filter(ticket=ticket)), book=policies.book(), as_of=as_of
    )
    stored = Clock.objects.filter(ticket=ticket)
    expected = [
        (state.metric, state.cycle, state.level, *(getattr(state, name) for name in KEPT[3:]))
        for state in folded
    ]
    assert sorted(stored.values_list(*KEPT)) == sorted(expected)
    assert sorted(
        Breach.objects.standing()
        .filter(clock__ticket=ticket)
        .values_list("clock__metric", "breached_at")
    ) == sorted((state.metric, state.breached_at) for state in folded if state.state == BREACHED)
    ticket.refresh_from_db()
    waiting = [clock.due_at for clock in stored if clock.due_at and not clock.stopped_at]
    assert ticket.next_due_at == min(waiting, default=NEVER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"breached_at": after(hours=2)},
        {"breached_at": after(hours=1), "effective_from": after(hours=2)},
        {"breached_at": after(hours=1), "due_at": None},
        {"target_seconds": 0},
        {"stopped_at": after(hours=1)},
        {"stop_kind": "met"},
    ],
    ids=str,
)
def test_a_clock_that_contradicts_itself_is_refused(make_ticket, time, wrong):
    clock = clock_of(make_ticket(level=1), "first_response")

    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(**wrong)


def test_a_second_clock_for_the_same_promise_is_refused(make_ticket, time):
    clock = clock_of(make_ticket(level=1), "first_response")

    clock.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        clock.save(force_insert=True)


def test_a_second_breach_of_a_clock_is_refused_unless_the_first_was_retracted(make_ticket, time):
    clock = clock_of(make_ticket(level=1), "first_response")
    first = Breach.objects.create(clock=clock, breached_at=START, detected_at=START)

    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.create(clock=clock, breached_at=START, detected_at=START)
    Breach.objects.filter(pk=first.pk).update(retracted_at=START)
    Breach.objects.create(clock=clock, breached_at=START, detected_at=START)

    assert Breach.objects.filter(clock=clock).count() == 2


def test_a_breach_is_never_noticed_before_it_happened(make_ticket, time):
    clock = clock_of(make_ticket(level=1), Metric.RESOLUTION)

    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.create(
            clock=clock, breached_at=START, detected_at=START - timedelta(seconds=1)
        )
