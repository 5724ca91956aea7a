"""Whom a new request names to read along: checked on the form, asked once it is filed."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tickets.catalog.models import RequestType
from tickets.catalog.services import changed
from tickets.models import Draft, Proposal, Ticket
from tickets.tests.filing import ABOUT, SIMPLE
from tickets.tests.reading import between, words_of
from tickets.tests.signed_out import SENDER, link_in, sent_signed_out

LIST = "/admin/tickets/ticket/unconfirmed/"
LEGAL = {
    "q_state": "Pending",
    "q_from": "2026-01-01",
    "q_to": "2026-02-01",
    "q_records": "Messages",
    "q_due": "2026-12-01",
    "shown": "state from to records due",
}
CHOSEN = {"password1": "three blue herons"}
TWO = "cho@example.com, ana@else.example"
ASKED = "Asked to read along: cho@example.com, ana@else.example."


@pytest.fixture
def as_dana(client, dana):
    client.force_login(dana)
    return client


def file(client, copy_to="", **changes):
    """Send a request of one page, and return where that leads."""
    sent = {**SIMPLE, "send": "", "copy_to": copy_to, **changes}
    return client.post("/new/payment/", sent, follow=True)


def errors_of(client, copy_to):
    response = client.post("/new/payment/", {**SIMPLE, "send": "", "copy_to": copy_to})
    assert response.status_code == 422
    return dict(response.context["form"].errors)


def proposed():
    return list(Proposal.objects.values_list("email", "proposed_by__email"))


@pytest.mark.parametrize(
    "copy_to",
    [
        "cho@example.com, ana@else.example",
        "cho@example.com ana@else.example",
        "cho@example.com\r\nana@else.example\r\n",
        "cho@example.com;ana@else.example;",
        "Cho Lee <Cho@Example.com>, Ana <ana@else.example>",
        "CHO@example.com, cho@example.com,, ana@else.example",
    ],
)
def test_addresses_are_asked_once_however_they_are_written_one_after_the_other(as_dana, copy_to):
    page = file(as_dana, copy_to)

    assert proposed() == [
        ("cho@example.com", "dana@example.com"),
        ("ana@else.example", "dana@example.com"),
    ]
    assert [message.to for message in mail.outbox if "read along" in message.subject] == [
        ["cho@example.com"],
        ["ana@else.example"],
    ]
    assert between(page, "Asked to", " If it gets worse") == (
        f"{ASKED} They see the ticket once they say yes."
    )


def test_each_address_that_is_none_is_named_and_nothing_is_sent(as_dana):
    told = errors_of(as_dana, "cho@example.com, nonsense, Lee Cho <a@b>")

    assert told == {
        "copy_to": [
            "“nonsense” is no e-mail address. Write it like name@example.com.",
            "“a@b” is no e-mail address. Write it like name@example.com.",
        ]
    }
    assert (proposed(), mail.outbox, Ticket.objects.count()) == ([], [], 0)
    again = as_dana.get(Draft.objects.get().get_absolute_url()).context["form"]
    assert again["copy_to"].value() == "cho@example.com, nonsense, Lee Cho <a@b>"


@pytest.mark.parametrize("typed", ["a\0@b.example", "<script>alert(1)</script>", "x" * 300])
def test_what_cannot_be_an_address_is_refused_in_words(as_dana, typed):
    (told,) = errors_of(as_dana, typed)["copy_to"]

    assert told.endswith("is no e-mail address. Write it like name@example.com.")
    assert len(told) < 120


def test_at_most_five_are_named(as_dana):
    told = errors_of(as_dana, " ".join(f"person{number}@example.com" for number in range(6)))

    assert told == {"copy_to": ["Enter at most 5 addresses. These are 6."]}


def test_ones_own_address_and_none_at_all_ask_nobody(as_dana):
    own, none = file(as_dana, "Dana@Example.com"), file(as_dana)

    assert (proposed(), Ticket.objects.count()) == ([], 2)
    assert [message.to for message in mail.outbox] == []
    assert ["Asked to read along" in words_of(page) for page in (own, none)] == [False, False]


def test_what_is_restricted_does_not_ask_whom_to_copy_and_copies_nobody(as_dana):
    draft = as_dana.post("/new/perfectserve/", ABOUT | {"subcategory": "legal"})["Location"]
    pages = [as_dana.get(draft), as_dana.get("/new/legal-information/")]

    as_dana.post("/new/legal-information/", {**SIMPLE, **LEGAL, "copy_to": TWO, "send": ""})

    assert ["copy_to" in page.context["form"].fields for page in pages] == [False, False]
    assert (Ticket.objects.get().restricted, proposed(), mail.outbox) == (True, [], [])


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_mail(as_dana, make_user):
    make_user("Cho")

    def answer(email):
        page, message = words_of(file(as_dana, email)), mail.outbox[-1]
        number = Ticket.objects.latest("pk").number
        words = f"{page} {message.subject} {message.body}"
        token = message.body.partition("/copies/")[2][:43]
        return words.replace(email, "…").replace(number, "#").replace(token, "token")

    assert answer("cho@example.com") == answer("nobody@else.example")


def test_the_mail_has_none_of_the_senders_words(as_dana, dana):
    dana.name = "Win a prize"
    dana.save(update_fields=["name"])

    file(as_dana, "cho@example.com", subject="Cheap pills", description="At evil.example")

    (message,) = mail.outbox
    whole = (
        f"{message.subject}{message.body}{message.alternatives[0].content}{message.extra_headers}"
    )
    spoken = ("prize", "pills", "evil", "Payment")
    assert [word for word in spoken if word in whole] == []
    assert "dana@example.com wants you to be copied" in whole


def test_whom_the_limit_lets_nobody_ask_is_told_and_the_request_is_filed(as_dana, settings):
    settings.LIMITS = settings.LIMITS | {"copy": (1, 3600)}

    page = file(as_dana, "cho@example.com ana@else.example bo@else.example")

    assert proposed() == [("cho@example.com", "dana@example.com")]
    assert between(page, "Not asked", " ✓ Request sent") == (
        "Not asked to read along: ana@else.example, bo@else.example. Too many people were asked "
        "within a short time. Copy them on the ticket later."
    )
    assert "Asked to read along: cho@example.com. They see" in words_of(page)


def test_one_address_is_not_flooded_by_many_senders(make_user, settings):
    settings.LIMITS = settings.LIMITS | {"copy": (2, 3600)}

    for name in ("Ana", "Bo", "Cy"):
        browser = Client()
        browser.force_login(make_user(name))
        file(browser, "cho@example.com")

    assert (Ticket.objects.count(), Proposal.objects.count()) == (3, 2)


def test_a_draft_keeps_whom_to_copy_and_sending_twice_asks_once(as_dana):
    draft = as_dana.post("/new/payment/", {**SIMPLE, "copy_to": TWO})["Location"]

    kept = as_dana.get(draft).context["form"]["copy_to"].value()
    for _press in range(2):
        as_dana.post(draft, {**SIMPLE, "copy_to": TWO, "send": ""})

    assert kept == TWO
    assert (Ticket.objects.count(), len(proposed()), len(mail.outbox)) == (1, 2, 2)


def test_without_copies_sending_asks_no_more_of_the_database_than_ever(as_dana):
    file(as_dana)

    with CaptureQueriesContext(connection) as asked:
        as_dana.post("/new/payment/", {**SIMPLE, "send": "", "copy_to": ""})

    said = [query["sql"] for query in asked if "tickets_proposal" in query["sql"]]
    assert said == []


def test_a_request_that_waits_asks_nobody_before_it_is_confirmed(db):
    browser = Client()
    waits = sent_signed_out(client=browser, copy_to=TWO)

    page = browser.get(f"/drafts/{waits.draft_id}/waiting/")
    link = link_in(mail.outbox[-1])
    shown = Client().get(link)

    to_come = (
        "Once it is filed, we ask these addresses whether they want to read along: "
        "cho@example.com, ana@else.example."
    )
    assert [to_come in words_of(each) for each in (page, shown)] == [True, True]
    assert (proposed(), [message.to for message in mail.outbox]) == ([], [[waits.email]])

    filed = Client().post(link, CHOSEN, follow=True)

    assert proposed() == [
        ("cho@example.com", waits.email),
        ("ana@else.example", waits.email),
    ]
    assert ASKED in words_of(filed)


def test_whom_the_limit_stops_at_a_confirmed_link_is_told_there(db, settings):
    settings.LIMITS = settings.LIMITS | {"copy": (1, 3600)}
    sent_signed_out(copy_to=TWO)

    filed = Client().post(link_in(mail.outbox[-1]), CHOSEN, follow=True)

    assert proposed() == [("cho@example.com", "robin@clinic.example")]
    assert "Not asked to read along: ana@else.example." in words_of(filed)


def test_a_request_that_waited_since_before_there_were_copies_is_filed(db):
    waits = sent_signed_out()
    del waits.request["copies"]
    waits.save(update_fields=["request"])

    Client().post(link_in(mail.outbox[-1]), CHOSEN)

    assert (Ticket.objects.count(), proposed()) == (1, [])


def test_an_agent_who_files_after_a_call_sees_whom_that_asks(alex):
    waits = sent_signed_out(copy_to=f"{TWO} {alex.email}")
    desk = Client()
    desk.force_login(alex)

    page = desk.get(f"{LIST}{waits.draft_id}/")
    desk.post(f"{LIST}{waits.draft_id}/", {"reason": "Robin, at 10:40"})

    assert "To be asked to read along cho@example.com, ana@else.example, alex@" in words_of(page)
    assert proposed() == [
        ("cho@example.com", "robin@clinic.example"),
        ("ana@else.example", "robin@clinic.example"),
        (alex.email, "robin@clinic.example"),
    ]


def test_what_a_form_that_is_gone_asked_beside_the_catalog_is_kept(client, db):
    draft = client.post("/new/payment/", SIMPLE)["Location"]
    RequestType.objects.filter(key="payment").update(is_active=False)
    changed()

    client.post(draft, {**SIMPLE, **SENDER, "copy_to": TWO})
    client.post(f"{draft}type/", {"type": "statuspage-access"})

    form = client.get(draft).context["form"]
    assert [form[name].value() for name in ("copy_to", "email", "name")] == [
        TWO,
        "robin@clinic.example",
        "Robin Vale",
    ]
