"""Mending stored promises: what the log says is stored, breaches are kept on record."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from sla import repair
from sla.models import Breach, Clock, Difference, Verdict
from sla.proof_words import in_words
from sla.sweep import sweep
from sla.tests.standings import START, after, clock_of
from tickets import services
from tickets.clock import NEVER
from tickets.mail.models import Notice
from tickets.models import Event, Ticket


def whole(ticket):
    """All that is stored of a ticket's promises, but for keys and when it was noticed."""
    clocks = Clock.objects.filter(ticket=ticket).order_by("metric", "cycle")
    standing = Breach.objects.standing().filter(clock__ticket=ticket).order_by("breached_at")
    verdicts = Verdict.objects.filter(ticket=ticket).order_by("metric", "clock__cycle")
    ticket = Ticket.objects.get(pk=ticket.pk)
    return (
        [{**row, "id": None} for row in clocks.values()],
        [{**row, "clock_id": None, "breach_id": None} for row in verdicts.values()],
        list(standing.values_list("clock__metric", "breached_at")),
        (ticket.next_due_at, ticket.queue_rank, ticket.status),
    )


def without_breaches(ticket):
    Verdict.objects.filter(ticket=ticket, breach__isnull=False).delete()
    Breach.objects.filter(clock__ticket=ticket).delete()


@pytest.fixture
def late(make_ticket, alex, time):
    """Answered late, and swept."""
    ticket = make_ticket(level=1)
    sweep(time.advance(hours=2))
    services.assign(ticket, by=alex, to=alex)
    services.reply(ticket, by=alex, body="Done.")
    return ticket


@pytest.mark.parametrize(
    "change",
    [
        lambda ticket: Clock.objects.filter(ticket=ticket, metric="resolution").update(
            due_at=after(hours=20), target_seconds=5
        ),
        lambda ticket: Clock.objects.filter(ticket=ticket, metric="first_response").update(
            breached_at=None
        ),
        lambda ticket: Breach.objects.filter(clock__ticket=ticket).update(breached_at=START),
        lambda ticket: without_breaches(ticket),
        lambda ticket: Clock.objects.filter(ticket=ticket, metric="resolution").delete(),
        lambda ticket: Verdict.objects.filter(ticket=ticket).delete(),
        lambda ticket: Verdict.objects.filter(ticket=ticket).update(took_seconds=None),
        lambda ticket: Verdict.objects.filter(ticket=ticket).update(restricted=True, assignee=None),
        lambda ticket: Verdict.objects.create(
            clock=clock_of(ticket, "resolution"),
            **Verdict.objects.values("ticket_id", "level_id", "brand_id", "request_type_id")[0],
            metric="resolution",
            decided_at=START,
            ended_at=START,
            target_seconds=60,
        ),
        lambda ticket: Ticket.objects.filter(pk=ticket.pk).update(next_due_at=NEVER, queue_rank=0),
    ],
    ids=[
        "columns",
        "not broken",
        "misdated",
        "without a breach",
        "missing",
        "not counted",
        "no time taken",
        "counted as others",
        "counted too early",
        "queue",
    ],
)
def test_what_was_changed_by_hand_is_as_it_was(late, time, change):
    before = whole(late)
    change(late)
    assert whole(late) != before

    assert repair.mend(late) != []

    assert whole(late) == before
    assert repair.mend(late) == []


def test_a_breach_of_which_nobody_was_told_is_told(late, time):
    without_breaches(late)
    time.advance(hours=1)

    assert [in_words(found) for found in repair.mend(late)] == [
        "First response: its breach is stored as none; the log says Mon 5 Jan 2026, 11:00 am UTC"
    ]

    [breach] = Breach.objects.all()
    assert (breach.breached_at, breach.detected_at) == (after(hours=1), time.at)
    assert Notice.objects.filter(kind="breached", subject_id=breach.pk).count() == 1


def test_a_breach_that_the_log_does_not_know_is_retracted_never_deleted(make_ticket, time):
    ticket = make_ticket(level=2)
    before = whole(ticket)
    clock, at = clock_of(ticket, "first_response"), after(minutes=30)
    Clock.objects.filter(pk=clock.pk).update(warn_at=at, due_at=at, breached_at=at)
    breach = Breach.objects.create(clock=clock, breached_at=at, detected_at=at)
    time.advance(minutes=31)

    repair.mend(ticket)

    assert whole(ticket) == before
    breach.refresh_from_db()
    assert breach.retracted_at == time.at
    assert breach.retraction_reason != ""


def test_a_clock_too_many_goes_and_one_with_a_breach_ends_void(make_ticket, time):
    ticket = make_ticket(level=2)
    before = whole(ticket)
    clock = clock_of(ticket, "first_response")
    clock.pk, clock.metric = None, "next_response"
    clock.save(force_insert=True)

    repair.mend(ticket)
    assert whole(ticket) == before

    clock.pk, clock.breached_at = None, clock.due_at
    clock.save(force_insert=True)
    time.advance(hours=3)
    sweep(time.at)
    breach = Breach.objects.create(clock=clock, breached_at=clock.breached_at, detected_at=time.at)
    repair.mend(ticket)

    clock.refresh_from_db()
    breach.refresh_from_db()
    assert (clock.stopped_at, clock.stop_kind, clock.due_at) == (time.at, "void", None)
    assert (breach.retracted_at, breach.retraction_reason) == (
        time.at,
        "The ticket's log does not say so.",
    )
    assert repair.mend(ticket) == []


def test_a_log_that_cannot_be_folded_is_mended_by_nobody(make_ticket, time):
    ticket = make_ticket(level=2)
    Event.objects.filter(ticket=ticket).update(data={})
    before = whole(ticket)

    with pytest.raises(repair.CannotMend, match="its log cannot be folded"):
        repair.mend(ticket)

    assert whole(ticket) == before


def test_the_command_says_what_it_mended_and_what_it_could_not(make_ticket, time, capsys):
    wrong, broken = make_ticket(level=3), make_ticket(level=3)
    Ticket.objects.filter(pk=wrong.pk).update(queue_rank=0)
    Event.objects.filter(ticket=broken).update(data={})

    with pytest.raises(CommandError, match=r"Differences are left on 1 tickets\."):
        call_command("sla_verify", "--all", "--repair")

    said = capsys.readouterr()
    rank = "The ticket: the rank in the queue is stored as 0; the log says 1"
    folds = "the log cannot be folded (KeyError: 'level')"
    assert said.out.splitlines() == [
        f"{wrong.number} {rank}",
        f"{broken.number} The ticket: {folds}",
        "2 tickets checked against their logs, 2 differ.",
        f"{wrong.number} mended: {rank}",
    ]
    assert said.err == f"{broken.number} cannot be mended: its log cannot be folded " + (
        "(KeyError: 'level')\n"
    )
    assert [row.ticket for row in Difference.objects.standing()] == [broken]
