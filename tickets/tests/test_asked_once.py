"""Who said once who they are is not asked again, whichever way they go on from there."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.services import make_person, prove_address
from tickets.tests.signed_out import SENDER, SIMPLE, link_in, sent_signed_out

pytestmark = pytest.mark.django_db

WAYS_IN = {
    "/accounts/sign-in/": {"login": "robin@clinic.example"},
    "/accounts/sign-up/": SENDER,
    "/accounts/password/get/": {"email": "robin@clinic.example"},
}


def filled_in(browser, address):
    """Return what a form of an account page has in the fields that we look for."""
    form = browser.get(address).context["form"]
    return {name: form[name].value() for name in WAYS_IN[address]}


def test_a_form_left_for_later_has_its_sender_in_it(client):
    draft = client.post("/new/payment/", {**SIMPLE, **SENDER})["Location"]

    form = client.get(draft).context["form"]

    assert {name: form[name].value() for name in SENDER} == SENDER


@pytest.mark.parametrize("address", WAYS_IN)
def test_who_signs_in_or_up_from_a_form_is_not_asked_for_address_and_name_again(client, address):
    way = client.post("/new/payment/", {**SIMPLE, **SENDER, "sign_in": ""})["Location"]

    assert way.startswith("/accounts/sign-in/?next=/drafts/")
    assert "robin" not in way
    assert filled_in(client, address) == WAYS_IN[address]


@pytest.mark.parametrize("address", WAYS_IN)
def test_nobody_reads_it_in_another_browser(client, address):
    client.post("/new/payment/", {**SIMPLE, **SENDER, "sign_in": ""})

    assert set(filled_in(Client(), address).values()) <= {"", None}


def test_who_said_nothing_yet_gets_empty_forms_and_no_session(client):
    client.post("/new/payment/", {**SIMPLE, "sign_in": ""})

    assert set(filled_in(client, "/accounts/sign-up/").values()) == {""}
    assert "sessionid" not in client.cookies


def test_who_confirmed_and_has_a_password_signs_in_without_typing_the_address(client):
    person = make_person(email=SENDER["email"], name=SENDER["name"])
    person.set_password("three blue herons")
    person.save(update_fields=["password"])
    prove_address(person)
    sent_signed_out()

    way = client.post(link_in(mail.outbox[-1]))["Location"]

    assert way.startswith("/accounts/sign-in/?next=/tickets/")
    assert filled_in(client, "/accounts/sign-in/") == WAYS_IN["/accounts/sign-in/"]


def test_what_was_typed_is_no_more_than_text_there(client):
    typed = {"email": '"><script>alert(1)</script>', "name": "<b>Robin</b>" * 99}
    client.post("/new/payment/", {**SIMPLE, **typed, "sign_in": ""})

    page = client.get("/accounts/sign-up/").content.decode()

    assert ("<script>alert" in page, "<b>Robin" in page) == (False, False)
