"""Signing out: by POST only, and back to a page of ours."""

from django.urls import reverse

from accounts.tests.people import signed_in


def test_link_asks_first(dana):
    client = signed_in(dana)

    response = client.get(reverse("account_logout"))

    assert response.status_code == 200
    assert client.session["_auth_user_id"] == str(dana.pk)


def test_button_signs_out(dana):
    client = signed_in(dana)

    response = client.post(reverse("account_logout"))

    assert response["Location"] == reverse("home")
    assert "_auth_user_id" not in client.session


def test_redirect_stays_at_home(dana):
    response = signed_in(dana).post(reverse("account_logout") + "?next=https://evil.example/")

    assert response["Location"] == reverse("home")
