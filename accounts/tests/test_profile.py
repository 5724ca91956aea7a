"""The profile page: name, phone and time zone, and nothing else."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.tests.people import signed_in

ANSWERS = {"name": "Dana R. Reyes", "phone": "555 0199", "time_zone": "America/Chicago"}


def test_strangers_sign_in_first(client):
    assert client.get("/profile/")["Location"] == f"{reverse('account_login')}?next=/profile/"


def test_answers_are_saved(dana):
    response = signed_in(dana).post("/profile/", ANSWERS)

    assert response["Location"] == "/profile/"
    assert User.objects.values("name", "phone", "time_zone").get(pk=dana.pk) == ANSWERS


def test_nothing_but_its_own_fields_is_changed(dana):
    signed_in(dana).post(
        "/profile/",
        ANSWERS
        | {
            "email": "else@clinic.example",
            "is_staff": "on",
            "is_superuser": "on",
            "sees_organization": "on",
            "organization": "1",
        },
    )

    assert User.objects.values_list("email", "is_staff", "is_superuser", "sees_organization").get(
        pk=dana.pk
    ) == ("dana@clinic.example", False, False, False)


def test_time_zone_that_does_not_exist_is_refused(dana):
    response = signed_in(dana).post("/profile/", ANSWERS | {"time_zone": "Mars/Olympus"})

    assert list(response.context["form"].errors) == ["time_zone"]


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Vienna", "UTC"])
def test_zone_in_use_is_offered(dana, zone):
    dana.time_zone = zone
    dana.save()

    page = signed_in(dana).get("/profile/").content.decode()

    assert page.count(f'<option value="{zone}" selected>') == 1


def test_page_costs_few_queries(dana, django_assert_num_queries):
    client = signed_in(dana)
    client.get("/profile/")

    with django_assert_num_queries(4):  # catalog's version, session, user, second step
        client.get("/profile/")
