"""Lists whose rows change while they are read: none behind them is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sla import listing
from sla.list_forms import BreachedFilterForm, DecidedFilterForm, UnansweredFilterForm
from sla.listing import Unanswered
from sla.models import PolicyRule, Verdict
from sla.scope import Scope
from sla.sweep import sweep
from sla.tests.standings import gold
from sla.verdict_lists import Breached, Decided
from tickets import clock, services


def begun(kind, form, *, user):
    scope = Scope.of(user)
    return kind(form({}, scope=scope), now=clock.now())


def between(listed, doing):
    """Let something happen after rows were found, and before what is shown of them is read."""
    find = listed._find

    def found(place, *, most):
        keys = find(place, most=most)
        doing(keys)
        return keys

    listed._find = found


def numbers(batches):
    return [line.number for lines in batches for line in lines]


def test_a_promise_that_is_reopened_meanwhile_does_not_end_the_file(
    make_ticket, alex, morgan, time, monkeypatch
):
    monkeypatch.setattr(listing, "BATCH", 2)
    tickets = [make_ticket() for _number in range(5)]
    for ticket in tickets:
        time.advance(minutes=1)
        services.set_status(ticket, by=alex, to="solved")
    listed = begun(Decided, DecidedFilterForm, user=morgan)
    between(listed, lambda keys: Verdict.objects.filter(ticket=tickets[4]).delete())

    found = numbers(listed.batches())

    assert found == [ticket.number for ticket in reversed(tickets[:4])]


def test_a_promise_that_ends_meanwhile_hides_no_open_one(
    make_ticket, alex, morgan, time, monkeypatch
):
    monkeypatch.setattr(listing, "BATCH", 2)
    tickets = [make_ticket(level=1) for _number in range(5)]
    time.advance(hours=2)
    sweep(time.at)
    listed = begun(Breached, BreachedFilterForm, user=morgan)

    def answer_the_last(keys):
        last = Verdict.objects.get(pk=keys[-1].pk)
        if last.ended_at is None:
            services.reply(last.ticket, by=alex, body="Sorry.")

    between(listed, answer_the_last)

    assert sorted({*numbers(listed.batches())}) == sorted(ticket.number for ticket in tickets)


@pytest.mark.parametrize("solved", [True, False])
def test_an_open_ticket_to_which_no_answer_is_promised_any_more_was_not_solved_without_one(
    make_ticket, alex, morgan, time, solved
):
    version = gold({1: (1, 24)}, created_at=time.at - timedelta(days=1))
    PolicyRule.objects.create(policy=version.policy, position=0)
    ticket = make_ticket(level=1)
    services.set_level(ticket, by=alex, to=4, reason="It is a wish.")
    if solved:
        services.set_status(ticket, by=alex, to="solved")

    found = numbers(begun(Unanswered, UnansweredFilterForm, user=morgan).batches())

    assert found == [ticket.number] * solved
