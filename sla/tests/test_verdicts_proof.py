"""The replay check counts, too: a verdict that is not what its clock came to is found and told."""

from __future__ import annotations

import pytest

from sla import verify
from sla.models import Verdict
from sla.proof_words import in_words
from sla.sweep import sweep
from sla.tests.standings import clock_of
from tickets import services


def differing(ticket):
    [(_kept, found)] = verify.locked([ticket.pk])
    return [in_words(each) for each in found]


@pytest.mark.parametrize(
    "change, said",
    [
        (
            lambda found: found.delete(),
            "it was met or broken Mon 5 Jan 2026, 11:00 am UTC, and is not counted",
        ),
        (
            lambda found: found.update(took_seconds=None),
            "the seconds that it took, as it is counted, is stored as none; the log says 7200",
        ),
        (
            lambda found: found.update(restricted=True),
            "whether it is restricted, as it is counted, is stored as True; the log says False",
        ),
    ],
    ids=["missing", "took nothing", "restricted"],
)
def test_a_verdict_that_is_not_what_its_clock_came_to_is_found(
    make_ticket, alex, time, change, said
):
    ticket = make_ticket(level=1)
    sweep(time.advance(hours=2))
    services.reply(ticket, by=alex, body="Here we are.")
    change(Verdict.objects.filter(ticket=ticket))

    assert differing(ticket) == [f"First response: {said}"]


def test_a_verdict_of_what_is_neither_met_nor_broken_is_found(make_ticket, alex, time):
    ticket = make_ticket(level=1)
    services.reply(ticket, by=alex, body="Here we are.")
    Verdict.objects.filter(ticket=ticket).update(clock=clock_of(ticket, "resolution"))

    assert differing(ticket) == [
        "First response: it was met or broken Mon 5 Jan 2026, 10:00 am UTC, and is not counted",
        "Resolution: it is counted as met or broken Mon 5 Jan 2026, 10:00 am UTC, which it was not",
    ]
