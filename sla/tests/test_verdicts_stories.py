"""Whatever befalls tickets, their verdicts are what a plain reading of the rows and logs says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla import verify
from sla.models import PolicyVersion, Verdict
from sla.sweep import sweep
from sla.tests.judging import assert_judged
from sla.tests.lives import verbs_of
from sla.tests.standings import START, assert_stored
from tickets import ending, services
from tickets.about import About, set_attributes
from tickets.catalog.models import RequestType, Subcategory
from tickets.events import hold
from tickets.models import Ticket


@pytest.fixture
def verbs(make_ticket, make_user, alex, dana, time):
    """All that may befall a ticket, by Alex, who also sees what is restricted."""
    bo = make_user("Bo", role="agent")
    for agent in (alex, bo):
        agent.groups.add(Group.objects.get(name="Legal requests"))
    kinds = [
        (RequestType.objects.get(key=key), Subcategory.objects.filter(request_type__key=key))
        for key in ("perfectserve", "legal-information")
    ]

    def assign(ticket, number):
        services.assign(ticket, by=alex, to=[alex, bo, None][number % 3])

    def late_assign(ticket, number):
        with hold(ticket, happened_at=time.at - timedelta(minutes=number * 37)) as moment:
            services.assign(ticket, by=alex, to=[alex, bo, None][number % 3], moment=moment)

    def file_anew(ticket, number):
        request_type, subcategories = kinds[number % 2]
        about = replace(
            About.of(Ticket.objects.get(pk=ticket.pk)),
            request_type=request_type,
            subcategory=subcategories.order_by("pk")[number % 3 : number % 3 + 1].first(),
        )
        set_attributes(ticket, by=alex, about=about)

    def turn(ticket, number):
        """Answer and take it, in one moment."""
        with hold(ticket) as moment:
            services.reply(ticket, by=alex, body="Yes.", moment=moment)
            services.assign(ticket, by=alex, to=[alex, bo][number % 2], moment=moment)

    return verbs_of(alex, dana, into=make_ticket(), time=time) | {
        "assign": assign,
        "late assign": late_assign,
        "file anew": file_anew,
        "turn": turn,
        "delete": lambda ticket, _number: ending.delete(ticket, by=alex),
    }


def lived(verbs, ticket, steps, *, time, between=lambda: None):
    for minutes, verb, number in steps:
        time.advance(minutes=minutes)
        between()
        try:
            with transaction.atomic():
                verbs[verb](ticket, number)
        except services.Refused:
            continue


# Two of three steps are of what verdicts are about alone, beside what clocks depend on.
OFTEN = ("assign", "assign", "file anew", "status", "status", "turn", "spam", "no spam", "sweep")


@pytest.mark.parametrize("reopen", ["resume", "new_cycle"])
def test_whatever_is_done_verdicts_are_what_the_raw_rows_say(
    verbs, make_ticket, alex, time, reopen
):
    PolicyVersion.objects.update(reopen=reopen)
    names = st.sampled_from([*sorted(verbs), *OFTEN])
    step = st.tuples(st.integers(0, 3000), names, st.integers(0, 11))

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(level=st.integers(1, 4), live=st.integers(0, 3), steps=st.lists(step, max_size=12))
    def live_through(level, live, steps):
        time.at = START
        ticket = make_ticket(
            level=level,
            by=alex if live else None,
            live=live == 1,
            channel="phone" if live else "portal",
            received_at=START - timedelta(hours=5) if live > 1 else None,
        )
        assert_judged(ticket)
        lived(verbs, ticket, steps, time=time)
        assert_judged(ticket)
        sweep(time.at)
        assert_judged(ticket)
        assert_stored(ticket, as_of=time.at)
        [(_kept, found)] = verify.locked([ticket.pk])
        assert found == []

    live_through()


def test_a_sweep_at_every_step_or_none_gives_the_same_verdicts(verbs, make_ticket, time):
    """When it was found out does not matter, but for the keys of rows."""
    names = st.sampled_from([*sorted(set(verbs) - {"sweep"}), "assign", "status", "status"])
    step = st.tuples(st.integers(0, 3000), names, st.integers(0, 11))

    def told(ticket):
        left_out = {"clock_id", "ticket_id", "breach_id"}
        rows = Verdict.objects.filter(ticket=ticket).order_by("metric", "clock__cycle").values()
        return [
            {name: value for name, value in row.items() if name not in left_out}
            | {"is_broken": row["breach_id"] is not None}
            for row in rows
        ]

    @settings(
        max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(level=st.integers(1, 4), steps=st.lists(step, max_size=10))
    def live_twice(level, steps):
        found = []
        for between in (lambda: None, lambda: [sweep(time.at) for _twice in range(2)]):
            time.at = START
            ticket = make_ticket(level=level)
            lived(verbs, ticket, steps, time=time, between=between)
            sweep(time.at)
            found.append(told(ticket))
        assert found[0] == found[1]

    live_twice()
