"""Makes the people of the demo company: organizations, customers, agents, teams and rights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import Membership, Organization, OrganizationDomain, Team, User
from accounts.roles import RIGHTS
from accounts.services import make_person, prove_address
from portal.demo import cast
from portal.dev.people import PASSWORD, PEOPLE
from tickets.catalog.models import Brand

OWN = {person.email for person in PEOPLE}


def are_there() -> bool:
    """Tell whether the company has been lived: its people are made with it, and only then."""
    return User.objects.filter(email__in=_emails() - OWN).exists()


def settle(*, since: datetime) -> dict[str, User]:
    """Make everybody who is not there yet, known since then; return them by address.

    The demo's own people (`manage.py demo_people`) are there already.
    """
    hashed = make_password(PASSWORD)  # once: it takes a third of a second
    for organization in cast.ORGANIZATIONS:
        _settle_customers(organization, hashed=hashed)
    _settle_colleagues(hashed=hashed)
    Organization.objects.filter(name__in=[each.name for each in cast.ORGANIZATIONS]).update(
        created_at=since
    )
    people = User.objects.filter(email__in=_emails() | OWN)
    people.update(date_joined=since)
    return {user.email: user for user in people.select_related("organization").order_by("email")}


def _emails() -> set[str]:
    customers = {one.email for each in cast.ORGANIZATIONS for one in each.customers}
    return customers | {colleague.email for colleague in cast.COLLEAGUES}


def _settle_customers(organization: cast.Organization, *, hashed: str) -> None:
    row, _created = Organization.objects.get_or_create(
        name=organization.name, defaults={"time_zone": organization.time_zone}
    )
    OrganizationDomain.objects.get_or_create(
        domain=organization.domain, defaults={"organization": row}
    )
    for customer in organization.customers:
        if customer.email in OWN:
            continue
        user = make_person(email=customer.email, name=customer.name, organization=row)
        user.sees_organization = customer.sees_organization
        user.save(update_fields=["sees_organization"])
        if customer.has_password:
            _let_in(user, hashed=hashed)


def _settle_colleagues(*, hashed: str) -> None:
    teams = {name: Team.objects.get_or_create(name=name)[0] for name in cast.TEAMS}
    for name, brands in cast.TEAMS.items():
        teams[name].brands.set(Brand.objects.filter(key__in=brands))
    for colleague in cast.COLLEAGUES:
        user = make_person(email=colleague.email, name=colleague.name, role=colleague.role)
        _let_in(user, hashed=hashed)
        Membership.objects.create(team=teams[colleague.team], user=user, is_lead=colleague.is_lead)
    for user in User.objects.filter(email__in=cast.JOINS_SUPPORT):
        Membership.objects.get_or_create(team=teams[cast.SUPPORT], user=user)
    _give_right({email for agents in cast.LEGAL.values() for email in agents})


def _give_right(emails: Iterable[str]) -> None:
    """Let these people see restricted tickets."""
    holders = Group.objects.get(name=RIGHTS["legal_requests"].group)
    holders.user_set.add(*User.objects.filter(email__in=emails))


def _let_in(user: User, *, hashed: str) -> None:
    """Let somebody sign in with the password that every demo prints."""
    user.password = hashed
    user.save(update_fields=["password"])
    prove_address(user)
