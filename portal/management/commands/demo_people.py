"""Makes the people of portal/dev/people.py, so that a demo can be signed in to at once."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Membership, Organization, OrganizationDomain, Team, User
from accounts.services import make_person, prove_address
from portal.dev.people import PASSWORD, PEOPLE

# The first customer's own; nobody is put into an organization by a mail domain alone.
ORGANIZATION, DOMAIN = "Riverside Clinic", "clinic.example"
TEAM = "Support"


class Command(BaseCommand):
    help = "Make one person for each role, with a known password. Only for demos."

    @transaction.atomic
    def handle(self, *args, **options):
        if not settings.DEMO and not settings.TESTING:
            raise CommandError("These people have a password that everybody knows: set DEMO=1.")
        organization = _organization()
        known = {
            user.email: user
            for user in User.objects.filter(email__in=[person.email for person in PEOPLE])
        }
        hashed = make_password(PASSWORD)  # once: it takes a third of a second
        for person in PEOPLE:
            if person.email not in known:
                known[person.email] = _make(person, organization=organization, hashed=hashed)
        _team([known[person.email] for person in PEOPLE])
        self.stdout.write(f"People: {len(PEOPLE)}, password: {PASSWORD}")


def _make(person, *, organization: Organization, hashed: str) -> User:
    is_customer = person.role == "customer"
    user = make_person(
        email=person.email,
        name=person.name,
        role=person.role,
        organization=organization if is_customer else None,
    )
    user.password = hashed
    user.save(update_fields=["password"])
    prove_address(user)
    return user


def _organization() -> Organization:
    organization, _created = Organization.objects.get_or_create(
        name=ORGANIZATION, defaults={"time_zone": "America/New_York"}
    )
    OrganizationDomain.objects.get_or_create(domain=DOMAIN, defaults={"organization": organization})
    return organization


def _team(people: list[User]) -> None:
    """Put those who work on tickets into one team, led by its manager."""
    team, _created = Team.objects.get_or_create(name=TEAM)
    for user in people:
        groups = set(user.groups.values_list("name", flat=True))
        if groups & {"Agents", "Managers"}:
            Membership.objects.get_or_create(
                team=team, user=user, defaults={"is_lead": "Managers" in groups}
            )
