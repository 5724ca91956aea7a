"""Every account page as it is first seen: one heading, our frame, nothing inline."""

import re

import pytest
from django.urls import get_resolver, reverse

from accounts import urls
from accounts.tests.people import PASSWORD, signed_in

STRANGERS = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "account_inactive",
]
OWN = [
    "profile",
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
]
# Seen in the tests of the flows that lead to them.
ON_THE_WAY = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "account_set_password",
    "account_kept",
    "stay",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


def looks_like_ours(page):
    html = page.content.decode()
    assert page.status_code == 200
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert 'class="site-header"' in html
    assert re.findall(r"<style|\sstyle=|\son\w+=|placeholder=", html) == []
    return True


@pytest.mark.parametrize("name", STRANGERS)
def test_stranger_sees_a_page_of_ours(client, name):
    assert looks_like_ours(client.get(reverse(name)))


@pytest.mark.parametrize("name", OWN)
def test_person_sees_a_page_of_ours(dana, name):
    client = signed_in(dana)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert looks_like_ours(client.get(reverse(name)))


def test_every_account_address_is_accounted_for():
    def names(patterns):
        for pattern in patterns:
            yield from (
                names(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern.name]
            )

    assert set(names(urls.urlpatterns)) == {*STRANGERS, *OWN, *ON_THE_WAY}


def test_no_other_page_of_the_library_is_reachable():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    library = {name for name in names if name.startswith(("account_", "mfa_", "socialaccount_"))}

    assert library <= {*STRANGERS, *OWN, *ON_THE_WAY}
