"""The demo's people: there after one run, unchanged after two, and able to sign in."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from portal.dev.people import PASSWORD, PEOPLE


def people():
    return {
        (user.email, user.name, group)
        for user in User.objects.all()
        for group in [user.groups.values_list("name", flat=True).first()]
    }


@pytest.fixture(autouse=True)
def run(db):
    call_command("demo_people", verbosity=0)


def test_table_is_made_with_its_roles():
    groups = {
        "customer": None,
        "agent": "Agents",
        "manager": "Managers",
        "administrator": "Administrators",
        "read_only": "Read only",
    }

    assert people() == {(person.email, person.name, groups[person.role]) for person in PEOPLE}


def test_second_run_changes_nothing():
    before = list(User.objects.order_by("id").values())

    call_command("demo_people", verbosity=0)

    assert list(User.objects.order_by("id").values()) == before


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.role)
def test_everybody_signs_in_with_the_printed_password(person):
    response = Client().post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD}
    )

    at_work = person.role != "customer"
    assert response["Location"] == reverse("admin:index" if at_work else "home")


def test_team_has_a_lead():
    assert set(Membership.objects.values_list("user__email", "is_lead")) == {
        ("alex@support.example", False),
        ("morgan@support.example", True),
    }


def test_real_installation_gets_no_people_with_a_known_password(settings):
    settings.DEMO = settings.TESTING = False

    with pytest.raises(CommandError, match="set DEMO=1"):
        call_command("demo_people")
