"""Tickets that a benchmark copies are those that the service would have filed."""

from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import models

from bench.filling import ABOUT, COPIED, STEP, Pattern, Person, fill, rows_of
from bench.multiplying import Copies
from sla.sweep import sweep
from sla.tests.escalating import add_step
from tickets import services
from tickets.catalog.conditions import AnswerSpec
from tickets.conversation import Turn, answer, take_turn
from tickets.models import Event, Ticket

# What hangs on a ticket and is not copied: no page of a customer reads it.
LEFT_OUT = {
    "mail.InboundEmail",
    "mail.OutboundEmail",
    "tickets.Callback",
    "tickets.DeskWatch",
    "tickets.Proposal",
    "tickets.SearchEntry",
    "tickets.StaleEntry",
    "tickets.Viewing",
    "tickets.Watcher",
}


@pytest.fixture
def live(make_ticket, alex, time):
    """Let a ticket be filed, warned of, missed, escalated, answered, asked back and solved."""
    add_step(minutes=30)

    def live(requester):
        asked = [
            AnswerSpec(key=key, label=key, kind="text", value=key, display=key, question_id=None)
            for key in ("where", "when")
        ]
        ticket = make_ticket(requester=requester, answers=asked, draft_key=uuid4())
        for hours in (3.5, 1.5):
            time.advance(hours=hours)
            sweep(time.at)
        take_turn(ticket, by=alex, turn=Turn(body="Which week?", status="pending"))
        time.advance(hours=1)
        answer(ticket, by=requester, body="Week 3.")
        services.set_level(ticket, by=alex, to=2, reason="More people are affected.")
        services.assign(ticket, by=alex, to=alex)
        take_turn(ticket, by=alex, turn=Turn(body="Mended.", status="solved"))
        return ticket

    return live


def written(ticket):
    """Return all rows of a ticket, by places what is unique, and times by their distance."""
    rows = rows_of(ticket)
    names = {
        (model, row.pk): f"{model.__name__} {place}"
        for model in rows
        for place, row in enumerate(rows[model])
    }
    batches = dict(zip(dict.fromkeys(row.batch for row in rows[Event]), count(), strict=False))
    start = rows[Ticket][0].created_at

    def told(row, field):
        value = getattr(row, field.attname)
        if field.primary_key:
            return names[type(row), value]
        if isinstance(field, models.ForeignKey) and (field.related_model, value) in names:
            return names[field.related_model, value]
        if field.name == "subject_id":
            return names[ABOUT.get(row.kind, Event), value]
        if field.name == "batch":
            return batches[value]
        if field.name == "draft_key":
            return value is not None
        return value - start if field.get_internal_type() == "DateTimeField" and value else value

    return {
        model.__name__: [
            {field.name: told(row, field) for field in model._meta.concrete_fields} for row in found
        ]
        for model, found in rows.items()
    }


def test_a_copy_is_what_the_service_would_have_written(live, dana, make_user, time):
    erin = make_user("Erin", organization="Harbor Health")
    pattern = Pattern(live(dana))
    served = live(erin)

    fill([pattern], [Person(erin.pk, erin.organization_id)], 1)

    copy = Ticket.objects.latest("pk")
    assert copy.pk > served.pk
    assert written(copy) == written(served)
    assert set(written(copy)) == {model.__name__ for model in COPIED}


def test_copies_are_a_step_apart_and_everybody_asks_in_turn(live, dana, make_user):
    erin = make_user("Erin")
    ticket = live(dana)
    people = [Person(dana.pk, dana.organization_id), Person(erin.pk, None)]

    fill([Pattern(ticket)], people, 3)

    copies = Ticket.objects.filter(pk__gt=ticket.pk).order_by("pk")
    assert list(copies.values_list("requester__name", "created_at")) == [
        ("Dana", ticket.created_at - 3 * STEP),
        ("Erin", ticket.created_at - 2 * STEP),
        ("Dana", ticket.created_at - STEP),
    ]


def test_copies_made_inside_the_database_are_what_the_service_wrote_but_older(live, dana):
    ticket = live(dana)

    Copies(ticket, 3, step=timedelta(seconds=5)).write()

    copies = Ticket.objects.filter(pk__gt=ticket.pk).order_by("pk")
    assert [written(copy) for copy in copies] == [written(ticket)] * 3
    assert set(written(ticket)) == {model.__name__ for model in COPIED}
    assert list(copies.values_list("created_at", flat=True)) == [
        ticket.created_at - timedelta(seconds=5 * number) for number in (1, 2, 3)
    ]


def test_after_copying_the_service_files_as_before(live, dana, make_ticket):
    fill([Pattern(live(dana))], [Person(dana.pk, dana.organization_id)], 2)
    last = Ticket.objects.latest("pk")

    ticket = make_ticket()

    assert ticket.pk == last.pk + 1


def test_everything_that_hangs_on_a_ticket_is_copied_or_known_to_be_left_out():
    hang_on = {
        relation.related_model
        for relation in Ticket._meta.related_objects
        if relation.related_model not in COPIED
    }

    assert {model._meta.label for model in hang_on} == LEFT_OUT
