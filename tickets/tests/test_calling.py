"""Calls that customers wait for: asked for, tried, reached, not wanted any more."""

from datetime import timedelta

import pytest

from tickets import calling, ending, services, timeline
from tickets.calling import Wish, call_back, log_attempt, withdraw
from tickets.models import Callback, Ticket
from tickets.services import Refused


def wish(time, **other):
    given = {
        "number": "212.555.0101",
        "call_after": time.at,
        "call_before": time.at + timedelta(hours=4),
        "time_zone": "America/New_York",
    }
    return Wish(**given | other)


@pytest.fixture
def ask(time, alex):
    def ask(ticket, **other):
        return calling.ask(ticket, by=alex, wish=wish(time, **other))

    return ask


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def told(ticket):
    return list(ticket.events.exclude(type="opened").values_list("type", "actor", "data"))


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


def test_a_call_waits_from_when_it_was_asked_for(make_ticket, ask, time, alex, dana):
    ticket = make_ticket()

    callback = ask(ticket, reason="The week of the 12th")

    assert (callback.created_at, callback.created_by, callback.ended_at, callback.end) == (
        time.at,
        alex,
        None,
        "",
    )
    assert told(ticket) == [
        (
            "callback_asked",
            "agent",
            {
                "after": "2026-01-05T10:00:00+00:00",
                "before": "2026-01-05T14:00:00+00:00",
                "time_zone": "America/New_York",
            },
        )
    ]
    assert sentences(ticket, alex) == ["A call is waited for, noted by Alex"]
    assert sentences(ticket, dana) == ["You will be called about this"]


def test_one_call_is_waited_for_at_a_time(make_ticket, ask, alex):
    ticket = make_ticket()
    first = ask(ticket)

    with pytest.raises(Refused, match="waited for already"):
        ask(ticket)
    withdraw(first, by=alex)
    ask(ticket)

    assert ticket.callbacks.count() == 2


def test_a_time_that_is_over_is_no_time_to_call(make_ticket, ask, time):
    with pytest.raises(Refused, match="over before it begins"):
        ask(
            make_ticket(),
            call_after=time.at - timedelta(hours=2),
            call_before=time.at - timedelta(hours=1),
        )


def test_nobody_calls_about_what_is_closed(make_ticket, ask, alex):
    closed, waiting = make_ticket(), make_ticket()
    callback = ask(waiting)
    for ticket in (closed, waiting):
        services.set_status(ticket, by=alex, to="solved")
        services.set_status(ticket, by=None, to="closed")

    with pytest.raises(Refused, match="is closed"):
        ask(closed)
    with pytest.raises(Refused, match="does not wait any more: Not wanted any more"):
        log_attempt(callback, by=alex, result="reached")


def test_a_call_that_waits_when_its_ticket_closes_ends_and_says_so(
    make_ticket, ask, time, alex, dana
):
    ticket = make_ticket()
    callback = ask(ticket)
    services.set_status(ticket, by=alex, to="solved")
    assert list(Callback.objects.to_make()) == [callback]

    at = time.advance(days=8)
    services.set_status(ticket, by=None, to="closed")

    assert (fresh(callback).ended_at, fresh(callback).end) == (at, "withdrawn")
    assert told(ticket)[2:] == [
        ("callback_ended", "system", {"is_over": True}),
        ("status_changed", "system", {"from": "solved", "to": "closed"}),
    ]
    assert "The call that was waited for is not made: this is over" in sentences(ticket, alex)
    assert "You will not be called about this any more" in sentences(ticket, dana)


def test_a_call_on_spam_waits_out_of_sight_until_that_is_taken_back_or_deleted(
    make_ticket, ask, alex
):
    ticket = make_ticket()
    callback = ask(ticket)

    ending.mark_spam(ticket, by=alex)
    assert list(Callback.objects.to_make()) == []
    ending.not_spam(ticket, by=alex)
    assert list(Callback.objects.to_make()) == [callback]
    ending.mark_spam(ticket, by=alex)
    ending.delete(ticket, by=alex)

    assert fresh(callback).end == "withdrawn"


def test_who_is_not_reached_is_not_answered_and_waits_on(make_ticket, ask, time, alex, dana):
    ticket = make_ticket()
    callback = ask(ticket)

    for result, note in (("no_answer", ""), ("voicemail", "CANARY"), ("wrong_number", "")):
        time.advance(minutes=10)
        log_attempt(callback, by=alex, result=result, note=note)

    assert fresh(callback).ended_at is None
    assert fresh(ticket).answered_at is None
    assert [each.result for each in callback.attempts.all()] == [
        "no_answer",
        "voicemail",
        "wrong_number",
    ]
    assert sentences(ticket, alex)[1:] == [
        "Alex called: no answer",
        "Alex called and left a message. CANARY",
        "Alex called: wrong number",
    ]
    assert sentences(ticket, dana)[1:] == [
        "We called you and did not reach you",
        "We called you and left a message",
        "We called you and did not reach you",
    ]


def test_who_is_reached_is_answered_and_waits_no_more(make_ticket, ask, time, alex, dana):
    ticket = make_ticket(level=1, phone_answer="cannot")
    callback = ask(ticket)
    assert fresh(ticket).queue_rank == 0

    at = time.advance(minutes=20)
    log_attempt(callback, by=alex, result="reached", note="It was the pager.")

    assert (fresh(callback).ended_at, fresh(callback).end) == (at, "reached")
    assert (fresh(ticket).answered_at, fresh(ticket).queue_rank) == (at, 1)
    assert sentences(ticket, alex)[1:] == [
        "Alex called and spoke to the customer. It was the pager."
    ]
    assert sentences(ticket, dana)[1:] == ["We spoke to you on the phone"]


def test_of_two_who_say_that_they_reached_somebody_one_does(make_ticket, ask, alex, morgan):
    callback = ask(make_ticket())
    log_attempt(callback, by=alex, result="reached")

    with pytest.raises(Refused, match="does not wait any more: Reached"):
        log_attempt(callback, by=morgan, result="reached")

    assert callback.attempts.count() == 1


def test_a_call_that_is_not_wanted_any_more_is_told(make_ticket, ask, time, alex, dana):
    ticket = make_ticket()
    callback = ask(ticket)

    at = time.advance(minutes=5)
    withdraw(callback, by=dana)

    assert (fresh(callback).ended_at, fresh(callback).end) == (at, "withdrawn")
    assert told(ticket)[1:] == [("callback_ended", "requester", {})]
    assert sentences(ticket, alex)[1:] == ["The call is not wanted any more, says Dana"]
    assert sentences(ticket, dana)[1:] == ["You will not be called about this any more"]


def test_whoever_calls_takes_the_ticket_and_who_is_reached_moves_it_on(make_ticket, ask, alex):
    ticket = make_ticket()
    callback = ask(ticket)

    call_back(callback, by=alex, result="no_answer")
    tried = fresh(ticket)
    call_back(callback, by=alex, result="reached")

    assert (tried.status, tried.assignee) == ("new", alex)
    assert fresh(ticket).status == "open"


def test_a_call_that_is_logged_later_counts_when_it_was(make_ticket, ask, time, alex):
    ticket = make_ticket()
    callback = ask(ticket)
    called = time.advance(minutes=10)
    time.advance(minutes=50)

    call_back(callback, by=alex, result="reached", happened_at=called)

    assert callback.attempts.get().at == called
    assert fresh(ticket).answered_at == called
    assert ticket.events.get(type="called_back").at == called


def test_nobody_called_before_it_was_asked_for_or_later_than_now(make_ticket, ask, time, alex):
    ticket = make_ticket()
    time.advance(minutes=10, seconds=30)
    callback = ask(ticket)
    time.advance(minutes=20)

    for off in (timedelta(minutes=-1), timedelta(minutes=21)):
        with pytest.raises(calling.WrongTime):
            call_back(callback, by=alex, result="reached", happened_at=callback.created_at + off)
    typed = callback.created_at.replace(second=0)
    call_back(callback, by=alex, result="reached", happened_at=typed)

    assert callback.attempts.get().at == callback.created_at


def test_only_who_works_on_it_calls(make_ticket, make_user, make_team, ask):
    ticket = make_ticket()
    callback = ask(ticket)
    reader = make_user("Reader", role="read_only")
    elsewhere = make_user("Cho", role="agent")
    make_team("There", members=[elsewhere], brands=["clinical-collaboration"])
    make_team("Here", brands=["perfectserve"])

    for user in (reader, elsewhere, ticket.requester):
        with pytest.raises(Refused, match="cannot work"):
            log_attempt(callback, by=user, result="reached")
    with pytest.raises(Refused, match="cannot work"):
        withdraw(callback, by=reader)

    assert Ticket.objects.get(pk=ticket.pk).answered_at is None


def test_a_call_is_waited_for_where_its_ticket_goes_on(make_ticket, ask, alex):
    original, ticket = make_ticket(), make_ticket()
    call = ask(ticket)

    ending.merge(ticket, into=original, by=alex)

    assert fresh(call).ticket == original
    log_attempt(fresh(call), by=alex, result="reached")
    assert fresh(original).answered_at is not None


def test_of_two_tickets_that_both_wait_for_a_call_none_is_lost_by_a_merge(make_ticket, ask, alex):
    original, ticket = make_ticket(), make_ticket()
    call, other = ask(original), ask(ticket)

    with pytest.raises(Refused, match="A call is waited for on both"):
        ending.merge(ticket, into=original, by=alex)

    assert list(Callback.objects.to_make()) == [call, other]
    assert fresh(ticket).outcome == ""


def test_another_customers_call_answers_nobody_where_its_ticket_would_go_on(
    make_ticket, make_user, ask, alex
):
    original = make_ticket()
    ticket = make_ticket(requester=make_user("Erin", organization="Harbor Hospital"))
    call = ask(ticket)

    with pytest.raises(Refused, match=f"waits for a call about {ticket.number}"):
        ending.merge(ticket, into=original, by=alex, confirmed=True)

    assert (fresh(call).ticket, fresh(ticket).outcome) == (ticket, "")


def test_a_merge_that_is_taken_back_gives_its_call_back_wherever_it_went(make_ticket, ask, alex):
    last, original, ticket = make_ticket(), make_ticket(), make_ticket()
    call = ask(ticket)
    ending.merge(ticket, into=original, by=alex)
    ending.merge(original, into=last, by=alex)
    assert fresh(call).ticket == last

    ending.unmerge(ticket, by=alex)
    assert fresh(call).ticket == ticket
    ending.unmerge(original, by=alex)

    assert fresh(call).ticket == ticket


def test_a_call_that_is_over_is_not_given_back(make_ticket, ask, alex):
    original, ticket = make_ticket(), make_ticket()
    call = ask(ticket)
    ending.merge(ticket, into=original, by=alex)
    withdraw(fresh(call), by=alex)

    ending.unmerge(ticket, by=alex)

    assert fresh(call).ticket == original


def test_a_merge_is_final_once_its_customer_was_spoken_to(make_ticket, ask, alex):
    original, ticket = make_ticket(), make_ticket()
    callback = ask(original)
    ending.merge(ticket, into=original, by=alex)
    log_attempt(callback, by=alex, result="voicemail")
    ending.unmerge(ticket, by=alex)
    ending.merge(ticket, into=original, by=alex)
    log_attempt(callback, by=alex, result="reached")

    with pytest.raises(Refused, match="replied to since the merge"):
        ending.unmerge(ticket, by=alex)
