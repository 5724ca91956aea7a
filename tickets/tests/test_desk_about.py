"""The desk's page of what a ticket is about and whose it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from accounts.models import Organization, OrganizationDomain
from accounts.roles import RIGHTS
from tickets import services
from tickets.about import About, set_attributes
from tickets.models import Ticket
from tickets.tests.locks import wait_for_who_waits

DESK = "/admin/tickets/ticket/"


@pytest.fixture
def agent(browser_of, alex, time):
    return browser_of(alex)


@pytest.fixture
def erin(make_user):
    return make_user("Erin")


def send(browser, ticket, button="save", **said):
    """Choose it, look at what saving does, and press a button."""
    page = f"{DESK}{ticket.pk}/about/"
    data = {**browser.get(page).context["form"].initial, **said}
    looked = browser.post(page, data | {"look": ""})
    if button == "look" or not looked.context["preview"]:
        return looked
    return browser.post(page, data | seen(looked) | {"save": ""})


def seen(looked):
    return {"seen": looked.context["preview"]["seal"]}


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_another_type_takes_its_product_along(agent, make_ticket):
    ticket = make_ticket()

    answer = send(agent, ticket, about="clinical-collaboration:directory")

    changed = fresh(ticket)
    assert answer["Location"] == f"{DESK}{ticket.pk}/change/"
    assert (changed.request_type.key, changed.subcategory.key, changed.product) == (
        "clinical-collaboration",
        "directory",
        changed.request_type.product,
    )


def test_a_product_that_was_typed_stays_what_it_is(agent, make_ticket):
    ticket = make_ticket()

    send(agent, ticket, about="payment", product="Pagers")

    changed = fresh(ticket)
    assert (changed.request_type.key, changed.subcategory, changed.product) == (
        "payment",
        None,
        "Pagers",
    )


def test_nothing_to_change_is_said_and_is_no_event(agent, make_ticket):
    ticket = make_ticket()

    looked = send(agent, ticket, "look")
    send(agent, ticket)

    assert (looked.context["preview"]["changes"], looked.context["preview"]["moves"]) == (False, [])
    assert ticket.events.count() == 1


def test_whoever_makes_it_restricted_is_warned_and_sees_it_no_more(agent, alex, make_ticket):
    ticket = make_ticket()

    looked = send(agent, ticket, "look", about="perfectserve:legal")
    saved = send(agent, ticket, about="perfectserve:legal")

    preview = looked.context["preview"]
    assert (preview["restricts"], preview["loses"], preview["opens"]) == (True, True, False)
    assert saved["Location"] == DESK
    assert fresh(ticket).restricted
    assert agent.get(f"{DESK}{ticket.pk}/about/").status_code == 404
    alex.groups.add(Group.objects.get(name=RIGHTS["legal_requests"].group))
    assert send(agent, ticket, "look", about="payment").context["preview"]["opens"]


@pytest.mark.parametrize("other", [{"about": "perfectserve:legal"}, {"product": "Pagers"}])
def test_what_was_chosen_after_looking_is_shown_before_it_is_saved(agent, make_ticket, other):
    ticket = make_ticket()
    page = f"{DESK}{ticket.pk}/about/"
    looked = send(agent, ticket, "look", about="payment")
    data = looked.context["form"].data.dict() | {"save": ""}
    del data["look"]

    first = agent.post(page, data | seen(looked) | other)
    second = agent.post(page, data | seen(first) | other)

    assert "Nothing is saved yet" in first.content.decode()
    assert first.context["preview"]["restricts"] == ("about" in other)
    assert second.status_code == 302
    assert fresh(ticket).events.count() == 2


def test_an_organization_is_confirmed_with_its_person_and_all_their_open_tickets(
    agent, make_ticket, erin
):
    harbor = Organization.objects.create(name="Harbor Health")
    ticket, open_one, done = (make_ticket(requester=erin) for _ in range(3))
    services.set_status(done, by=erin, to="solved")

    send(agent, ticket, organization="Harbor Health", member="on", all_theirs="on")

    erin.refresh_from_db()
    whose = [fresh(each).organization for each in (ticket, open_one, done)]
    assert (erin.organization, whose) == (harbor, [harbor, harbor, None])


def test_who_belongs_to_one_already_is_not_moved(agent, make_ticket, dana):
    Organization.objects.create(name="Harbor Health")
    ticket = make_ticket()

    send(agent, ticket, organization="Harbor Health", member="on", all_theirs="on")

    dana.refresh_from_db()
    assert str(dana.organization) == "Riverside Clinic"
    assert str(fresh(ticket).organization) == "Harbor Health"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("harbor", "Enter the whole name: “Harbor Health”, “Harbor West”"),
        ("Nowhere", "No organization is called so."),
    ],
)
def test_an_organization_is_named_in_full(agent, make_ticket, typed, said):
    for name in ("Harbor Health", "Harbor West"):
        Organization.objects.create(name=name)

    answer = send(agent, make_ticket(), organization=typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"organization": [said]}
    assert f'value="{typed}"' in answer.content.decode()


def test_what_may_be_their_organization_is_shown(agent, make_ticket, erin):
    harbor = Organization.objects.create(name="Harbor Health")
    OrganizationDomain.objects.create(organization=harbor, domain="example.com")
    erin.stated_organization = "Harbour"
    erin.save()

    page = agent.get(f"{DESK}{make_ticket(requester=erin).pk}/about/")

    assert page.context["suggestions"] == ["Harbor Health", "Harbour"]


def test_what_others_changed_meanwhile_is_not_set_back(agent, alex, make_ticket):
    ticket = make_ticket()
    shown = agent.get(f"{DESK}{ticket.pk}/about/").context["form"].initial
    looked = agent.post(f"{DESK}{ticket.pk}/about/", shown | {"product": "Pagers"})
    data = shown | seen(looked) | {"product": "Pagers", "save": ""}
    services.note(ticket, by=alex, body="Look.")
    first = agent.post(f"{DESK}{ticket.pk}/about/", data)
    version = first.context["form"]["version"].value()
    second = agent.post(f"{DESK}{ticket.pk}/about/", data | {"version": version})

    assert (first.status_code, second.status_code) == (409, 302)
    assert 'value="Pagers"' in first.content.decode()
    assert fresh(ticket).product == "Pagers"


@pytest.mark.django_db(transaction=True)
def test_what_others_change_while_it_is_saved_is_not_set_back(
    furnished, agent, make_user, make_ticket
):
    """The page was looked at in time, and its saving waits for the other one's."""
    ticket = make_ticket()
    page = f"{DESK}{ticket.pk}/about/"
    data = agent.get(page).context["form"].initial | {"organization": ""}
    data |= seen(agent.post(page, data)) | {"save": ""}
    blair = make_user("Blair", role="agent")

    def save():
        try:
            return agent.post(page, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Ticket.objects.select_for_update().get(pk=ticket.pk)
            saved = pool.submit(save)
            wait_for_who_waits()
            set_attributes(ticket, by=blair, about=replace(About.of(ticket), product="Pagers"))
        answer = saved.result(timeout=20)

    assert answer.status_code == 409
    assert answer.context["form"]["version"].value() == str(fresh(ticket).version)
    assert (fresh(ticket).product, fresh(ticket).organization) == ("Pagers", ticket.organization)


def test_only_who_works_on_it_says_what_it_is_about(browser_of, make_user, make_ticket, dana):
    ticket = make_ticket()
    people = [dana, make_user("Reader", role="read_only")]

    answers = [browser_of(user).post(f"{DESK}{ticket.pk}/about/", {}) for user in people]

    assert [answer.status_code for answer in answers] == [404, 404]
