"""What managers do to several tickets at once, each on its own."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connection, transaction

from sla import handling
from sla.acknowledging import acknowledge
from sla.handling import Note, Outcome
from sla.models import Acknowledgement, Breach
from sla.tests.broken import TOO_FEW, action, break_first_responses, reason
from tickets import ending
from tickets.conversation import Turn, take_turn
from tickets.models import Event, Message, Ticket

TAKE_IT = "Please take these now."


@pytest.fixture
def tickets(make_ticket, time):
    return [make_ticket(level=1) for _number in range(3)]


@pytest.fixture
def breaches(tickets, time):
    return break_first_responses(time, *tickets)


def numbers(*tickets):
    return [ticket.number for ticket in tickets]


def assignees():
    return list(Ticket.objects.order_by("pk").values_list("assignee__name", flat=True))


def notes():
    return list(
        Message.objects.filter(kind="note")
        .order_by("ticket")
        .values_list("ticket", "author__name", "body")
    )


def test_tickets_are_handed_to_an_agent_with_a_note(breaches, tickets, morgan, alex):
    outcome = handling.hand_over(breaches, by=morgan, to=alex, note=Note(TAKE_IT))

    assert outcome == Outcome(numbers(*tickets), [])
    assert assignees() == ["Alex"] * 3
    assert notes() == [(ticket.pk, "Morgan", TAKE_IT) for ticket in tickets]


def test_a_note_and_an_assignment_of_one_press_are_one_batch(breaches, morgan, alex):
    key = uuid.uuid4()

    handling.hand_over(breaches[:1], by=morgan, to=alex, note=Note(TAKE_IT, key))

    done = Event.objects.exclude(type="opened").order_by("pk")
    assert [(event.type, event.batch) for event in done] == [("assigned", key), ("noted", key)]


def test_what_is_theirs_already_closed_or_not_to_be_worked_on_is_left_alone_and_said(
    breaches, tickets, morgan, alex
):
    theirs, closed, restricted = tickets
    take_turn(theirs, by=alex, turn=Turn(reassign=True, assignee=alex))
    ending.merge(closed, into=theirs, by=alex)
    Ticket.objects.filter(pk=restricted.pk).update(restricted=True)

    outcome = handling.hand_over(breaches, by=morgan, to=alex, note=Note())

    assert outcome == Outcome(
        [],
        [
            (theirs.number, "It is Alex's already."),
            (closed.number, "It is closed."),
            (restricted.number, "You may not work on this ticket."),
        ],
    )
    assert assignees() == ["Alex", None, None]


def test_whoever_cannot_work_on_a_ticket_does_not_get_it(breaches, tickets, morgan, make_user):
    gone = make_user("Gone", role="agent", is_active=False)

    outcome = handling.hand_over(breaches, by=morgan, to=gone, note=Note(TAKE_IT))

    assert outcome.done == []
    assert {why for _number, why in outcome.skipped} == {"Gone cannot work on this ticket."}
    assert notes() == []


def test_a_ticket_is_given_back_to_everybody(breaches, tickets, morgan, alex):
    handling.hand_over(breaches, by=morgan, to=alex, note=Note())

    outcome = handling.hand_over(breaches, by=morgan, to=None, note=Note())

    assert outcome.done == numbers(*tickets)
    assert assignees() == [None] * 3


def test_both_broken_promises_of_a_ticket_get_one_note(make_ticket, morgan, time):
    ticket = make_ticket(level=1)
    time.advance(days=1)
    break_first_responses(time, ticket)
    both = handling.chosen(Breach.objects.values_list("pk", flat=True), by=morgan)

    outcome = handling.add_note(both, by=morgan, note=Note(TAKE_IT))

    assert len(both) == 2
    assert outcome == Outcome([ticket.number], [])
    assert notes() == [(ticket.pk, "Morgan", TAKE_IT)]


def test_a_note_that_is_sent_twice_is_written_once(breaches, tickets, morgan):
    note = Note(TAKE_IT)
    handling.add_note(breaches, by=morgan, note=note)

    again = handling.add_note(breaches, by=morgan, note=note)

    assert again == Outcome(
        [], [(ticket.number, "This note is on it already.") for ticket in tickets]
    )
    assert len(notes()) == 3


def test_other_words_from_a_page_that_was_gone_back_to_are_another_note(breaches, morgan):
    key = uuid.uuid4()
    for body in (TAKE_IT, "And call them."):
        handling.add_note(breaches[:1], by=morgan, note=Note(body, key))

    assert [body for _ticket, _author, body in notes()] == [TAKE_IT, "And call them."]


def test_many_are_acknowledged_at_once_and_one_that_was_is_said(breaches, tickets, morgan):
    acknowledge(breaches[0], by=morgan, reason=reason(), action=action())

    outcome = handling.acknowledge_all(
        breaches, by=morgan, reason=reason(), action=action(), note=Note()
    )

    assert outcome == Outcome(
        numbers(*tickets[1:]), [(tickets[0].number, "It is acknowledged so already.")]
    )
    assert set(Breach.objects.values_list("reason__name", flat=True)) == {TOO_FEW}
    assert Acknowledgement.objects.count() == 3


def test_only_what_somebody_reads_of_can_be_chosen(make_ticket, make_team, alex, morgan, time):
    make_team("Ours", members=[morgan, alex], brands=["perfectserve"])
    make_team("Theirs", brands=["clinical-collaboration"])
    mine, spam, back = [make_ticket(level=1) for _number in range(3)]
    other = make_ticket(level=1, brand="clinical-collaboration")
    breaches = break_first_responses(time, mine, spam, back, other)
    ending.mark_spam(spam, by=alex)
    Breach.objects.filter(pk=breaches[2].pk).update(
        retracted_at=time.at, retraction_reason="A reply came late."
    )

    found = handling.chosen([*(breach.pk for breach in breaches), 10**17], by=morgan)

    assert found == [breaches[0]]


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_lose_none_while_somebody_holds_one_of_them(
    furnished, make_ticket, morgan, alex, time
):
    tickets = [make_ticket(level=1) for _number in range(10)]
    breaches = break_first_responses(time, *tickets)
    held, go = threading.Event(), threading.Event()

    def hold_one():
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=tickets[4].pk)
            held.set()
            go.wait(10)
        connection.close()

    holder = threading.Thread(target=hold_one)
    holder.start()
    held.wait(10)
    threading.Timer(0.3, go.set).start()

    outcome = handling.hand_over(breaches, by=morgan, to=alex, note=Note(TAKE_IT))
    holder.join()

    assert outcome == Outcome(numbers(*tickets), [])
    assert assignees() == ["Alex"] * 10
    assert len(notes()) == 10
