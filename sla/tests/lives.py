"""What may befall a ticket, by name: verbs for stories that are made at random.

Each takes the ticket and a number that chooses among its ways; one that cannot be done as things
stand raises `services.Refused`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from accounts.models import Organization
from sla.sweep import sweep
from sla.tests.standings import changed, gold, open_hours
from tickets import ending, services
from tickets.about import About, set_attributes
from tickets.events import hold
from tickets.states import Status


def verbs_of(alex, dana, *, into, time):
    return {
        **_said_or_set(alex, dana),
        **_ended(alex, into=into),
        **_late(alex, time),
        **_promised_otherwise(alex, dana.organization),
        "sweep": lambda _ticket, _number: sweep(time.at),
    }


def _promised_otherwise(alex, clinic):
    """Another organization with office hours of its own; other versions of both."""
    harbor = Organization.objects.create(name="Harbor Health")
    hours = open_hours("office"), open_hours("office", weekly={"mon": [["08:00", "20:00"]]})
    office = hours[0].calendar
    terms = (
        gold({1: (1, 12), 2: (1, 24), 3: (2, 48)}, calendar=office, organization=harbor),
        gold({1: (1, 4), 2: (2, 9), 4: (8, 80)}, calendar=office, retarget="from_start"),
    )
    return {
        "whose": lambda ticket, number: set_attributes(
            ticket,
            by=alex,
            about=replace(About.of(ticket), organization=[harbor, clinic][number % 2]),
        ),
        "terms": lambda ticket, number: changed(
            ticket, "policy_changed", terms[number % 2], terms[1 - number % 2]
        ),
        "hours": lambda ticket, number: changed(
            ticket, "calendar_changed", hours[number % 2], hours[1 - number % 2]
        ),
    }


def _said_or_set(alex, dana):
    return {
        "reply": lambda ticket, _number: services.reply(ticket, by=alex, body="Yes."),
        "answer": lambda ticket, _number: services.reply(ticket, by=dana, body="No."),
        "note": lambda ticket, _number: services.note(ticket, by=alex, body="Hm."),
        "level": lambda ticket, number: services.set_level(
            ticket, by=alex, to=1 + number % 4, reason="It is so."
        ),
        "status": lambda ticket, number: services.set_status(
            ticket, by=alex, to=[*Status][number % 6]
        ),
    }


def _ended(alex, *, into):
    return {
        "spam": lambda ticket, _number: ending.mark_spam(ticket, by=alex),
        "no spam": lambda ticket, _number: ending.not_spam(ticket, by=alex),
        "merge": lambda ticket, _number: ending.merge(ticket, into=into, by=alex, confirmed=True),
        "unmerge": lambda ticket, _number: ending.unmerge(ticket, by=alex),
    }


def _late(alex, time):
    """What is written down some time after it happened."""

    def late_reply(ticket, number):
        with hold(ticket, happened_at=time.at - timedelta(minutes=number * 37)) as moment:
            services.reply(ticket, by=alex, body="Yes.", moment=moment)

    def late_status(ticket, number):
        with hold(ticket, happened_at=time.at - timedelta(minutes=number * 37)) as moment:
            services.set_status(ticket, by=alex, to=[*Status][number % 6], moment=moment)

    return {"late reply": late_reply, "late status": late_status}
