"""Fixtures for every test: the shipped catalog, named people, tickets, a clock that moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Organization, Team, User
from accounts.services import give_role
from portal.dev.pictures import letters
from portal.testing_database import Furniture
from tickets import clock, services
from tickets.catalog.models import Brand, PriorityLevel, RequestType, Subcategory
from tickets.submission import Submission

MONDAY = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Furnish the test database once: roles, the shipped catalog and its promises."""
    with django_db_blocker.unblock():
        call_command("sync_roles", verbosity=0)
        call_command("load_catalog", verbosity=0)
        furniture = Furniture()
    with furniture.put_back_after_tests():
        yield


@pytest.fixture
def furnished(transactional_db):
    """The same, for a test that commits; what it wrote is gone after it."""


class MovingClock:
    """Stands still until a test moves it."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at

    def advance(self, **by):
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def time():
    """A Monday at 10:00 UTC that goes on only when it is told to."""
    moving = MovingClock(MONDAY)
    with clock.moving_clock(moving):
        yield moving


@pytest.fixture
def make_user(db):
    """Make a person: `make_user("Dana")` is a customer, `make_user("Alex", role="agent")` not."""

    def make(name, *, role=None, organization="", **columns):
        if organization:
            columns["organization"] = Organization.objects.get_or_create(name=organization)[0]
        user = User.objects.create_user(
            f"{name.lower()}@example.com", "a long password of ours", name=name, **columns
        )
        if role:
            give_role(user, role)
        return user

    return make


@pytest.fixture
def dana(make_user):
    return make_user("Dana", organization="Riverside Clinic")


@pytest.fixture
def alex(make_user):
    return make_user("Alex", role="agent")


@pytest.fixture
def morgan(make_user):
    return make_user("Morgan", role="manager")


@pytest.fixture
def as_dana(client, dana):
    """The browser of a customer who is signed in."""
    client.force_login(dana)
    return client


@pytest.fixture
def browser_of(db):
    """Open a browser: `browser_of(alex)` is signed in, `browser_of()` is not."""

    def browse(user=None):
        browser = Client()
        if user:
            browser.force_login(user)
        return browser

    return browse


@pytest.fixture
def make_team(db):
    def make(name, *, members=(), leads=(), brands=()):
        team = Team.objects.create(name=name)
        for user in (*members, *leads):
            team.memberships.create(user=user, is_lead=user in leads)
        for key in brands:
            Brand.objects.get(key=key).teams.add(team)
        return team

    return make


@pytest.fixture
def make_ticket(db, dana):
    """File a ticket through the service, as the portal would, or as an agent (`by`) logs it."""

    def make(
        *,
        requester=None,
        by=None,
        level=3,
        type="perfectserve",
        about="schedule",
        brand=None,
        **given,
    ):
        request_type = RequestType.objects.get(key=type)
        given = {
            "kind": "request",
            "affected": "one",
            "ability": "partly",
            "urgent": False,
            "subject": "Wrong schedule",
            "description": "It shows last week.",
        } | given
        requester = requester or dana
        return services.open_ticket(
            Submission(
                requester=requester,
                brand=Brand.objects.get(key=brand or "perfectserve"),
                request_type=request_type,
                subcategory=Subcategory.objects.filter(
                    request_type=request_type, key=about
                ).first(),
                level=PriorityLevel.objects.get(number=level).number,
                **given,
            ),
            by=by or requester,
        )

    return make


@pytest.fixture
def mails_are_rows(settings):
    """Let Django's mails take the way they take on a site; its test runner has another one."""
    settings.EMAIL_BACKEND = "tickets.mail.backend.OutboxBackend"


@pytest.fixture
def every_mail(db, time, mails_are_rows):
    """Do what each mail is sent for, in every brand; the relay finds all of them to send."""
    return letters.write_all()
