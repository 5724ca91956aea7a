"""What is written down later than it happened, and calls that are answered as they come in."""

from datetime import timedelta

import pytest
from django.db import transaction

from tickets import conversation, services
from tickets.conversation import Turn
from tickets.events import hold
from tickets.models import Ticket
from tickets.services import Refused


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def told(ticket):
    """What happened when, and when it was written down."""
    events = ticket.events.exclude(type="opened").order_by("id")
    return list(events.values_list("type", "at", "recorded_at"))


def test_a_late_reply_counts_from_when_it_was_said(make_ticket, dana, alex, time):
    ticket = make_ticket()
    conversation.take_turn(ticket, by=alex, turn=Turn(body="Which?", status="pending"))
    said = time.advance(minutes=20)
    now = time.advance(hours=2)

    conversation.answer(ticket, by=dana, body="The first.", happened_at=said)

    assert told(ticket)[-2:] == [("replied", said, now), ("status_changed", said, now)]
    assert ticket.messages.last().created_at == said
    assert (fresh(ticket).status, fresh(ticket).updated_at) == ("open", now)


@pytest.mark.parametrize(
    ("said", "counts"),
    [(timedelta(hours=-5), timedelta(0)), (timedelta(hours=9), timedelta(hours=2))],
    ids=["before the ticket", "after now"],
)
def test_nothing_happens_before_its_ticket_or_after_now(make_ticket, alex, time, said, counts):
    ticket = make_ticket()
    created = ticket.created_at
    time.advance(hours=2)

    with hold(ticket, happened_at=created + said) as moment:
        services.reply(ticket, by=alex, body="We look into it.", moment=moment)

    assert told(ticket) == [("replied", created + counts, time.at)]


def test_a_status_never_counts_before_one_that_was_set_meanwhile(make_ticket, alex, dana, time):
    """Dana's mail was written while it was pending, and comes in when it is solved."""
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="pending")
    said = time.advance(minutes=10)
    time.advance(minutes=10)
    services.set_status(ticket, by=alex, to="solved")
    now = time.advance(minutes=10)

    conversation.answer(ticket, by=dana, body="It is back.", happened_at=said)

    assert fresh(ticket).status == "open"
    assert told(ticket)[-2:] == [("replied", said, now), ("status_changed", now, now)]


def test_what_sets_something_else_does_not_keep_a_status_from_counting(
    make_ticket, alex, dana, time
):
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="pending")
    said = time.advance(minutes=10)
    time.advance(minutes=10)
    services.assign(ticket, by=alex, to=alex)
    now = time.advance(minutes=10)

    conversation.answer(ticket, by=dana, body="Here it is.", happened_at=said)

    assert told(ticket)[-2:] == [("replied", said, now), ("status_changed", said, now)]


def test_the_first_answer_is_the_one_that_was_said_first(make_ticket, alex, time):
    ticket = make_ticket()
    said = time.advance(minutes=10)
    time.advance(minutes=10)
    services.reply(ticket, by=alex, body="We look into it.")
    time.advance(minutes=10)

    with hold(ticket, happened_at=said) as moment:
        services.reply(ticket, by=alex, body="We will call you.", moment=moment)

    assert fresh(ticket).answered_at == said


def test_no_ticket_came_in_later_than_it_is_filed(make_ticket, alex, time):
    ticket = make_ticket(by=alex, channel="phone", received_at=time.at + timedelta(minutes=5))

    assert (ticket.created_at, ticket.events.get().at) == (time.at, time.at)


# --- Live contact -----------------------------------------------------------------------


def test_a_customer_on_the_line_is_answered(make_ticket, alex, time):
    called = time.at
    time.advance(minutes=30)

    ticket = make_ticket(by=alex, channel="phone", level=1, live=True, received_at=called)

    assert (ticket.answered_at, ticket.created_at, ticket.queue_rank) == (called, called, 1)
    opened = ticket.events.get()
    assert (opened.actor, opened.at, opened.data["live"]) == ("agent", called, True)


def test_a_call_that_is_only_logged_is_not_answered(make_ticket, alex, time):
    ticket = make_ticket(by=alex, channel="phone", level=1)

    assert ticket.answered_at is None
    assert "live" not in ticket.events.get().data


@pytest.mark.parametrize("who", ["dana", "alex"])
def test_only_an_agent_of_others_has_a_customer_on_the_line(who, make_ticket, dana, alex, time):
    by = {"dana": dana, "alex": alex}[who]

    with pytest.raises(Refused, match="Only an agent"), transaction.atomic():
        make_ticket(requester=by, by=by, live=True)

    assert list(Ticket.objects.all()) == []
