"""Idle sign-out: when a session is over, where that leads, and that nothing typed is lost."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.forms import PasswordInput
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts import kept
from accounts.allauth_forms import ACCOUNT_FORMS, MFA_FORMS
from accounts.tasks import tidy_up
from accounts.tests.people import make, sign_in, signed_in

MINUTE, HOUR = 60, 3600
PROFILE = "/profile/"
SIGN_IN = "/accounts/sign-in/?next="


def later(client, seconds):
    """Let time pass for a session, as far as the session can tell."""
    session = client.session
    for name in ("seen_at", "signed_in_at"):
        session[name] -= seconds
    session.save()


@pytest.fixture
def browser(dana):
    client = Client()
    sign_in(client)
    return client


def test_working_customer_stays_signed_in(browser):
    for _page in range(3):
        later(browser, 29 * MINUTE)
        assert browser.get(PROFILE).status_code == 200


def test_idle_customer_is_led_to_sign_in_and_back(browser):
    later(browser, 31 * MINUTE)

    response = browser.get(PROFILE + "?tab=2")

    assert response["Location"] == f"{SIGN_IN}/profile/%3Ftab%3D2&idle=1"
    assert b"because nothing happened for a while" in browser.get(response["Location"]).content
    assert sign_in(browser, url=response["Location"])["Location"] == "/profile/?tab=2"


def test_staff_are_signed_out_sooner(alex):
    client = Client()
    sign_in(client, alex.email)
    later(client, 16 * MINUTE)

    assert client.get(PROFILE)["Location"] == f"{SIGN_IN}/profile/&idle=1"


def test_even_who_never_rests_signs_in_again_after_twelve_hours(browser):
    for _half_an_hour in range(24):
        later(browser, 29 * MINUTE)
        assert browser.get(PROFILE).status_code == 200

    later(browser, 25 * MINUTE)

    assert browser.get(PROFILE)["Location"] == f"{SIGN_IN}/profile/&idle=1"


def test_signing_in_again_starts_the_twelve_hours_again(browser):
    later(browser, 13 * HOUR)
    browser.get(PROFILE)
    sign_in(browser)

    assert browser.session["signed_in_at"] == pytest.approx(time.time(), abs=5)


def test_limits_come_from_the_settings(browser, settings):
    settings.IDLE_SECONDS_CUSTOMER = 2
    later(browser, 3)

    assert browser.get(PROFILE).status_code == 302


def test_session_is_written_at_most_once_a_minute(browser, django_assert_num_queries):
    browser.get(reverse("account_login"))

    with django_assert_num_queries(3) as captured:  # catalog's version, session, user
        browser.get(reverse("account_login"))

    assert {query["sql"].split()[0] for query in captured.captured_queries} == {"SELECT"}


def test_pages_for_strangers_start_no_session(client):
    client.get(reverse("account_login"))

    assert Session.objects.count() == 0


def test_form_sent_too_late_waits_for_its_sender(browser):
    later(browser, 31 * MINUTE)

    response = browser.post(
        PROFILE, {"name": "Dana R. Reyes", "phone": "555 0199", "time_zone": ""}
    )
    assert response["Location"] == f"{SIGN_IN}/accounts/kept/&idle=1"

    page = browser.get(sign_in(browser, url=response["Location"])["Location"])
    assert page.context["kept"]["path"] == PROFILE
    assert [tuple(field) for field in page.context["kept"]["fields"]] == [
        ("name", "Dana R. Reyes"),
        ("phone", "555 0199"),
        ("time_zone", ""),
    ]


def test_form_is_kept_when_another_tab_ended_the_session(browser):
    later(browser, 31 * MINUTE)
    browser.get(PROFILE)

    response = browser.post(PROFILE, {"name": "Dana R. Reyes"})

    assert response["Location"] == f"{SIGN_IN}/accounts/kept/&idle=1"


def test_form_is_kept_after_sign_out_in_another_tab(browser):
    browser.post(reverse("account_logout"))

    response = browser.post(PROFILE, {"name": "Dana R. Reyes"})

    assert response["Location"] == f"{SIGN_IN}/accounts/kept/&idle=1"


def test_form_is_not_shown_to_the_next_person_at_the_same_computer(browser):
    make("kim@harbor.example")
    later(browser, 31 * MINUTE)
    browser.post(PROFILE, {"name": "Dana R. Reyes"})

    response = sign_in(
        browser, "kim@harbor.example", url=f"{reverse('account_login')}?next=/accounts/kept/"
    )

    assert browser.get(response["Location"])["Location"] == reverse("home")
    assert "kept_form" not in browser.session


def test_passwords_are_never_kept(browser):
    later(browser, 31 * MINUTE)

    response = browser.post(
        reverse("account_change_password"),
        {"oldpassword": "one", "password1": "two"},
        headers={"referer": "http://testserver/accounts/password/change/"},
    )

    assert response["Location"] == f"{SIGN_IN}/accounts/password/change/&idle=1"
    assert "kept_form" not in browser.session


def test_a_field_is_secret_by_its_whole_name(browser):
    later(browser, 31 * MINUTE)
    typed = {"q_zip_code": "37902", "q_password_policy": "90 days", "code": "123456"}

    browser.post(PROFILE, typed)

    assert browser.session["kept_form"]["fields"] == [
        ["q_zip_code", "37902"],
        ["q_password_policy", "90 days"],
    ]


def test_every_field_that_hides_what_is_typed_is_known_as_secret():
    forms = [*ACCOUNT_FORMS.values(), *MFA_FORMS.values()]
    fields = {
        name
        for form in map(import_string, forms)
        for name, field in form.base_fields.items()
        if isinstance(field.widget, PasswordInput) or name == "code"
    }

    assert fields - kept.SECRET_FIELDS == set()
    assert {"code", "password", "oldpassword"} <= fields


def test_way_back_never_leads_elsewhere(browser):
    later(browser, 31 * MINUTE)

    response = browser.post(
        reverse("account_logout"), headers={"referer": "https://evil.example/page"}
    )

    assert response["Location"] == f"{SIGN_IN}/&idle=1"


def test_password_change_ends_the_other_sessions(dana):
    here, there = signed_in(dana), signed_in(dana)
    here.post(
        reverse("account_change_password"),
        {"oldpassword": "three blue herons", "password1": "four red foxes"},
    )

    assert here.get(PROFILE).status_code == 200
    assert there.get(PROFILE)["Location"] == f"{SIGN_IN}/profile/"


def test_ended_sessions_are_tidied_up(browser):
    Session.objects.update(expire_date=Session.objects.get().expire_date - timedelta(days=2))

    tidy_up()

    assert Session.objects.count() == 0


def test_who_says_so_stays_signed_in(browser):
    later(browser, 29 * MINUTE)

    answered = browser.post("/accounts/stay/")
    later(browser, 29 * MINUTE)

    assert (answered.status_code, answered.content) == (204, b"")
    assert browser.get(PROFILE).status_code == 200


def test_nobody_stays_after_the_session_ended(browser):
    later(browser, 31 * MINUTE)

    assert browser.post("/accounts/stay/").status_code == 302


def test_the_warning_comes_before_the_session_can_be_over(browser, dana):
    page = browser.get(PROFILE).content.decode()

    # The session's last sign of life may be a minute older than the page.
    assert 'data-idle="1740" data-notice="120"' in page
    assert "signed out within 2 minutes" in page


def test_strangers_are_not_warned(client, db):
    assert b"idle-warning" not in client.get("/").content
