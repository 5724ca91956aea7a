"""The stored clocks are the fold of the log, whatever was done; wrong rows are refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.models import Breach, Clock, Metric
from sla.sweep import sweep
from sla.tests.lives import verbs_of
from sla.tests.standings import START, after, assert_stored, clock_of
from tickets import services


def test_whatever_is_done_the_stored_clocks_are_the_fold_of_the_log(make_ticket, alex, dana, time):
    """Steps are minutes to wait and a verb; one that cannot be done as things stand is not."""
    verbs = verbs_of(alex, dana, into=make_ticket(), time=time)
    step = st.tuples(st.integers(0, 3000), st.sampled_from(sorted(verbs)), st.integers(0, 11))

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(level=st.integers(1, 4), steps=st.lists(step, max_size=10))
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
        assert_stored(ticket, as_of=time.at)

    live()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"breached_at": after(hours=2)}, "breached_when_due"),
        (
            {"breached_at": after(hours=1), "effective_from": after(hours=2)},
            "breached_when_due",
        ),
        (
            {"breached_at": after(hours=1), "due_at": None, "stopped_at": after(hours=1)}
            | {"stop_kind": "void"},
            "breached_when_due",
        ),
        ({"target_seconds": 0}, "clock_target_positive"),
        ({"stopped_at": after(hours=1)}, "stopped_for_a_kind"),
        ({"stop_kind": "met"}, "stopped_for_a_kind"),
        ({"cycle": 0}, "clock_cycle_positive"),
        ({"paused_since": START}, "paused_is_neither_due_nor_over"),
        (
            {"paused_since": START, "due_at": None, "stopped_at": START, "stop_kind": "void"},
            "paused_is_neither_due_nor_over",
        ),
        ({"due_at": None}, "running_is_due"),
        ({"stopped_at": START, "stop_kind": "void"}, "void_is_due_only_if_breached"),
        ({"stopped_at": START, "stop_kind": "met", "due_at": None}, "met_was_due"),
        ({"stopped_at": after(hours=-1), "stop_kind": "met"}, "stopped_after_started"),
        ({"paused_since": after(hours=-1), "due_at": None}, "paused_after_started"),
        (
            {"breached_at": after(hours=1), "stopped_at": START, "stop_kind": "met"},
            "breached_before_stopped",
        ),
        ({"effective_from": after(hours=-1)}, "effective_after_started"),
        ({"due_at": START, "warn_at": None}, "due_after_started"),
        ({"warn_at": after(hours=2)}, "warned_before_due"),
    ],
    ids=str,
)
def test_a_clock_that_contradicts_itself_is_refused(make_ticket, time, wrong, why):
    clock = clock_of(make_ticket(level=1), "first_response")

    with pytest.raises(IntegrityError, match=why), transaction.atomic():
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
    Breach.objects.filter(pk=first.pk).update(retracted_at=START, retraction_reason="A reply.")
    Breach.objects.create(clock=clock, breached_at=START, detected_at=START)

    assert Breach.objects.filter(clock=clock).count() == 2


def test_a_breach_is_never_noticed_before_it_happened(make_ticket, time):
    clock = clock_of(make_ticket(level=1), Metric.RESOLUTION)

    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.create(
            clock=clock, breached_at=START, detected_at=START - timedelta(seconds=1)
        )


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"retracted_at": after(hours=1)}, "retracted_later_with_a_reason"),
        ({"retraction_reason": "A reply came late."}, "retracted_later_with_a_reason"),
        (
            {"retracted_at": after(hours=-1), "retraction_reason": "A reply came late."},
            "retracted_later_with_a_reason",
        ),
        ({"acknowledged_at": after(hours=1)}, "acknowledged_later_by_somebody"),
        (
            {"acknowledged_at": after(hours=-1), "acknowledged_by": "alex"},
            "acknowledged_later_by_somebody",
        ),
        ({"acknowledged_by": "alex"}, "acknowledged_later_by_somebody"),
    ],
    ids=str,
)
def test_a_breach_that_contradicts_itself_is_refused(make_ticket, alex, time, wrong, why):
    clock = clock_of(make_ticket(level=1), "first_response")
    breach = Breach.objects.create(clock=clock, breached_at=START, detected_at=START)
    wrong = {name: alex if value == "alex" else value for name, value in wrong.items()}

    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        Breach.objects.filter(pk=breach.pk).update(**wrong)
