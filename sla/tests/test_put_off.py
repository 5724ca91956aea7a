"""Tickets that are put off: their promises run on, and a breach brings them back."""

from datetime import timedelta

from sla.models import Breach
from sla.sweep import sweep
from tickets import conversation, snoozing
from tickets.models import Ticket


def until(ticket):
    return Ticket.objects.get(pk=ticket.pk).snoozed_until


def told(ticket):
    return list(ticket.events.filter(type="woken").values_list("actor", "data"))


def test_a_breach_brings_it_back_when_a_sweep_finds_it(make_ticket, alex, time):
    ticket, other = make_ticket(level=1), make_ticket(level=1)
    snoozing.snooze(ticket, by=alex, until=snoozing.tomorrow(time.at))
    time.advance(hours=2)

    for _sweep in range(2):
        sweep(time.at)

    assert Breach.objects.count() == 2
    assert until(ticket) is None
    assert told(ticket) == [("system", {"why": "breach"})]
    assert told(other) == []


def test_a_breach_brings_it_back_when_a_verb_finds_it_and_a_reply_then_says_nothing_more(
    make_ticket, alex, dana, time
):
    ticket = make_ticket(level=1)
    snoozing.snooze(ticket, by=alex, until=snoozing.tomorrow(time.at))
    time.advance(hours=2)

    conversation.answer(ticket, by=dana, body="Is anybody there?")

    assert until(ticket) is None
    assert told(ticket) == [("system", {"why": "breach"})]


def test_what_was_overdue_when_it_was_put_off_stays_away_until_the_next_breach(
    make_ticket, alex, time
):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    snoozing.snooze(ticket, by=alex, until=time.at + timedelta(days=30))
    sweep(time.at)
    assert (Breach.objects.count(), bool(until(ticket))) == (1, True)

    sweep(time.advance(days=2))

    assert (Breach.objects.count(), until(ticket)) == (2, None)
