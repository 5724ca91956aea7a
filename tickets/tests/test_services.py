"""The verbs: what each writes, and what it refuses."""

import uuid

import pytest

from tickets import conversation, services
from tickets.catalog.models import Subcategory
from tickets.conversation import Stale, Turn
from tickets.models import Event, Message, Tag, Ticket
from tickets.services import Refused
from tickets.submission import Submission


def told(ticket):
    return list(ticket.events.values_list("type", "actor", "data"))


def test_opening_files_the_ticket_with_its_first_message_and_event(make_ticket, dana, time):
    ticket = make_ticket()

    assert ticket.number == f"PS-{ticket.pk}"
    assert (ticket.status, ticket.created_at, ticket.organization) == (
        "new",
        time.at,
        dana.organization,
    )
    assert list(ticket.messages.values_list("kind", "actor", "author", "body")) == [
        ("public", "requester", dana.pk, "It shows last week.")
    ]
    assert told(ticket) == [
        (
            "opened",
            "requester",
            {"level": 3, "channel": "portal", "attributes": services.promise_attributes(ticket)},
        )
    ]


def test_sending_the_same_draft_twice_finds_the_first_ticket(make_ticket):
    key = uuid.uuid4()

    assert make_ticket(draft_key=key) == make_ticket(draft_key=key)


def test_a_turn_replies_sets_pending_and_takes_the_ticket_in_one_batch(make_ticket, alex, time):
    ticket = make_ticket()
    time.advance(minutes=30)

    conversation.take_turn(ticket, by=alex, turn=Turn(body="Which week?", status="pending"))

    events = list(ticket.events.exclude(type="opened"))
    assert [(event.type, event.actor, event.at) for event in events] == [
        ("replied", "agent", time.at),
        ("status_changed", "agent", time.at),
        ("assigned", "agent", time.at),
    ]
    assert len({event.batch for event in events}) == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.answered_at) == ("pending", alex, time.at)


def test_an_answer_of_the_requester_takes_a_pending_ticket_up_again(make_ticket, alex, dana):
    ticket = make_ticket()
    conversation.take_turn(ticket, by=alex, turn=Turn(body="Which week?", status="pending"))

    conversation.answer(ticket, by=dana, body="The first one.")

    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert told(ticket)[-2:] == [
        ("replied", "requester", {"automatic": False}),
        ("status_changed", "requester", {"from": "pending", "to": "open"}),
    ]


def test_an_answer_on_a_solved_ticket_reopens_it(make_ticket, alex, dana):
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="solved")

    conversation.answer(ticket, by=dana, body="Not quite.")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.solved_at) == ("open", None)


def test_nobody_answers_on_a_closed_ticket(make_ticket, alex, dana):
    ticket = make_ticket()
    services.set_status(ticket, by=alex, to="solved")
    services.set_status(ticket, by=None, to="closed")

    with pytest.raises(Refused):
        conversation.answer(ticket, by=dana, body="Hello?")

    assert ticket.messages.count() == 1


def test_a_turn_on_a_ticket_that_changed_meanwhile_does_nothing(make_ticket, alex, dana):
    ticket = make_ticket()
    seen = ticket.version
    conversation.answer(ticket, by=dana, body="One more thing.")

    with pytest.raises(Stale):
        conversation.take_turn(ticket, by=alex, turn=Turn(version=seen, body="Done."))

    assert ticket.messages.count() == 2


def test_a_turn_that_is_refused_in_the_middle_leaves_nothing(make_ticket, alex):
    ticket = make_ticket()

    with pytest.raises(Refused):
        conversation.take_turn(ticket, by=alex, turn=Turn(body="Now level 1.", level=1))

    assert [type for type, *_rest in told(ticket)] == ["opened"]
    assert list(ticket.messages.values_list("body", flat=True)) == ["It shows last week."]


def test_a_note_is_internal_and_answers_nothing(make_ticket, alex):
    ticket = make_ticket()

    conversation.take_turn(ticket, by=alex, turn=Turn(body="Looks odd.", public=False))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.answered_at, ticket.assignee) == ("new", None, None)
    assert ticket.messages.last().kind == Message.Kind.NOTE


def test_a_level_changes_only_with_a_reason(make_ticket, alex):
    ticket = make_ticket()

    with pytest.raises(Refused):
        services.set_level(ticket, by=alex, to=1, reason=" ")
    services.set_level(ticket, by=alex, to=1, reason="Nobody can page")

    assert told(ticket)[1:] == [
        ("level_changed", "agent", {"from": 3, "to": 1, "reason": "Nobody can page"})
    ]


def test_a_ticket_is_given_only_to_who_may_work_on_it(make_ticket, alex, dana, make_user):
    ticket = make_ticket()

    with pytest.raises(Refused):
        services.assign(ticket, by=alex, to=make_user("Cho"))

    assert told(ticket)[1:] == []


@pytest.mark.parametrize(
    ("level", "phone", "rank"), [(1, "cannot", 0), (2, "cannot", 0), (1, "called", 1), (3, "", 1)]
)
def test_urgent_tickets_whose_sender_did_not_call_top_the_queue(make_ticket, level, phone, rank):
    assert make_ticket(level=level, phone_answer=phone).queue_rank == rank


def test_an_answer_takes_a_ticket_off_the_top_of_the_queue(make_ticket, alex):
    ticket = make_ticket(level=1, phone_answer="cannot")

    services.reply(ticket, by=alex, body="We are on it.")

    ticket.refresh_from_db()
    assert ticket.queue_rank == 1


def test_no_door_files_under_a_subcategory_of_another_type(make_ticket, dana):
    filed = make_ticket()
    other = Subcategory.objects.exclude(request_type=filed.request_type).first()

    with pytest.raises(ValueError, match="is no subcategory of"):
        Submission(
            requester=dana,
            brand=filed.brand,
            request_type=filed.request_type,
            subcategory=other,
            kind="issue",
            affected="one",
            ability="yes",
            urgent=False,
            level=4,
            subject="Down",
            description="All",
        )

    assert list(Ticket.objects.all()) == [filed]


def test_a_ticket_is_given_to_a_team_of_its_brand_and_taken_from_it(make_ticket, make_team, alex):
    ticket, nights = make_ticket(), make_team("Nights", brands=["perfectserve"])

    services.set_team(ticket, by=alex, to=nights)
    services.set_team(ticket, by=alex, to=nights)
    services.set_team(ticket, by=alex, to=None)

    told = ticket.events.filter(type=Event.Type.TEAM_CHANGED)
    assert [event.data for event in told] == [
        {"from": None, "to": nights.pk, "name": "Nights"},
        {"from": nights.pk, "to": None, "name": ""},
    ]


def test_a_team_that_does_not_work_for_the_brand_gets_no_ticket(make_ticket, make_team, alex):
    ticket, others = make_ticket(), make_team("Others")

    with pytest.raises(services.Refused):
        services.set_team(ticket, by=alex, to=others)

    ticket.refresh_from_db()
    assert ticket.team is None


def test_tags_are_set_as_a_whole_and_told_by_what_changed(make_ticket, alex):
    ticket = make_ticket()
    vip, slow = Tag.objects.create(name="vip"), Tag.objects.create(name="slow")

    services.set_tags(ticket, by=alex, to=[vip])
    services.set_tags(ticket, by=alex, to=[vip])
    services.set_tags(ticket, by=alex, to=[slow])

    told = ticket.events.filter(type=Event.Type.TAGS_CHANGED)
    assert [event.data for event in told] == [
        {"added": ["vip"], "removed": []},
        {"added": ["slow"], "removed": ["vip"]},
    ]
