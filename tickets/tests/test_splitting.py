"""Messages that are taken out of a ticket: what moves, what stays, who reads what, who is told."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tickets import conversation, ending, services, splitting, timeline, uploads, watching
from tickets.models import Event, Message, Ticket
from tickets.services import Refused
from tickets.splitting import Part

QUEUE = "/admin/tickets/ticket/"


@pytest.fixture
def long_story(make_ticket, dana, alex, time):
    """A ticket on which its customer brings up another matter, which agents note and answer."""
    ticket = make_ticket(level=3, subject="Wrong schedule")
    time.advance(minutes=10)
    services.reply(ticket, by=alex, body="Which week?")
    time.advance(minutes=10)
    paper = uploads.store(SimpleUploadedFile("invoice.txt", b"twice"))
    conversation.answer(ticket, by=dana, body="Also, an invoice came twice.", files=[paper])
    time.advance(minutes=10)
    services.note(ticket, by=alex, body="CANARY: ask finance.")
    time.advance(minutes=10)
    services.reply(ticket, by=alex, body="The second invoice is void.")
    time.advance(minutes=10)
    return ticket


def said(ticket):
    return [
        (message.kind, str(message.author), message.body, f"{message.created_at:%H:%M}")
        for message in ticket.messages.all()
    ]


def part_of(ticket, *bodies, requester=None, **other):
    messages = ticket.messages.filter(body__in=bodies).values_list("pk", flat=True)
    given = {
        "messages": list(messages),
        "requester": requester or ticket.requester,
        "subject": "An invoice came twice",
        "level": 4,
        "key": uuid.uuid4(),
    }
    return Part(**given | other)


INVOICE = ("Also, an invoice came twice.", "CANARY: ask finance.", "The second invoice is void.")


def sentences(ticket, user):
    return [entry.sentence for entry in timeline.entries(ticket, user) if entry.kind == "event"]


def test_what_is_chosen_moves_as_it_is_and_the_rest_stays(long_story, alex):
    new = splitting.split(long_story, by=alex, part=part_of(long_story, *INVOICE))

    assert said(new) == [
        ("public", "Dana", "Also, an invoice came twice.", "10:20"),
        ("note", "Alex", "CANARY: ask finance.", "10:30"),
        ("public", "Alex", "The second invoice is void.", "10:40"),
    ]
    assert said(long_story) == [
        ("public", "Dana", "It shows last week.", "10:00"),
        ("public", "Alex", "Which week?", "10:10"),
    ]
    assert [file.name for file in new.messages.first().attachments.all()] == ["invoice.txt"]


def test_the_new_one_begins_when_its_first_message_came_in(long_story, alex, time):
    new = splitting.split(long_story, by=alex, part=part_of(long_story, *INVOICE))

    assert {
        "created": f"{new.created_at:%H:%M}",
        "answered": f"{new.answered_at:%H:%M}",
        "status": new.status,
        "level": new.level_id,
        "subject": new.subject,
        "requester": str(new.requester),
        "organization": str(new.organization),
        "from": new.split_from,
    } == {
        "created": "10:20",
        "answered": "10:40",
        "status": "open",
        "level": 4,
        "subject": "An invoice came twice",
        "requester": "Dana",
        "organization": "Riverside Clinic",
        "from": long_story,
    }
    assert [(each.type, f"{each.at:%H:%M}", f"{each.recorded_at:%H:%M}") for each in _log(new)] == [
        ("opened", "10:20", "10:50"),
        ("noted", "10:30", "10:50"),
        ("replied", "10:40", "10:50"),
        ("status_changed", "10:50", "10:50"),
    ]


def _log(ticket):
    return Event.objects.filter(ticket=ticket)


def test_both_say_where_the_other_is_to_who_sees_it(long_story, alex, dana, browser_of):
    new = splitting.split(long_story, by=alex, part=part_of(long_story, *INVOICE))

    assert sentences(long_story, alex)[-1] == (f"3 messages taken out into {new.number}, by Alex")
    assert sentences(long_story, dana)[-1] == f"Part of this goes on as {new.number}"
    assert f"Taken out of {long_story.number}, by Alex" in sentences(new, alex)
    assert f"This was part of {long_story.number} before" in sentences(new, dana)
    for ticket, other in ((long_story, new), (new, long_story)):
        page = browser_of(dana).get(ticket.get_absolute_url()).content.decode()
        assert f'<a href="{other.get_absolute_url()}">{other.number}' in page


def test_nothing_of_a_note_reaches_a_customer(long_story, alex, dana, browser_of):
    new = splitting.split(long_story, by=alex, part=part_of(long_story, *INVOICE))

    for ticket in (long_story, new):
        assert "CANARY" not in browser_of(dana).get(ticket.get_absolute_url()).content.decode()
    assert "CANARY" in browser_of(alex).get(f"{QUEUE}{new.pk}/change/").content.decode()


def test_whose_it_becomes_has_read_along_and_nobody_elses_colleagues_come_to_read_it(
    long_story, alex, make_user
):
    kim, lee = make_user("Kim", organization="Uptown ENT"), make_user("Lee")
    watching.watch(long_story, by=kim, added_by=long_story.requester)
    part = part_of(long_story, *INVOICE)

    assert [user.name for user in splitting.requesters(long_story)] == ["Dana", "Kim"]
    with pytest.raises(Refused, match="Lee does not read this ticket"):
        splitting.split(
            long_story, by=alex, part=part_of(long_story, *INVOICE, requester=lee, key=part.key)
        )
    new = splitting.split(
        long_story, by=alex, part=part_of(long_story, *INVOICE, requester=kim, key=part.key)
    )

    assert (new.requester, new.organization, new.watchers.count()) == (kim, None, 0)


def test_who_spoke_and_reads_along_no_more_does_not_come_to_read_it(
    long_story, make_user, alex, dana, time
):
    erin = make_user("Erin")
    watching.watch(long_story, by=erin, added_by=dana)
    services.reply(long_story, by=erin, body="I read along.")
    assert splitting.requesters(long_story) == [dana, erin]

    watching.unwatch(long_story, user=erin, by=dana)

    assert splitting.requesters(long_story) == [dana]
    with pytest.raises(Refused, match="Erin does not read this ticket"):
        splitting.split(long_story, by=alex, part=part_of(long_story, *INVOICE, requester=erin))


@pytest.mark.parametrize(
    "bodies, why",
    [
        ((), "not on this ticket any more"),
        (("It shows last week.", *INVOICE), "The first message stays"),
        (("CANARY: ask finance.",), "Choose a customer's message first"),
        (("Which week?", *INVOICE), "Choose a customer's message first"),
    ],
)
def test_what_cannot_be_taken_out_is_refused_and_nothing_happens(bodies, why, long_story, alex):
    with pytest.raises(Refused, match=why):
        splitting.split(long_story, by=alex, part=part_of(long_story, *bodies))

    assert (Ticket.objects.count(), len(said(long_story))) == (1, 5)


def test_a_second_press_finds_the_same_ticket_and_a_second_page_that_they_are_gone(
    long_story, alex
):
    part = part_of(long_story, *INVOICE)
    new = splitting.split(long_story, by=alex, part=part)

    assert splitting.split(long_story, by=alex, part=part) == new
    with pytest.raises(Refused, match="not on this ticket any more"):
        splitting.split(long_story, by=alex, part=part_of(long_story, messages=part.messages))
    assert Ticket.objects.count() == 2


def test_what_has_ended_or_is_not_theirs_to_work_on_is_left_whole(long_story, alex, dana):
    part = part_of(long_story, *INVOICE)
    with pytest.raises(Refused, match="cannot work"):
        splitting.split(long_story, by=dana, part=part)
    ending.mark_spam(long_story, by=alex)

    with pytest.raises(Refused, match="is over"):
        splitting.split(long_story, by=alex, part=part)

    assert Ticket.objects.count() == 1


# --- The page ---------------------------------------------------------------------------


def test_the_page_shows_what_may_go_and_leads_to_the_new_ticket(long_story, alex, browser_of):
    browser, page = browser_of(alex), f"{QUEUE}{long_story.pk}/split/"
    form = browser.get(page).context["form"]
    offered = [label.partition(": ")[2] for _pk, label in form.fields["messages"].choices]
    assert offered == ["Which week?", f"{INVOICE[0]} (invoice.txt)", *INVOICE[1:]]

    given = {
        "key": str(form["key"].value()),
        "messages": [message.pk for message in Message.objects.filter(body__in=INVOICE)],
        "requester": long_story.requester_id,
        "level": "4",
        "subject": "",
    }
    refused = browser.post(page, given)
    assert refused.status_code == 422
    assert "Enter what the new ticket is about" in refused.content.decode()
    assert refused.content.decode().count(" checked") == 3

    response = browser.post(page, given | {"subject": "Twice"})

    new = Ticket.objects.latest("pk")
    assert response["Location"] == f"{QUEUE}{new.pk}/change/"
    assert (new.subject, new.messages.count()) == ("Twice", 3)
