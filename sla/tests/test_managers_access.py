"""Who finds the managers' lists and their files."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from sla.tests.managers import BREACHED, COMPLIANCE, DUE, FILES, LISTS, SOON, UNANSWERED, signed_in

PAGES = (*LISTS, SOON, COMPLIANCE)
ADDRESSES = [*PAGES, *FILES.values(), "/admin/sla/compliance.csv"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_who_may_see_breaches_finds_it(address, make_user, dana, alex, morgan):
    read_only = make_user("Rita", role="read_only")
    administrator = make_user("Ada", role="administrator")
    former = make_user("Fran", role="manager")
    User.objects.filter(pk=former.pk).update(is_staff=False)

    found = {
        user.name: signed_in(user).get(address).status_code
        for user in (dana, alex, former, morgan, read_only, administrator)
    }

    assert found == {
        "Dana": 404,
        "Alex": 404,
        "Fran": 404,
        "Morgan": 200,
        "Rita": 200,
        "Ada": 200,
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_is_not_signed_in_is_asked_to(address, db):
    response = Client().get(address)

    assert (response.status_code, response["Location"].partition("?next=")[2]) == (302, address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_can_be_posted_there(address, morgan):
    assert signed_in(morgan).post(address).status_code == 405


@pytest.mark.parametrize("address", PAGES)
def test_the_desk_leads_to_all_and_marks_where_one_is(address, morgan):
    page = signed_in(morgan).get(address)

    assert [link for link in page.context["desk_links"] if link["current"]] == [
        {"label": "Promises", "url": BREACHED, "current": True}
    ]
    assert [(tab["label"], tab["url"], tab["current"]) for tab in page.context["tabs"]] == [
        ("Breached", BREACHED, address == BREACHED),
        ("About to break", SOON, address == SOON),
        ("Due next", DUE, address == DUE),
        ("Solved without an answer", UNANSWERED, address == UNANSWERED),
        ("Compliance", COMPLIANCE, address == COMPLIANCE),
        ("Reasons", "/admin/sla/reasons/", False),
    ]


def test_elsewhere_on_the_desk_promises_are_not_where_one_is(morgan):
    page = signed_in(morgan).get("/admin/sla/policy/")

    assert [link["label"] for link in page.context["desk_links"] if link["current"]] == []
