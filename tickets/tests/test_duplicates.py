"""Open tickets about the same are shown before one more is filed."""

import pytest
from django.test import Client

from tickets import services
from tickets.models import Draft, Ticket

IMPACT = {"kind": "request", "affected": "nobody", "ability": "yes"}
ABOUT = IMPACT | {"subcategory": "schedule"}


def begin(client, about=ABOUT):
    """Send step 1, and return the draft's page and where that leads."""
    draft = client.post("/new/perfectserve/", about)["Location"]
    page = client.get(draft)
    return draft, page.get("Location", "")


def numbers(response):
    same = response.context["same"]
    return [ticket.number for ticket in same.tickets] if same else []


def test_open_tickets_about_the_same_are_offered_once_for_each_draft(as_dana, make_ticket, alex):
    older, newer = make_ticket(), make_ticket(subject="Wrong week")
    solved = make_ticket()
    services.set_status(solved, by=alex, to="solved")
    draft, leads_to = begin(as_dana)

    asked = as_dana.get(leads_to)
    went_on = as_dana.post(leads_to)
    again = as_dana.get(draft)

    assert leads_to == f"{draft}duplicates/"
    assert numbers(asked) == [newer.number, older.number]
    assert "You already have 2 open tickets about “Schedule assistance”" in asked.content.decode()
    assert went_on["Location"] == draft
    assert (again.status_code, Draft.objects.get().told_apart_at is None) == (200, False)


def test_there_is_no_page_more_where_nothing_is_open_about_the_same(as_dana, make_ticket):
    make_ticket(about="routing")
    make_ticket(type="clinical-collaboration", brand="clinical-collaboration", about="billing")
    draft, leads_to = begin(as_dana)

    assert leads_to == ""
    assert as_dana.get(f"{draft}duplicates/")["Location"] == draft


def test_nobody_is_offered_tickets_they_may_not_see(as_dana, make_ticket, make_user):
    make_ticket(requester=make_user("Ben", organization="Riverside Clinic"))
    make_ticket(requester=make_user("Cho"))

    assert begin(as_dana)[1] == ""


def test_who_sees_the_organization_is_offered_its_tickets_but_no_restricted_ones(
    client, make_ticket, make_user
):
    maria = make_user("Maria", organization="Riverside Clinic", sees_organization=True)
    client.force_login(maria)
    ours = make_ticket()
    make_ticket(about="legal")

    assert numbers(client.get(begin(client)[1])) == [ours.number]
    assert begin(client, ABOUT | {"subcategory": "legal"})[1] == ""


def test_many_are_not_all_counted_nor_shown(as_dana, make_ticket):
    for _n in range(6):
        make_ticket()

    asked = as_dana.get(begin(as_dana)[1])

    assert len(numbers(asked)) == 5
    assert "You already have more than 5 open tickets" in asked.content.decode()


def test_signed_out_nobody_is_asked_before_the_sign_in(client, make_ticket, dana):
    make_ticket()
    draft, leads_to = begin(client)
    client.force_login(dana)

    after = client.get(draft)

    assert (leads_to, after["Location"]) == ("", f"{draft}duplicates/")


def test_sending_is_never_interrupted(as_dana, make_ticket):
    make_ticket()
    draft, _leads_to = begin(as_dana)

    as_dana.post(draft, {"subject": "Another", "description": "One", "send": ""})

    assert Draft.objects.get().data["subject"] == ["Another"]
    assert "duplicates" not in as_dana.post(draft, {"subject": "Another", "send": ""}).get(
        "Location", ""
    )


def test_adding_to_one_takes_along_what_was_typed(as_dana, make_ticket):
    ticket = make_ticket()
    draft, leads_to = begin(as_dana)
    as_dana.post(draft, {"subject": "Still wrong", "description": "It shows\nMay."})

    offered = as_dana.get(leads_to).content.decode()
    key = Draft.objects.get().pk
    page = as_dana.get(f"{ticket.get_absolute_url()}?draft={key}")

    assert f'href="{ticket.get_absolute_url()}?draft={key}#reply"' in offered
    assert "What you typed is taken along" in offered
    assert page.context["form"]["body"].value() == "Still wrong\n\nIt shows\nMay."


@pytest.mark.parametrize(
    "named", ["theirs", "nonsense", "", "00000000-0000-0000-0000-000000000000"]
)
def test_a_draft_that_is_somebody_elses_is_not_taken_along(named, as_dana, make_ticket, make_user):
    cho = Client()
    cho.force_login(make_user("Cho"))
    begin(cho)
    theirs = Draft.objects.get()
    theirs.data |= {"subject": ["CANARY"]}
    theirs.save(update_fields=["data"])
    ticket = make_ticket()

    key = theirs.pk if named == "theirs" else named
    page = as_dana.get(f"{ticket.get_absolute_url()}?draft={key}")

    assert page.status_code == 200
    assert page.context["form"]["body"].value() == ""


def test_a_form_of_one_page_shows_them_at_its_top(as_dana, make_ticket):
    ticket = make_ticket(type="payment", about=None)
    make_ticket()

    first = as_dana.get("/new/payment/")

    assert numbers(first) == [ticket.number]
    assert f'href="{ticket.get_absolute_url()}#reply"' in first.content.decode()
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    ("query", "chosen"), [("?subcategory=schedule", "schedule"), ("?subcategory=x", "x"), ("", "")]
)
def test_the_address_can_choose_what_it_is_about(query, chosen, as_dana):
    page = as_dana.get(f"/new/perfectserve/{query}")

    assert page.context["form"]["subcategory"].value() == chosen
    assert page.content.decode().count(" checked") == (chosen == "schedule")
