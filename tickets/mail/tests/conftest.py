"""A small help desk to send mails from, and a mail server to send them to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission

from accounts.models import Organization, User
from tickets import clock, conversation, events, promise, services
from tickets.catalog import store
from tickets.catalog.models import Brand, PriorityLevel, RequestType
from tickets.catalog.services import changed
from tickets.conversation import Turn
from tickets.mail.expand import expand
from tickets.mail.tests.sink import Sink
from tickets.models import Ticket
from tickets.submission import Submission

FRIDAY = datetime(2026, 11, 27, 15, 40, tzinfo=UTC)


class Time:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = FRIDAY

    def pass_by(self, **duration):
        self.now += timedelta(**duration)


@pytest.fixture
def time():
    time = Time()
    with clock.moving_clock(lambda: time.now):
        yield time


@pytest.fixture
def ticket(time, make_ticket):
    return make_ticket()


@pytest.fixture
def answered(ticket, alex):
    """A ticket that waits for its customer."""
    conversation.take_turn(ticket, by=alex, turn=Turn(body="Which one?", status="pending"))
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def smtp(settings):
    sink = Sink()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 5
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def desk(db, settings):
    """Mails alone: promises are the tests' own, and nobody else follows events."""
    settings.ORIGIN = ""
    settings.PROMISE = "tickets.mail.tests.promises.promised"
    settings.TICKET_EVENT_HANDLERS = ["tickets.mail.notify.on_event"]
    forget_settings()
    yield Desk()
    forget_settings()


@pytest.fixture
def ben(desk):
    ben = desk.person("ben@acme.example", name="Ben", is_staff=True)
    ben.user_permissions.add(
        *Permission.objects.filter(codename__in=["view_ticket", "work_ticket"])
    )
    return User.objects.get(pk=ben.pk)


@pytest.fixture
def given(desk, time, ben):
    """A ticket that Ana gave to Ben, whose mail about that is made."""
    ticket = desk.ticket()
    services.assign(ticket, by=desk.agent, to=ben)
    expand(time.now, limit=100)
    return ticket


def forget_settings():
    """What the process read from the settings once, it reads again."""
    promise._source.cache_clear()
    events.handlers.cache_clear()


class Desk:
    """One brand, one customer, one agent, and a request whenever one is needed."""

    def __init__(self):
        PriorityLevel.objects.bulk_create(
            (
                PriorityLevel(number=number, meaning="-", contact="ticket")
                for number in (1, 2, 3, 4)
            ),
            ignore_conflicts=True,
        )
        self.brand = Brand.objects.create(
            key="acme",
            name="Acme",
            origin="https://help.acme.example",
            number_prefix="AC",
            default_product="Acme",
            phone_number="1.877.844.7727",
            phone_extension="5",
            mail_address="help@acme.example",
            time_zone="America/New_York",
            color_light="#0B5A7A",
            color_dark="#7CC7E8",
        )
        self.type = RequestType.objects.create(key="billing", name="Bills & <payment>", meaning="-")
        self.customer = self.person("dana@clinic.example", name="Dana")
        self.agent = self.person("ana@acme.example", name="Ana", is_staff=True)
        self.agent.user_permissions.add(
            *Permission.objects.filter(codename__in=["view_ticket", "work_ticket"])
        )
        changed()
        store.current()

    @staticmethod
    def person(email, password="four red kites", **fields):
        """Make somebody; with no password (None) somebody who only ever wrote to us."""
        return User.objects.create_user(email, password, **fields)

    @staticmethod
    def clinic(**fields):
        return Organization.objects.create(name="Clinic", **fields)

    def ticket(self, *, by=None, **changes):
        """File a request; its words are such that a leak would be seen."""
        submission = {
            "requester": self.customer,
            "brand": self.brand,
            "request_type": self.type,
            "subcategory": None,
            "kind": "issue",
            "affected": "one",
            "ability": "yes",
            "urgent": False,
            "level": 3,
            "subject": "canary subject",
            "description": "canary description",
            **changes,
        }
        return services.open_ticket(Submission(**submission), by=by or submission["requester"])
