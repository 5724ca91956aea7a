"""A request sent signed out: it waits, one mail confirms it, and only then it is a ticket."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.services import make_person, prove_address
from accounts.tests.people import what_a_stranger_sees
from accounts.tests.test_same_work import kind
from tickets.confirmations import mail_link
from tickets.models import Attachment, Confirmation, Draft, Ticket
from tickets.tasks import clean_up
from tickets.tests.filing import SIMPLE
from tickets.tests.signed_out import SENDER, link, send, sent_signed_out
from tickets.tokens import hash_of

PASSWORD = "three blue herons"
CHOSEN = {"password1": PASSWORD}

pytestmark = pytest.mark.django_db


def filed():
    return list(Ticket.objects.values_list("subject", "requester__email"))


def test_sending_signed_out_waits_and_mails_one_link_without_a_word_of_the_sender(client):
    response = send(client, subject="Buy pills", name="Cheap Pills")

    waits = Confirmation.objects.get()
    assert response["Location"] == f"/drafts/{waits.draft_id}/waiting/"
    assert filed() == []
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["robin@clinic.example"], "Confirm your request")
    ]
    message = mail.outbox[0]
    whole = message.subject + message.body + message.alternatives[0].content
    assert [word for word in ("pills", "Is it paid", "Invoice", "Payment") if word in whole] == []
    first, reloaded = (client.get(response["Location"]) for _time in range(2))
    assert b"robin@clinic.example" in first.content
    assert what_a_stranger_sees(first) == what_a_stranger_sees(reloaded)


def test_only_the_hash_of_a_token_of_256_random_bits_is_kept(client):
    first, second = sent_signed_out(), sent_signed_out()

    tokens = [link(number).strip("/").split("/")[-1] for number in (0, 1)]
    assert [first.token_hash, second.token_hash] == [hash_of(token) for token in tokens]
    assert [len(token) for token in tokens] == [43, 43]
    assert tokens[0] != tokens[1]


def test_the_link_points_where_the_brand_is_whatever_the_request_says(client):
    forged = Client(headers={"host": "testserver", "x-forwarded-host": "evil.example"})

    sent_signed_out(client=forged)

    assert "https://support.perfectserve.com/confirmations/" in mail.outbox[0].body
    assert "testserver" not in mail.outbox[0].body


def test_sending_the_same_thing_twice_mails_once_and_keeps_the_link(client):
    waits = sent_signed_out(client=client)

    send(client, key=waits.draft_id)

    assert len(mail.outbox) == 1
    assert Confirmation.objects.get().token_hash == waits.token_hash


def test_what_is_filed_is_what_was_sent_whatever_was_typed_later(client):
    waits = sent_signed_out(client=client)
    later = {"subject": "Something else", "files": SimpleUploadedFile("late.txt", b"x")}
    client.post(f"/drafts/{waits.draft_id}/", {**later, "upload": ""})

    at_sender = client.get(f"/drafts/{waits.draft_id}/waiting/").content.decode()
    page = Client().get(link()).content.decode()
    Client().post(link(), CHOSEN)

    assert "You changed answers or files after you sent this." in at_sender
    assert "Answers or files were changed after this was sent, and not sent again." in page
    assert Attachment.objects.exclude(message=None).count() == 0
    assert filed() == [("Invoice", "robin@clinic.example")]


def test_sending_something_else_withdraws_the_first_link(client):
    waits = sent_signed_out(client=client)
    send(client, key=waits.draft_id, email="cho@clinic.example", subject="Something else")

    Client().post(link(0), CHOSEN)
    assert filed() == []
    Client().post(link(1), CHOSEN)
    assert filed() == [("Something else", "cho@clinic.example")]


def test_a_slower_tab_never_mails_the_link_of_one_address_to_another(client):
    as_the_slower_tab_read_it = sent_signed_out("mallory@example.com", client=client)
    send(client, key=as_the_slower_tab_read_it.draft_id, email="robin@clinic.example")

    mail_link(as_the_slower_tab_read_it)

    assert [message.to for message in mail.outbox] == [
        ["mallory@example.com"],
        ["robin@clinic.example"],
    ]
    Client().post(link(0), CHOSEN)
    assert filed() == []
    Client().post(link(1), CHOSEN)
    assert filed() == [("Invoice", "robin@clinic.example")]


def test_two_tabs_that_send_the_same_at_once_mail_one_link_that_works(client):
    waits = sent_signed_out(client=client)
    Confirmation.objects.update(token_hash="", sent_at=None)
    both = [Confirmation.objects.get(pk=waits.pk) for _tab in range(2)]
    mail.outbox.clear()

    for tab in both:
        mail_link(tab)

    assert [message.to for message in mail.outbox] == [["robin@clinic.example"]]
    Client().post(link(), CHOSEN)
    assert filed() == [("Invoice", "robin@clinic.example")]


def test_the_waiting_page_is_its_browsers_alone(client):
    waits = sent_signed_out(client=client)

    stranger = Client().get(f"/drafts/{waits.draft_id}/waiting/")

    assert stranger["Location"].startswith("/accounts/sign-in/")


def test_the_mail_is_sent_again_as_often_as_an_address_may_be_mailed(client):
    waits = sent_signed_out(client=client)
    page = f"/drafts/{waits.draft_id}/waiting/"

    told = [
        str(next(iter(client.post(page, follow=True).context["messages"]))).split(".")[0]
        for _time in range(3)
    ]

    assert told == [
        "We mailed a new link",
        "We mailed a new link",
        "We sent no mail: there were too many within a short time",
    ]
    assert len(mail.outbox) == 3
    Client().post(link(0), CHOSEN)
    assert filed() == []
    Client().post(link(2), CHOSEN)
    assert filed() == [("Invoice", "robin@clinic.example")]


def test_no_more_than_three_mails_an_hour_go_to_an_address_whatever_asks_for_them(client):
    Client().post("/accounts/password/get/", {"email": "robin@clinic.example"})

    waits = [sent_signed_out() for _time in range(3)]

    assert [waiting.sent_at is None for waiting in waits] == [False, False, True]
    assert [message.to for message in mail.outbox if message.to] == [[SENDER["email"]]] * 2


def test_sending_too_often_from_one_place_is_refused_and_the_answers_stay(client, settings):
    settings.LIMITS = settings.LIMITS | {"submit": (1, 600)}
    send(client)

    response = send(client)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 600
    kept = Draft.objects.get(confirmation=None)
    assert f'<a href="{kept.get_absolute_url()}">Go back to it</a>' in response.content.decode()
    assert client.get(kept.get_absolute_url()).context["form"]["subject"].value() == "Invoice"
    assert (Draft.objects.count(), Confirmation.objects.count()) == (2, 1)


def test_a_machine_that_fills_in_the_trap_sees_the_same_and_nothing_is_mailed(client):
    person, machine = Client(), Client()
    to_person = send(person)
    to_machine = send(machine, website="https://spam.example")

    assert page_after(machine, to_machine) == page_after(person, to_person)
    assert (len(mail.outbox), Confirmation.objects.waiting().count()) == (1, 1)
    machine.post(to_machine["Location"])
    assert len(mail.outbox) == 1


def page_after(browser, answer):
    status, headers, cookies, body = what_a_stranger_sees(browser.get(answer["Location"]))
    return status, headers, cookies, body.decode().replace(answer["Location"].split("/")[2], "")


def test_the_sign_in_link_keeps_the_answers(client, dana):
    response = client.post("/new/payment/", {**SIMPLE, **SENDER, "sign_in": ""})

    draft = Draft.objects.get()
    assert (response["Location"], draft.data["subject"]) == (
        f"/accounts/sign-in/?next=/drafts/{draft.pk}/",
        ["Invoice"],
    )
    assert Confirmation.objects.count() == 0


def test_who_signs_in_while_it_waits_files_it_at_once(client, dana):
    waits = sent_signed_out(client=client)
    client.force_login(dana)

    assert client.get(f"/drafts/{waits.draft_id}/waiting/")["Location"] == (
        f"/drafts/{waits.draft_id}/"
    )
    send(client, key=waits.draft_id)

    assert filed() == [("Invoice", dana.email)]
    assert Confirmation.objects.count() == 0
    assert Client().get(link()).templates[0].name == "tickets/confirm_filed.html"


def test_an_urgent_request_meets_the_phone_page_before_it_is_sent(client):
    response = send(client, affected="most", ability="no", kind="issue")
    draft = Draft.objects.get()
    assert response["Location"] == f"/drafts/{draft.pk}/phone/"
    assert (Confirmation.objects.count(), mail.outbox) == (0, [])

    waiting = client.post(response["Location"], {"phone_answer": "cannot"})["Location"]

    assert waiting == f"/drafts/{draft.pk}/waiting/"
    Client().post(link(), CHOSEN)
    assert Ticket.objects.values_list("level", "phone_answer").get() == (1, "cannot")


def test_name_and_address_are_asked_for_and_kept(client):
    response = send(client, email="not an address", name="")

    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["email", "name"]
    draft = Draft.objects.get()
    page = client.get(draft.get_absolute_url())
    assert page.context["form"]["email"].value() == "not an address"


@pytest.mark.django_db(transaction=True)
def test_sending_and_its_answer_are_the_same_for_every_address(
    furnished, mails_are_rows, make_user
):
    prove_address(make_user("Known"))
    make_person(email="mailed@example.com")
    make_user("Staff", role="agent")
    make_user("Gone", is_active=False)
    Client().get("/new/payment/")  # the catalog is read once

    seen = {
        name: what_sending_shows(f"{name}@example.com")
        for name in ("known", "mailed", "staff", "gone", "nobody")
    }

    assert seen == dict.fromkeys(seen, seen["nobody"])
    assert "INSERT mail_outboundemail" in seen["nobody"][0]


def what_sending_shows(email):
    """Return the work of sending and all of its answer, but for what is anybody's own."""
    browser = Client()
    with CaptureQueriesContext(connection) as captured:
        answer = send(browser, email=email)
    work = [kind(query["sql"]) for query in captured.captured_queries]
    status, headers, cookies, shown = page_after(browser, answer)
    headers.pop("Content-Length", None)
    shown = shown.replace(email, "")
    return work, answer.status_code, sorted(answer.cookies), status, headers, cookies, shown


def test_a_request_that_waits_goes_with_its_draft(client, time):
    sent_signed_out()
    time.advance(days=31)

    clean_up()

    assert Confirmation.objects.count() == 0
    assert Client().get(link()).status_code == 404


def test_who_signs_in_and_sends_what_waited_leaves_nothing_waiting(client, dana):
    waits = sent_signed_out(client=client)
    client.force_login(dana)

    client.post(f"/drafts/{waits.draft_id}/", {**SIMPLE, "send": ""})

    assert filed() == [("Invoice", dana.email)]
    assert (Draft.objects.count(), Confirmation.objects.count()) == (0, 0)
