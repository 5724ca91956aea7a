"""Promises of what is taken out of a ticket, and of what stays: both still follow their logs."""

import uuid

import pytest

from sla import verify
from sla.models import Breach, Clock
from tickets import conversation, services, splitting
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run_once
from tickets.splitting import Part

INVOICE = ["And an invoice came twice.", "The second one is void."]


@pytest.fixture
def two_matters(make_ticket, dana, alex, time):
    """A ticket of level 1, answered in time, on which another matter came up half an hour later."""
    ticket = make_ticket(level=1)
    time.advance(minutes=10)
    services.reply(ticket, by=alex, body="We look into it.")
    time.advance(minutes=20)
    conversation.answer(ticket, by=dana, body="And an invoice came twice.")
    return ticket


def split(ticket, *, by, level=1, **what):
    moved = ticket.messages.filter(**what).values_list("pk", flat=True)
    part = Part([*moved], ticket.requester, "Invoice", level, uuid.uuid4())
    return splitting.split(ticket, by=by, part=part)


def clocks(ticket):
    return [
        (clock.metric, f"{clock.started_at:%H:%M}", clock.stop_kind, clock.breached_at)
        for clock in Clock.objects.filter(ticket=ticket).order_by("metric")
    ]


def test_promises_of_the_new_one_count_from_its_first_message_and_old_ones_stay(
    two_matters, alex, time
):
    before = clocks(two_matters)
    time.advance(minutes=5)

    new = split(two_matters, by=alex, body="And an invoice came twice.")

    assert clocks(two_matters) == before
    assert clocks(new) == [("first_response", "10:30", "", None), ("resolution", "10:30", "", None)]
    assert verify.check_all().differing == 0


def test_an_answer_that_moves_has_answered_in_its_own_time_and_no_breach_is_made_up(
    two_matters, alex, time
):
    time.advance(minutes=10)
    services.reply(two_matters, by=alex, body="The second one is void.")
    time.advance(hours=3)

    new = split(two_matters, by=alex, body__in=INVOICE)

    assert clocks(new)[0] == ("first_response", "10:30", "met", None)
    assert not Breach.objects.exists()
    assert verify.check_all().differing == 0


def test_what_nobody_answered_in_time_is_late_at_once_dated_at_its_deadline(
    two_matters, alex, time
):
    time.advance(hours=3)

    new = split(two_matters, by=alex, body="And an invoice came twice.")

    [breach] = Breach.objects.all()
    assert (breach.clock.ticket, f"{breach.breached_at:%H:%M}") == (new, "11:30")
    assert verify.check_all().differing == 0


def test_the_customer_is_mailed_once_with_the_new_number(two_matters, alex, dana, time, settings):
    settings.RELAY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    time.advance(minutes=10)
    services.reply(two_matters, by=alex, body="The second one is void.")
    run_once(time.at, until=0)
    before = OutboundEmail.objects.count()

    new = split(two_matters, by=alex, body__in=INVOICE)
    run_once(time.at, until=0)

    assert list(OutboundEmail.objects.order_by("pk").values_list("kind", "recipient", "ticket"))[
        before:
    ] == [("received", dana.email, new.pk)]
