"""The link that a mail about a password brings: for whom, for how long, how often, for what."""

import pytest
from django.contrib.auth.tokens import default_token_generator as djangos_own
from django.test import Client
from django.urls import reverse

from accounts.services import change_address
from accounts.tests.people import (
    get_password,
    link_in,
    mails,
    make,
    open_link,
    path_of,
    sign_in,
)
from accounts.tests.test_sign_up import sign_up

NEW = "four red 🦊 at the old mill"


def the_mailed(client, email="dana@clinic.example"):
    """Ask for a password and return the mail that comes of it."""
    get_password(client, email)
    return mails()[-1]


def parts(message) -> tuple[str, str]:
    """Return whom a link to choose a password is for, and its key."""
    uid, _dash, key = link_in(message).rstrip("/").rpartition("/get/")[2].partition("-")
    return uid, key


def again(page):
    """Return the one address that the page of a dead link offers to mail to, "" for none."""
    assert b"This link no longer works" in page.content
    assert b"It has been used, or it is older than " in page.content
    return page.context["again"]["email"].value() or ""


def test_looking_at_the_link_uses_nothing_up(client, dana):
    message = the_mailed(client)
    for _scanner in range(3):
        open_link(Client(), message)

    page, address = open_link(client, message)

    assert b"Choose a password" in page.content
    assert client.post(address, {"password1": NEW}).status_code == 302


def test_token_leaves_the_address_bar(client, dana):
    message = the_mailed(client)
    token = link_in(message).rstrip("/").rpartition("/")[2]

    page, address = open_link(client, message)

    assert token not in address
    assert token not in page.content.decode()


def test_link_works_once(client, dana):
    message = the_mailed(client)
    _page, address = open_link(client, message)
    client.post(address, {"password1": NEW})

    page, _address = open_link(Client(), message)

    assert b"This link no longer works" in page.content


def test_link_dies_after_an_hour(client, dana, settings):
    settings.PASSWORD_RESET_TIMEOUT = -1
    message = the_mailed(client)

    page, _address = open_link(client, message)

    assert b"This link no longer works" in page.content


def test_link_dies_with_the_next_sign_in(client, dana):
    message = the_mailed(client)
    sign_in(Client())

    page, _address = open_link(client, message)

    assert b"This link no longer works" in page.content


@pytest.mark.parametrize("key", ["1-set-password", "1-x", "zzzzzzzzzzzzzz-x", "0-", "1-%00"])
def test_made_up_links_are_refused(client, dana, key):
    response = client.get(f"/accounts/password/get/{key}/", follow=True)

    assert b"Save and sign in" not in response.content
    assert response.status_code in (200, 404)


def test_a_used_link_offers_another_one_to_its_address_in_one_click(client, dana):
    message = the_mailed(client)
    _page, address = open_link(client, message)
    client.post(address, {"password1": NEW})
    elsewhere = Client()

    page, _address = open_link(elsewhere, message)
    get_password(elsewhere, again(page))

    assert again(page) == "dana@clinic.example"
    assert [message.to for message in mails()] == 2 * [["dana@clinic.example"]]
    assert link_in(mails()[1]) != link_in(message)


def test_an_old_link_offers_another_one_to_its_address(client, dana, settings):
    message = the_mailed(client)
    settings.PASSWORD_RESET_TIMEOUT = -1

    page, _address = open_link(client, message)

    assert again(page) == "dana@clinic.example"


def test_a_link_that_grows_old_while_the_password_is_thought_of_offers_another(
    client, dana, settings
):
    _page, address = open_link(client, the_mailed(client))
    settings.PASSWORD_RESET_TIMEOUT = -1

    page = client.post(address, {"password1": NEW})

    dana.refresh_from_db()
    assert (again(page), dana.check_password(NEW)) == ("dana@clinic.example", False)


def test_a_made_up_link_tells_nobodys_address(client, dana):
    uid = link_in(the_mailed(client)).rpartition("/get/")[2].partition("-")[0]
    forged = [
        f"{uid}-{key}" for key in ("x", "x-y", "x-y-z", "-", f"{djangos_own.make_token(dana)}")
    ]

    pages = [Client().get(f"/accounts/password/get/{key}/") for key in forged]

    assert [again(page) for page in pages] == [""] * len(forged)
    assert b"dana@clinic.example" not in b"".join(page.content for page in pages)


def test_a_link_to_an_address_of_before_does_not_tell_the_one_of_now(client, dana):
    message = the_mailed(client)
    change_address(dana, to="dana@elsewhere.example")

    page, _address = open_link(client, message)

    assert again(page) == ""


def test_a_link_is_good_for_its_person_alone(client, dana):
    walter = make("walter@clinic.example", password=None)
    key = path_of(link_in(the_mailed(client))).rpartition("/get/")[2].partition("-")[2]
    uid = (
        path_of(link_in(the_mailed(client, walter.email))).rpartition("/get/")[2].partition("-")[0]
    )

    page = client.get(f"/accounts/password/get/{uid}-{key}")

    assert again(page) == ""


def test_a_link_that_confirms_an_address_chooses_no_password_and_the_other_way_round(client, dana):
    sign_up(client, email="kim@harbor.example")
    confirm = path_of(link_in(mails()[0])).rstrip("/").rpartition("/")[2]
    uid, key = parts(the_mailed(client))

    as_password = client.get(f"/accounts/password/get/{uid}-{confirm}/")
    as_confirmation = client.get(reverse("account_confirm_email", args=[f"{uid}-{key}"]))

    assert again(as_password) == ""
    assert b"This link no longer works" in as_confirmation.content


def test_a_link_of_django_itself_opens_nothing(client, dana):
    """Only what this form mailed counts, not a token that something else was made to sign."""
    uid, _key = parts(the_mailed(client))

    page = client.get(f"/accounts/password/get/{uid}-{djangos_own.make_token(dana)}/")

    assert again(page) == ""


def test_who_was_shut_out_after_the_mail_gets_no_further(client, dana):
    message = the_mailed(client)
    dana.is_active = False
    dana.save()

    page, _address = open_link(client, message)

    assert again(page) == ""


def test_every_link_is_its_own_and_cannot_be_guessed(client):
    people = [make(f"person{number}@clinic.example", password=None) for number in range(20)]

    keys = {
        link_in(the_mailed(client, user.email)).rstrip("/").rpartition("/")[2] for user in people
    }

    secret = [part for key in keys for part in key.split("-")[2:]]
    assert len(keys) == 20
    assert {len(part) for part in secret} == {32}  # 128 bits each
    assert len(set(secret)) == 40
