"""The second step: staff set it up before anything else, and it is asked at every door."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.people import PASSWORD, get_password, open_link, sign_in

DESK = "/admin/"


@pytest.fixture
def required(settings):
    settings.STAFF_MFA = "required"


def code_of(user):
    """Return what the user's app shows now."""
    secret = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]
    return code_for(secret)


def code_for(secret):
    cache.clear()  # a code works once, and tests are faster than clocks
    now = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, now))


@pytest.fixture
def with_app(alex):
    totp.TOTP.activate(alex, totp.generate_totp_secret())
    RecoveryCodes.activate(alex)
    return alex


@pytest.fixture
def browser(alex):
    client = Client()
    sign_in(client, alex.email)
    return client


def enrol(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    return client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})


def test_staff_without_an_app_are_led_to_set_it_up(required, browser):
    assert browser.get(DESK)["Location"] == reverse("mfa_activate_totp")


@pytest.mark.parametrize("path", ["/", "/tickets/", "/admin/accounts/user/", "/new/"])
def test_no_page_opens_for_staff_before(required, browser, path):
    assert browser.get(path)["Location"] == reverse("mfa_activate_totp")


def test_who_wants_to_leave_instead_can(required, browser):
    assert browser.get(reverse("profile")).status_code == 200
    assert browser.post(reverse("account_logout")).status_code == 302


def test_installation_can_do_without(browser):
    assert browser.get(DESK).status_code == 200


def test_customers_need_none(required, client, dana):
    sign_in(client)

    assert client.get(reverse("profile")).status_code == 200


def test_setting_up_opens_the_desk_and_shows_recovery_codes(required, browser, alex):
    response = enrol(browser)

    assert response["Location"] == reverse("mfa_view_recovery_codes")
    page = browser.get(response["Location"]).content.decode()
    codes = (
        Authenticator.objects.get(user=alex, type=Authenticator.Type.RECOVERY_CODES)
        .wrap()
        .get_unused_codes()
    )
    assert [code in page for code in codes] == [True] * 10
    assert browser.get(DESK).status_code == 200


def test_setting_up_asks_for_the_password_first(required, browser):
    response = browser.get(reverse("mfa_activate_totp"))

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_wrong_code_sets_nothing_up(required, browser):
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.get(reverse("mfa_activate_totp"))

    response = browser.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert response.context["form"].errors == {
        "code": ["That code is not right. Enter the one shown now."]
    }
    assert browser.get(DESK).status_code == 302


def test_setting_up_elsewhere_opens_nothing_here(required, browser, alex):
    elsewhere = Client()
    sign_in(elsewhere, alex.email)
    enrol(elsewhere)

    response = browser.get(DESK)

    assert response["Location"] == f"{reverse('mfa_reauthenticate')}?next=/admin/"


def test_password_alone_does_not_sign_in(required, with_app, client):
    response = sign_in(client, with_app.email)

    assert response["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.get(DESK).status_code == 302


def test_code_signs_in_and_goes_on(required, with_app, client):
    sign_in(client, with_app.email, url=reverse("account_login") + "?next=/admin/")

    response = client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)})

    assert response["Location"] == DESK
    assert client.get(DESK).status_code == 200


def test_code_works_once(with_app, client):
    code = code_of(with_app)
    for _time in range(2):
        other = Client()
        sign_in(other, with_app.email)
        response = other.post(reverse("mfa_authenticate"), {"code": code})

    assert response.status_code == 200


def test_recovery_code_works_once(with_app):
    codes = Authenticator.objects.get(user=with_app, type=Authenticator.Type.RECOVERY_CODES)
    code = codes.wrap().get_unused_codes()[0]
    statuses = []
    for _time in range(2):
        other = Client()
        sign_in(other, with_app.email)
        statuses.append(other.post(reverse("mfa_authenticate"), {"code": code}).status_code)

    assert statuses == [302, 200]


def test_mailed_password_does_not_go_round_it(required, with_app, client, mailoutbox):
    get_password(client, with_app.email)
    _page, address = open_link(client, mailoutbox[0])

    response = client.post(address, {"password1": "four red foxes"})

    assert response["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_codes_cannot_be_guessed_from_many_addresses(with_app):
    tries = []
    for number in range(11):
        other = Client(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(other, with_app.email)
        tries.append(other.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code)

    assert tries == [200] * 10 + [429]


def test_staff_cannot_turn_it_off_while_it_is_required(required, browser):
    enrol(browser)

    response = browser.post(reverse("mfa_deactivate_totp"))

    assert (response.status_code, Authenticator.objects.count()) == (200, 2)


def test_customer_turns_it_on_and_off(required, client, dana):
    sign_in(client)
    enrol(client)

    response = client.post(reverse("mfa_deactivate_totp"))

    assert response["Location"] == reverse("mfa_index")
    assert Authenticator.objects.count() == 0


def test_desk_asks_no_question_of_the_database_for_it(required, browser, settings):
    enrol(browser)
    with_step = queries_of(browser)
    settings.STAFF_MFA = "off"

    assert queries_of(browser) == with_step


def queries_of(browser):
    with CaptureQueriesContext(connection) as captured:
        browser.get(DESK)
    return len(captured)


def test_picture_is_drawn_on_white(browser):
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    svg = browser.get(reverse("mfa_activate_totp")).context["totp_svg"]

    assert 'fill="white"' in svg
