"""A help desk whose time only moves when a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from accounts.services import give_role, sync_roles
from sla import services as policies
from sla.models import Breach, Clock
from tickets import clock, services
from tickets.catalog.models import Brand, PriorityLevel, RequestType
from tickets.submission import Submission

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
HOURS = {1: (1, 24), 2: (2, 72), 3: (4, 120), 4: (48, 240)}


class Time:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = START

    def passes(self, **duration):
        self.now += timedelta(**duration)
        return self.now


@pytest.fixture
def time():
    time = Time()
    with clock.moving_clock(lambda: time.now):
        yield time


@pytest.fixture
def desk(db, time):
    desk = Desk()
    policies.load_policy(HOURS)
    return desk


class Desk:
    """A brand, a customer, an agent, and a ticket whenever one is needed."""

    def __init__(self):
        for number in HOURS:
            PriorityLevel.objects.get_or_create(
                number=number, defaults={"meaning": "-", "contact": "ticket"})
        self.brand = self.make_brand("acme", prefix="AC")
        self.type = RequestType.objects.create(key="billing", name="Billing", meaning="-")
        sync_roles()
        self.customer = User.objects.create_user("dana@clinic.example", name="Dana Cho")
        self.agent = self.staff("ana@acme.example", role="agent", name="Ana Ruiz")

    @staticmethod
    def make_brand(key, *, prefix):
        return Brand.objects.create(
            key=key, name=key.title(), origin=f"https://{key}.example", number_prefix=prefix,
            default_product=key.title(), phone_number="1.877.844.7727", phone_extension="5",
            mail_address=f"help@{key}.example", time_zone="America/New_York",
            color_light="#0B5A7A", color_dark="#7CC7E8")

    @staticmethod
    def staff(email, *, role, **fields):
        user = User.objects.create_user(email, **fields)
        give_role(user, role)
        return User.objects.get(pk=user.pk)

    def ticket(self, *, by=None, **changes):
        submission = {
            "requester": self.customer, "brand": self.brand, "request_type": self.type,
            "subcategory": None, "kind": "issue", "affected": "one", "ability": "yes",
            "urgent": False, "level": 1, "subject": "Pages do not arrive",
            "description": "Since this morning.", **changes}
        return services.open_ticket(Submission(**submission), by=by or submission["requester"])


def after(**duration):
    """An instant so much later than the desk began."""
    return START + timedelta(**duration)


def clock_of(ticket, metric):
    return Clock.objects.get(ticket=ticket, metric=metric)


def breaches_of(ticket):
    """What was broken and when, standing breaches only."""
    rows = Breach.objects.standing().filter(clock__ticket=ticket)
    return list(rows.order_by("breached_at").values_list("clock__metric", "breached_at"))
