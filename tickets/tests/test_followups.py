"""A new ticket about a closed one: what it takes along, and who reads that they belong together."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tickets import services
from tickets.catalog.services import changed
from tickets.models import Draft, Ticket
from tickets.tests.filing import ABOUT, CREATE
from tickets.tests.reading import between, words_of


@pytest.fixture
def close(alex):
    def close(ticket):
        services.set_status(ticket, by=alex, to="solved")
        services.set_status(ticket, by=None, to="closed")
        return ticket

    return close


def file_a_new_user(browser):
    """File it by its pages, with a file."""
    begun = browser.post("/new/perfectserve/", ABOUT)
    browser.post(begun["Location"], {**CREATE, "files": text_file()})
    return Ticket.objects.latest("pk")


def text_file():
    return SimpleUploadedFile("week.csv", b"a,b")


def follow_up(browser, ticket, **fields):
    return browser.post(f"{ticket.get_absolute_url()}follow-ups/", fields)


def send(browser, draft):
    """Send a draft as its page has it."""
    page = browser.get(draft.get_absolute_url())
    form = page.context["form"]
    typed = {field.html_name: field.value() or "" for field in form}
    return browser.post(draft.get_absolute_url(), {**typed, "send": ""})


def test_a_closed_ticket_says_since_when_and_how_to_go_on(
    make_ticket, browser_of, close, dana, time
):
    page = browser_of(dana).get(close(make_ticket()).get_absolute_url())

    assert between(page, "Closed on", "–") == (
        "Closed on Mon 5 Jan, 5:00 am EST Nothing can be added to it any more. A new ticket about "
        "it begins with what you told us here, except the files. New ticket about this"
    )
    assert "Your reply" not in words_of(page)


def test_everything_that_was_told_is_taken_along_and_sent_as_it_is(browser_of, close, dana):
    browser = browser_of(dana)
    old = close(file_a_new_user(browser))

    follow_up(browser, old)
    draft = Draft.objects.get()
    answer = send(browser, draft)

    new = Ticket.objects.latest("pk")
    assert answer["Location"] == f"{new.get_absolute_url()}?filed"
    assert (new.pk, new.follows) == (Ticket.objects.exclude(pk=old.pk).get().pk, old)
    told = ("request_type", "subcategory", "kind", "affected", "ability", "urgent", "subject")
    assert [getattr(new, name) for name in told] == [getattr(old, name) for name in told]
    assert answers_of(new) == answers_of(old) != []
    assert new.messages.get().body == "She starts on Monday."
    assert (old.messages.get().attachments.count(), new.messages.get().attachments.count()) == (
        1,
        0,
    )


def answers_of(ticket):
    return list(ticket.answers.values_list("key", "label", "kind", "value", "display"))


def test_pressing_twice_begins_one_draft_and_leaves_what_was_changed(
    make_ticket, browser_of, close, dana
):
    ticket, browser, key = close(make_ticket()), browser_of(dana), uuid.uuid4()

    first = follow_up(browser, ticket, key=key)
    browser.post(first["Location"], {"subject": "Changed", "description": "", "later": ""})
    second = follow_up(browser, ticket, key=key)

    assert first["Location"] == second["Location"] == f"/drafts/{key}/"
    assert Draft.objects.get().data["subject"] == ["Changed"]


def test_a_reply_that_comes_too_late_is_kept_with_its_files(make_ticket, browser_of, close, dana):
    ticket, browser = close(make_ticket()), browser_of(dana)

    answer = browser.post(
        f"{ticket.get_absolute_url()}replies/", {"body": "It is back.", "files": text_file()}
    )

    draft = Draft.objects.get()
    assert answer["Location"] == draft.get_absolute_url()
    assert (draft.follows, draft.data["description"]) == (ticket, ["It is back."])
    assert [file.name for file in draft.attachments.all()] == ["week.csv"]
    assert ticket.messages.count() == 1
    assert f"{ticket.number} is closed, so your reply was not added to it." in words_of(
        browser.get(answer["Location"])
    )


def test_both_tickets_say_that_they_belong_together_to_customer_and_agent(
    make_ticket, browser_of, close, dana, alex
):
    old = close(make_ticket(subject="The first"))
    new = make_ticket(subject="The second", follows=old)
    before = f"This follows {old.number} The first"
    after = f"A new request follows this one: {new.number} The second"

    def read(user, address):
        return [word in words_of(browser_of(user).get(address)) for word in (before, after)]

    desk = "admin:tickets_ticket_change"
    assert [read(dana, each.get_absolute_url()) for each in (old, new)] == [
        [False, True],
        [True, False],
    ]
    assert [read(alex, reverse(desk, args=[each.pk])) for each in (old, new)] == [
        [False, True],
        [True, False],
    ]


def test_who_sees_one_of_them_does_not_read_of_the_other(
    make_ticket, browser_of, close, dana, make_user
):
    old = close(make_ticket(subject="The first"))
    new = make_ticket(requester=make_user("Cho"), subject="The second", follows=old)

    pages = [
        words_of(browser_of(user).get(each.get_absolute_url()))
        for user, each in ((dana, old), (new.requester, new))
    ]

    assert ["The second" in pages[0], "The first" in pages[1]] == [False, False]
    assert [old.number in pages[1], new.number in pages[0]] == [False, False]


def test_a_draft_follows_nothing_that_its_sender_sees_no_more(
    make_ticket, browser_of, close, make_user, dana
):
    maria = make_user("Maria", organization="Riverside Clinic", sees_organization=True)
    ticket, browser = close(make_ticket(type="payment", about=None)), browser_of(maria)
    follow_up(browser, ticket)
    maria.sees_organization = False
    maria.save(update_fields=["sees_organization"])

    send(browser, Draft.objects.get())

    assert Ticket.objects.get(requester=maria).follows is None


def test_it_is_for_closed_tickets_of_ones_own(
    make_ticket, browser_of, close, dana, alex, make_user
):
    open_one, closed = make_ticket(), close(make_ticket())
    foreign = close(make_ticket(requester=make_user("Cho")))

    answers = [
        follow_up(browser_of(user), ticket)
        for user, ticket in ((dana, open_one), (alex, closed), (dana, foreign))
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 404]
    assert Draft.objects.count() == 0


def test_what_is_not_offered_any_more_leads_to_the_choice(make_ticket, browser_of, close, dana):
    ticket = close(make_ticket(type="payment", about=None))
    ticket.request_type.is_active = False
    ticket.request_type.save(update_fields=["is_active"])
    changed()

    answer = follow_up(browser_of(dana), ticket)

    assert answer["Location"] == "/new/"
    assert Draft.objects.count() == 0
