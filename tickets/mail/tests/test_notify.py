"""Each verb's notices."""

from __future__ import annotations

from tickets import conversation, services
from tickets.conversation import Turn
from tickets.mail.models import Notice
from tickets.mail.notify import on_event


def notices(*, of):
    """The notices of a ticket after the first, each with the type of its event."""
    types = dict(of.events.values_list("pk", "type"))
    return [(notice.kind, types[notice.subject_id]) for notice in Notice.objects.order_by("id")[1:]]


def test_opening_is_told(desk, time):
    ticket = desk.ticket()

    event = ticket.events.get()
    assert list(
        Notice.objects.values_list("kind", "subject_id", "created_at", "next_try_at", "expanded_at")
    ) == [("received", event.pk, time.now, time.now, None)]


def test_an_agents_answer_is_told(desk, time):
    ticket = desk.ticket()

    services.reply(ticket, by=desk.agent, body="-")

    assert notices(of=ticket) == [("replied", "replied")]


def test_a_customers_answer_and_an_assignment_are_told_to_the_desk(desk, time):
    ticket, admin = desk.ticket(), desk.person("root@acme.example", is_superuser=True)

    services.reply(ticket, by=desk.customer, body="-")
    services.assign(ticket, by=desk.agent, to=admin)

    assert notices(of=ticket) == [("customer_replied", "replied"), ("assigned", "assigned")]


def test_an_automatic_answer_a_note_and_taking_a_ticket_are_not_told(desk, time):
    ticket = desk.ticket()

    services.reply(ticket, by=desk.customer, body="-", automatic=True)
    services.assign(ticket, by=desk.agent, to=desk.agent)
    services.assign(ticket, by=desk.agent, to=None)
    services.reply(ticket, by=desk.agent, body="-", automatic=True)
    services.note(ticket, by=desk.agent, body="-")
    services.set_status(ticket, by=desk.agent, to="open")

    assert notices(of=ticket) == []


def test_an_agent_solving_is_told(desk, time):
    ticket = desk.ticket()

    services.set_status(ticket, by=desk.agent, to="solved")

    assert notices(of=ticket) == [("solved", "status_changed")]


def test_who_solves_their_own_request_is_not_told(desk, time):
    ticket = desk.ticket()

    services.set_status(ticket, by=desk.customer, to="solved")

    assert notices(of=ticket) == []


def test_closing_what_is_long_solved_is_not_told(desk, time):
    ticket = desk.ticket()
    services.set_status(ticket, by=desk.customer, to="solved")

    services.set_status(ticket, by=None, to="closed")

    assert notices(of=ticket) == []


def test_a_changed_level_is_told(desk, time):
    ticket = desk.ticket()

    services.set_level(ticket, by=desk.agent, to=2, reason="canary reason")

    assert notices(of=ticket) == [("level_changed", "level_changed")]


def test_a_turn_that_does_several_things_has_a_notice_for_each(desk, time):
    ticket = desk.ticket()

    conversation.take_turn(
        ticket, by=desk.agent, turn=Turn(body="-", level=2, reason="-", status="solved")
    )

    assert notices(of=ticket) == [
        ("replied", "replied"),
        ("level_changed", "level_changed"),
        ("solved", "status_changed"),
    ]


def test_an_event_is_noticed_once_by_one_insert(desk, time, django_assert_num_queries):
    event = desk.ticket().events.get()

    with django_assert_num_queries(1):
        on_event(event)

    assert Notice.objects.count() == 1
