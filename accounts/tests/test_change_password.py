"""Changing the password one knows, or setting a first one."""

from django.urls import reverse

from accounts.tests.people import PASSWORD, make, signed_in

NEW = "four red foxes"


def change(client, old, new):
    return client.post(reverse("account_change_password"), {"oldpassword": old, "password1": new})


def test_right_old_password_changes_it(dana):
    response = change(signed_in(dana), PASSWORD, NEW)

    dana.refresh_from_db()
    assert response["Location"] == reverse("profile")
    assert dana.check_password(NEW)


def test_wrong_old_password_changes_nothing(dana):
    response = change(signed_in(dana), "not it at all", NEW)

    dana.refresh_from_db()
    assert response.context["form"].errors == {
        "oldpassword": ["That is not your current password."]
    }
    assert dana.check_password(PASSWORD)


def test_easy_password_is_refused(dana):
    response = change(signed_in(dana), PASSWORD, "perfectserve1")

    assert list(response.context["form"].errors) == ["password1"]


def test_first_password_is_set_by_who_came_in_without_one():
    user = make("mailed@clinic.example", password=None)
    client = signed_in(user)

    asked = client.get(reverse("account_change_password"))
    client.post(asked["Location"], {"password1": NEW})

    user.refresh_from_db()
    assert user.check_password(NEW)


def test_strangers_sign_in_first(client):
    page = reverse("account_change_password")

    assert client.get(page)["Location"] == f"{reverse('account_login')}?next={page}"
