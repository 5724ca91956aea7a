"""The desk's pages of single verbs: putting off, watching, spam, deleting, splitting."""

import uuid

import pytest
from django.contrib.messages import get_messages

from tickets import services, snoozing, splitting, waking
from tickets.models import DeskWatch, Ticket

QUEUE = "/admin/tickets/ticket/"


@pytest.fixture
def as_alex(client, alex):
    client.force_login(alex)
    return client


def page_of(ticket, verb):
    return f"{QUEUE}{ticket.pk}/{verb}/"


def said(response):
    """Where a POST led, and what it says there."""
    messages = [str(message) for message in get_messages(response.wsgi_request)]
    return response["Location"], messages[-1:]


def stands(ticket):
    found = Ticket.objects.get(pk=ticket.pk)
    return found.status, found.outcome


def words(response):
    return " ".join(response.content.decode().split())


# --- Putting off ------------------------------------------------------------------------


def test_a_preset_is_in_the_agents_own_zone(as_alex, alex, make_ticket, time):
    alex.time_zone = "America/New_York"
    alex.save(update_fields=["time_zone"])
    ticket = make_ticket()
    assert "Tomorrow morning: Tue 6 Jan 2026, 8:00 am EST" in words(
        as_alex.get(page_of(ticket, "snooze"))
    )

    response = as_alex.post(page_of(ticket, "snooze"), {"when": "tomorrow"})

    assert said(response) == (
        page_of(ticket, "change"),
        [f"{ticket.number} is put off until Tue 6 Jan 2026, 8:00 am EST."],
    )
    until = Ticket.objects.get(pk=ticket.pk).snoozed_until
    assert until.isoformat() == "2026-01-06T13:00:00+00:00"


@pytest.mark.parametrize(
    "given, why",
    [
        ({}, "Choose until when"),
        ({"when": "date"}, "Enter until when"),
        ({"when": "date", "at": "soon"}, "Enter a date and a time"),
        ({"when": "date", "at": "2026-01-05T01:00"}, "Choose a time that has not passed yet."),
        ({"when": "date", "at": "2028-01-05T09:00"}, "Choose a time within a year."),
    ],
)
def test_what_is_no_time_to_come_is_said_and_what_was_typed_stays(
    given, why, as_alex, make_ticket, time
):
    ticket = make_ticket()

    response = as_alex.post(page_of(ticket, "snooze"), given)

    assert response.status_code == 422
    assert why in words(response)
    assert given.get("at", "") in words(response)
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None


def test_a_snoozed_ticket_is_taken_up_again_there(as_alex, alex, make_ticket, time):
    ticket = make_ticket()
    snoozing.snooze(ticket, by=alex, until=snoozing.later(time.at))
    assert "Now it is put off until" in words(as_alex.get(page_of(ticket, "snooze")))

    as_alex.post(page_of(ticket, "snooze"), {"wake": "1"})

    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None


def test_the_way_back_keeps_the_queue_as_it_was(as_alex, make_ticket):
    ticket = make_ticket()
    kept = "_changelist_filters=tab%3Dmine"

    response = as_alex.post(f"{page_of(ticket, 'snooze')}?{kept}", {"when": "later"})

    assert response["Location"] == f"{page_of(ticket, 'change')}?{kept}"


# --- Watching ---------------------------------------------------------------------------


def test_an_agent_watches_once_and_stops_and_no_customer_learns_of_it(
    as_alex, alex, make_ticket, browser_of, dana
):
    ticket = make_ticket()
    for _twice in range(2):
        as_alex.post(page_of(ticket, "watch"), {"act": "watch"})
    assert [watch.user for watch in DeskWatch.objects.all()] == [alex]
    assert "<li>Alex</li>" in words(as_alex.get(page_of(ticket, "watch")))
    assert "Alex" not in words(browser_of(dana).get(ticket.get_absolute_url()))

    as_alex.post(page_of(ticket, "watch"), {"act": "unwatch"})

    assert not DeskWatch.objects.exists()
    assert list(ticket.events.values_list("type", flat=True)) == ["opened"]


# --- Spam, and deleting -----------------------------------------------------------------


def test_spam_is_marked_and_taken_back_and_a_second_press_undoes_nothing(as_alex, make_ticket):
    ticket = make_ticket()
    page = page_of(ticket, "spam")
    for expected in (f"{ticket.number} is marked as spam.", "is marked as spam. Take that back"):
        _to, [message] = said(as_alex.post(page, {"act": "spam"}))
        assert expected in message
    assert stands(ticket) == ("closed", "spam")
    assert "It is no spam" in words(as_alex.get(page))

    _to, messages = said(as_alex.post(page, {"act": "not_spam"}))

    assert messages == [f"{ticket.number} is no spam: it goes on."]
    assert stands(ticket) == ("new", "")


def test_deleting_asks_first_and_says_when_it_was_done_already(as_alex, make_ticket):
    ticket = make_ticket()
    assert "This cannot be taken back." in words(as_alex.get(page_of(ticket, "delete")))
    assert stands(ticket) == ("new", "")

    told = [said(as_alex.post(page_of(ticket, "delete")))[1] for _press in range(2)]

    assert told == [[f"{ticket.number} is deleted."], [f"{ticket.number} is deleted."]]
    assert stands(ticket) == ("closed", "deleted")
    assert ticket.events.filter(type="deleted").count() == 1


def test_that_nothing_can_be_taken_out_is_said(as_alex, alex, dana, make_ticket):
    ticket = make_ticket()
    services.reply(ticket, by=alex, body="Which week?")

    before = words(as_alex.get(page_of(ticket, "split")))
    services.reply(ticket, by=dana, body="The third.")
    after = words(as_alex.get(page_of(ticket, "split")))

    told = [
        ("There is nothing to take out" in page, "Take out" in page) for page in (before, after)
    ]
    assert told == [(True, False), (False, True)]


# --- Who may ----------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["merge", "unmerge", "snooze", "spam", "delete"])
def test_who_only_reads_and_whose_ticket_it_is_find_no_page(
    verb, make_user, make_ticket, browser_of
):
    reader, agent = make_user("Robin", role="read_only"), make_user("Blair", role="agent")
    ticket, own = make_ticket(), make_ticket(requester=agent)

    assert browser_of(reader).get(page_of(ticket, verb)).status_code == 404
    assert browser_of(agent).get(page_of(own, verb)).status_code == 404


# --- On the ticket's page ---------------------------------------------------------------


def test_only_the_ticket_that_is_watched_says_so(as_alex, make_ticket):
    tickets = [make_ticket() for _each in range(3)]
    as_alex.post(page_of(tickets[2], "watch"), {"act": "watch"})

    pages = [words(as_alex.get(page_of(each, "change"))) for each in tickets]

    assert ["Watched by Alex" in page for page in pages] == [False, False, True]


def test_the_ticket_says_until_when_it_is_put_off_who_watches_it_and_what_it_was_part_of(
    as_alex, alex, dana, make_ticket, time
):
    ticket = make_ticket()
    message = services.reply(ticket, by=dana, body="One thing more.")
    part = splitting.Part([message.pk], dana, "Another matter", 3, uuid.uuid4())
    new = splitting.split(ticket, by=alex, part=part)
    snoozing.snooze(ticket, by=alex, until=snoozing.later(time.at))
    as_alex.post(page_of(ticket, "watch"), {"act": "watch"})

    page, other = (words(as_alex.get(page_of(each, "change"))) for each in (ticket, new))

    assert "Put off until" in page
    assert "Watched by Alex" in page
    assert f'Part of this goes on in <a href="{page_of(new, "change")}">' in page
    assert f'This was part of <a href="{page_of(ticket, "change")}">' in other


def test_what_woke_it_meanwhile_does_not_hide_what_a_colleague_did(
    as_alex, alex, make_user, make_ticket, time
):
    ticket = snoozing.snooze(make_ticket(), by=alex, until=snoozing.later(time.at))
    services.note(ticket, by=make_user("Blair", role="agent"), body="The vendor called.")
    time.advance(hours=4)
    waking.wake_due(time.at, limit=1)

    given = {"version": ticket.version, "kind": "public", "body": "Hello", "key": str(uuid.uuid4())}
    stale = as_alex.post(page_of(ticket, "change"), given)

    assert stale.status_code == 409
    assert [entry.message.body for entry in stale.context["news"]] == ["The vendor called."]
