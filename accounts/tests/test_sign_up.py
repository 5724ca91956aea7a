"""Signing up: what is asked, that nothing opens before the address is proved, and no telling."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.forms import SignUpForm
from accounts.models import Organization, OrganizationDomain, User
from accounts.tests.people import (
    PASSWORD,
    link_in,
    mails,
    make,
    open_link,
    path_of,
    sign_in,
    what_a_stranger_sees,
)

ANSWERS = {
    "email": "Kim@Harbor.example",
    "name": "Kim Sato",
    "stated_organization": "Harbor Health",
    "phone": "555 0100",
    "product": "Acme",
    "time_zone": "America/Denver",
    "password1": PASSWORD,
}


def sign_up(client, *, url=None, **changed):
    return client.post(url or reverse("account_signup"), ANSWERS | changed)


def test_everything_that_was_asked_is_kept_and_grants_nothing(client):
    harbor = Organization.objects.create(name="Harbor Health")
    OrganizationDomain.objects.create(organization=harbor, domain="harbor.example")

    sign_up(client, is_staff="on", is_superuser="on", organization=harbor.pk)

    assert list(
        User.objects.filter(email="kim@harbor.example").values_list(
            "name",
            "stated_organization",
            "phone",
            "product",
            "time_zone",
            "organization",
            "sees_organization",
            "is_staff",
            "is_superuser",
        )
    ) == [
        (
            "Kim Sato",
            "Harbor Health",
            "555 0100",
            "Acme",
            "America/Denver",
            None,
            False,
            False,
            False,
        )
    ]


def test_nothing_opens_before_the_address_is_proved(client):
    response = sign_up(client)

    assert response["Location"] == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session


def test_unproved_address_cannot_sign_in(client):
    sign_up(client)

    response = sign_in(Client(), "kim@harbor.example")

    assert response["Location"] == reverse("account_email_verification_sent")


def test_confirming_in_the_same_browser_signs_in(client):
    sign_up(client)
    _page, _address = open_link(client, mails()[0])

    response = client.post(path_of(link_in(mails()[0])))

    assert response["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_confirming_leads_on_to_the_next_page(client):
    sign_up(client, url=reverse("account_signup") + "?next=/profile/")

    response = client.post(path_of(link_in(mails()[0])))

    assert response["Location"] == "/profile/"


def test_redirect_after_confirming_stays_at_home(client):
    sign_up(client, url=reverse("account_signup") + "?next=https://evil.example/")

    response = client.post(path_of(link_in(mails()[0])))

    assert response["Location"] == reverse("home")


def test_looking_at_the_link_confirms_nothing(client):
    sign_up(client)

    page = Client().get(path_of(link_in(mails()[0])))

    assert b"Yes, confirm" in page.content
    assert list(EmailAddress.objects.values_list("verified", flat=True)) == [False]


def test_confirming_elsewhere_forgets_the_password_and_asks_for_a_new_one(client):
    sign_up(client)
    owner = Client()

    response = owner.post(path_of(link_in(mails()[0])), follow=True)

    assert b"Choose a password" in response.content
    sign_in(client, "kim@harbor.example")
    assert "_auth_user_id" not in client.session
    owner.post(response.redirect_chain[-1][0], {"password1": "the owner's own words"})
    assert owner.session["_auth_user_id"] == str(User.objects.get().pk)


def test_confirmation_works_once(client):
    sign_up(client)
    path = path_of(link_in(mails()[0]))
    client.post(path)

    page = Client().get(path)

    assert b"This link no longer works" in page.content


@pytest.mark.parametrize("known", ["dana", "mailed only", "agent", "inactive"])
def test_known_and_new_addresses_get_the_same_answer(known, alex):
    make()
    make("mailed@clinic.example", password=None)
    User.objects.create_user("gone@clinic.example", PASSWORD, is_active=False)
    email = {
        "dana": "dana@clinic.example",
        "mailed only": "mailed@clinic.example",
        "agent": "alex@support.example",
        "inactive": "gone@clinic.example",
    }[known]

    clients = Client(), Client()
    answers = [sign_up(clients[0], email=email), sign_up(clients[1])]
    pages = [
        client.get(answer["Location"]) for client, answer in zip(clients, answers, strict=True)
    ]

    assert what_a_stranger_sees(answers[0]) == what_a_stranger_sees(answers[1])
    assert what_a_stranger_sees(pages[0]) == what_a_stranger_sees(pages[1])


def test_known_address_is_mailed_a_way_in_and_keeps_its_password(client, dana):
    sign_up(client, email="dana@clinic.example", password1="the stranger's own")

    assert [(message.to, message.subject) for message in mails()] == [
        (["dana@clinic.example"], "You already have an account")
    ]
    page, _address = open_link(Client(), mails()[0])
    assert b"Choose a password" in page.content
    dana.refresh_from_db()
    assert (dana.check_password(PASSWORD), dana.name) == (True, "Dana Reyes")


def test_closed_account_hears_nothing(client):
    User.objects.create_user("gone@clinic.example", PASSWORD, is_active=False)

    sign_up(client, email="gone@clinic.example")

    assert mails() == []


def test_stranger_with_a_known_address_sees_nothing_of_it(client, dana):
    sign_up(client, email="dana@clinic.example", password1="the stranger's own")

    sign_in(client, "dana@clinic.example", "the stranger's own")

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "password", ["7 chars", "password", "PerfectServe2026", "telmediq!", "kim@harbor", "Kim Sato 1"]
)
def test_easy_passwords_are_refused(client, password):
    response = sign_up(client, password1=password)

    assert list(response.context["form"].errors) == ["password1"]


def test_long_password_with_spaces_and_emoji_is_welcome(client):
    sign_up(client, password1="a lot of 🐎 and one 🪢 " * 4)

    assert User.objects.get().check_password("a lot of 🐎 and one 🪢 " * 4)


def test_what_is_missing_is_said_in_words(client):
    response = client.post(reverse("account_signup"), {})

    assert response.context["form"].errors.get_json_data() == {
        field: [{"message": message, "code": "required"}]
        for field, message in {
            "email": "Enter your e-mail address.",
            "name": "Enter your name.",
            "stated_organization": "Enter the organization or practice you work for.",
            "phone": "Enter a number that we may call back.",
            "password1": "Enter a password.",
        }.items()
    }


def test_database_knows_one_user_per_address_whatever_its_case(dana):
    with pytest.raises(IntegrityError, match="user_email"):
        User.objects.create(email="Dana@clinic.example")


def test_the_slower_of_two_equal_sign_ups_gets_the_answer_for_known_addresses(client):
    request = client.get(reverse("account_signup")).wsgi_request
    with request_context(request):
        form = SignUpForm(ANSWERS)
        assert form.is_valid()
        make("kim@harbor.example")

        user, response = form.try_save(request)

    assert (user, response["Location"]) == (None, reverse("account_email_verification_sent"))
    assert [message.subject for message in mails()] == ["You already have an account"]
