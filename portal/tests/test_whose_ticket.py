"""Every address with a ticket's number, asked by staff and customers who may not see that ticket.

The addresses come from the whole resolver, so that a new one cannot be forgotten; each is loaded
and sent to, with all that its form sends.
"""

from __future__ import annotations

import re

import pytest

from accounts.roles import ROLES
from portal import routes
from portal.tests.world import OF_A_CALLBACK, OF_A_TICKET
from tickets.models import Ticket

# Where the number in an address is a ticket's.
A_TICKETS = re.compile(
    r"/(admin/)?(tickets|tickets/ticket|sla/tickets|mail/inboundemail/tickets)/\{pk\}/"
)


def addresses():
    return [entry for entry in routes.published() if A_TICKETS.match(entry["path"])]


def test_the_matrix_of_roles_knows_every_address_of_a_ticket():
    assert {entry["name"] for entry in addresses()} == OF_A_TICKET - OF_A_CALLBACK


@pytest.fixture
def foreign(make_ticket, make_team, make_user):
    """A ticket of a brand that a team serves, whose members are not who asks."""
    make_team("Here", members=[make_user("Helga", role="agent")], brands=["perfectserve"])
    return make_ticket()


@pytest.fixture
def restricted(make_ticket):
    return make_ticket(about="legal")


@pytest.mark.parametrize("role", ROLES)
def test_a_ticket_of_a_brand_that_they_do_not_serve_is_not_there(
    role, foreign, make_user, make_team, browser_of
):
    user = make_user("Somebody", role=role)
    make_team("There", members=[user], brands=["clinical-collaboration"])

    assert answers(browser_of(user), foreign) == {404}
    assert is_untouched(foreign)


@pytest.mark.parametrize("role", ROLES)
def test_a_restricted_ticket_is_not_there_without_the_right(
    role, restricted, make_user, make_team, browser_of
):
    user = make_user("Somebody", role=role)
    make_team("Here", members=[user], brands=["perfectserve"])

    assert answers(browser_of(user), restricted) == {404}
    assert is_untouched(restricted)


@pytest.mark.parametrize("about", ["schedule", "legal"])
def test_a_customers_ticket_is_not_there_for_another(about, make_ticket, make_user, browser_of):
    ticket = make_ticket(about=about)
    colleague = make_user("Maria", organization="Riverside Clinic")

    assert answers(browser_of(colleague), ticket) == {404}
    assert is_untouched(ticket)


def test_who_is_signed_out_signs_in_first(restricted, browser_of):
    assert answers(browser_of(), restricted) == {302}
    assert is_untouched(restricted)


def answers(browser, ticket):
    """Load each page of this ticket and send each form of it; returns the statuses that came."""
    return {
        _status(browser, entry, method, entry["path"].format(pk=ticket.pk))
        for entry in addresses()
        for method in entry["methods"]
    }


def _status(browser, entry, method, path):
    fields = {name.replace("*", "1"): "1" for name in entry["fields"]}
    return browser.generic(
        method,
        path,
        "&".join(f"{name}={value}" for name, value in fields.items()),
        content_type="application/x-www-form-urlencoded",
    ).status_code


def is_untouched(ticket):
    now = Ticket.objects.get(pk=ticket.pk)
    return now.version == ticket.version and list(now.events.values_list("type", flat=True)) == [
        "opened"
    ]
