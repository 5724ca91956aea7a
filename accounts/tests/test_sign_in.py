"""Signing in: the page, who gets in, where it leads, and what it tells strangers."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.people import PASSWORD, make, sign_in, what_a_stranger_sees


def test_page_offers_both_ways_in_for_the_first_time(client):
    page = client.get(reverse("account_login")).content.decode()

    assert f'<a href="{reverse("account_reset_password")}">Get a password</a>' in page
    assert f'<a href="{reverse("account_signup")}">Sign up</a>' in page


def test_page_helps_password_managers_and_asks_for_nothing_by_placeholder(client):
    page = client.get(reverse("account_login")).content.decode()

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "placeholder" not in page


def test_right_password_leads_home(client, dana):
    response = sign_in(client)

    assert (response.status_code, response["Location"]) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(dana.pk)


@pytest.mark.parametrize("person", ["alex", "morgan"])
def test_right_password_leads_staff_to_the_desk(client, request, person):
    response = sign_in(client, request.getfixturevalue(person).email)

    assert (response.status_code, response["Location"]) == (302, reverse("admin:index"))


def test_address_counts_whatever_its_case(client, dana):
    sign_in(client, "Dana@Clinic.Example")

    assert client.session["_auth_user_id"] == str(dana.pk)


@pytest.mark.parametrize("person", ["dana", "alex"])
def test_next_page_is_honoured(client, request, person):
    email = request.getfixturevalue(person).email

    response = sign_in(client, email, url=reverse("account_login") + "?next=/profile/")

    assert response["Location"] == "/profile/"


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "/\\evil.example",
        "http:///evil.example",
    ],
)
def test_redirects_stay_at_home(client, dana, evil):
    response = sign_in(client, url=reverse("account_login") + f"?next={evil}")

    assert response["Location"] == reverse("home")


def test_session_gets_a_new_id(client, dana):
    session = client.session
    session["anonymous"] = "yes"
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_wrong_password_and_unknown_address_look_the_same(dana):
    wrong = sign_in(Client(), "dana@clinic.example", "not it at all")
    unknown = sign_in(Client(), "dino@clinic.example", "not it at all")

    assert what_a_stranger_sees(wrong) == tuple(
        part.replace(b"dino@", b"dana@") if isinstance(part, bytes) else part
        for part in what_a_stranger_sees(unknown)
    )
    assert b"do not belong together" in wrong.content


def test_somebody_without_a_password_gets_in_with_none(client):
    make("mailed@clinic.example", password=None)

    response = sign_in(client, "mailed@clinic.example", "!")

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_inactive_user_is_told_so_only_with_the_right_password(client, dana):
    dana.is_active = False
    dana.save()

    wrong = sign_in(client, password="not it at all")
    right = sign_in(client)

    assert wrong.status_code == 200
    assert right["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
    assert b"This account is closed" in client.get(right["Location"]).content


def test_who_is_made_inactive_is_out_with_the_next_click(client, dana):
    sign_in(client)
    dana.is_active = False
    dana.save()

    response = client.get(reverse("profile"))

    assert response["Location"] == f"{reverse('account_login')}?next=/profile/"


def test_scripts_get_the_same_page_as_people(client, dana):
    response = sign_in(client, password="wrong", headers={"accept": "application/json"})

    assert response["Content-Type"] == "text/html; charset=utf-8"


def test_superuser_of_the_command_line_needs_no_mail_to_get_in(client, django_user_model):
    boss = django_user_model.objects.create_superuser("boss@support.example", PASSWORD)

    sign_in(client, "boss@support.example")

    assert client.session["_auth_user_id"] == str(boss.pk)


def test_sign_in_costs_few_queries(client, dana, django_assert_max_num_queries):
    client.get(reverse("account_login"))

    with django_assert_max_num_queries(30):
        sign_in(client)
