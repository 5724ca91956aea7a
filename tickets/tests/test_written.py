"""Rows of a statement that was written once are those that Django reads, value by value."""

import pytest
from django.core.files.base import ContentFile
from django.db.models import F

from tickets import clock, ending, services
from tickets.models import Attachment, Event, Message
from tickets.written import TICKET, Rows, stand_ins


@pytest.fixture
def tickets(make_ticket, dana, alex):
    """Two tickets with an answer each, of which one has a file, and a level that was changed."""
    tickets = [make_ticket(requester=dana) for _each in range(2)]
    for ticket in tickets:
        services.reply(ticket, by=alex, body="Look again")
        services.set_level(ticket, by=alex, to=2, reason="Half of them cannot work")
    Attachment.objects.create(
        message=tickets[0].messages.last(),
        file=ContentFile(b"png", name="a"),
        name="a.png",
        content_type="image/png",
        size=3,
        sha256="0" * 64,
        created_at=clock.now(),
    )
    return tickets


def values(rows):
    fields = [field.attname for field in rows[0]._meta.concrete_fields]
    return [{name: getattr(row, name) for name in fields} for row in rows]


def test_events_of_any_ticket_come_with_their_data_and_whose_words_they_bring(tickets):
    written = Rows.of(Event.objects.filter(ticket=TICKET).annotate(author=F("message__author")))

    for ticket in tickets:
        found = written.asked({TICKET: ticket.pk})
        expected = Event.objects.filter(ticket=ticket)

        assert values(found) == values(expected)
        assert [event.author for event in found] == list(
            expected.values_list("message__author", flat=True)
        )
        assert {type(event.data) for event in found} == {dict}


def test_a_key_within_json_is_stood_for_too(tickets, alex):
    into = Rows.of(Event.objects.filter(data__into=TICKET))
    one, other = tickets

    ending.merge(one, into=other, by=alex)

    assert [event.ticket_id for event in into.asked({TICKET: other.pk})] == [one.pk]
    assert into.asked({TICKET: one.pk}) == []


def test_one_statement_does_for_any_rows_as_many(tickets):
    messages = list(Message.objects.all())
    one, other = messages[:2], messages[2:4]
    asked, stands_for = stand_ins({"pk__in": [message.pk for message in one]})
    asked_too, stands_for_others = stand_ins({"pk__in": [message.pk for message in other]})
    written = Rows.of(Message.objects.filter(**dict(asked)))

    assert asked == asked_too
    assert values(written.asked(stands_for)) == values(one)
    assert values(written.asked(stands_for_others)) == values(other)


def test_files_can_be_opened_and_changed_as_ever(tickets):
    [file] = Rows.of(Attachment.objects.filter(name="a.png")).asked({})
    file.name = "b.png"
    file.save(update_fields=["name"])

    with file.file.open() as content:
        assert content.read() == b"png"
    assert values([Attachment.objects.get()]) == values([file])


def test_what_can_find_nothing_is_not_asked(tickets, django_assert_num_queries):
    written = Rows.of(Message.objects.none())

    with django_assert_num_queries(0):
        assert written.asked({}) == []


@pytest.mark.parametrize("value", [True, 1.5, [False]])
def test_what_nothing_can_stand_in_for_is_refused(value):
    with pytest.raises(TypeError, match="Nothing can stand in for"):
        stand_ins({"restricted": value})
