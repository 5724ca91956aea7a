"""The replay check: whatever is stored and the log does not say is found, and told in words."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import history, verify
from sla.models import Breach, Calendar, Clock, Difference, Verdict, Verification
from sla.proof_words import in_words
from sla.sweep import sweep
from sla.tests.standings import START, after, clock_of
from tickets import services
from tickets.clock import NEVER
from tickets.models import Event, Ticket

FIRST, SOLVED = "first_response", "resolution"


def checked(*tickets):
    """Check these tickets and return what of each differs, in words, with the check."""
    verification = verify.begin(Verification.Scope.SAMPLE)
    step = verify.check(verification, sorted(ticket.pk for ticket in tickets))
    verify.finish(verification)
    assert (verification.checked, verification.differing) == (step.checked, len(step.differing))
    return {ticket: [in_words(each) for each in found] for ticket, found in step.differing}


@pytest.fixture
def lived(make_ticket, alex, dana, time):
    """Tickets at every stand: running, paused, late, late and swept, solved, opened again."""
    running, paused, late = make_ticket(level=4), make_ticket(level=3), make_ticket(level=1)
    services.reply(paused, by=alex, body="Which group?")
    services.set_status(paused, by=alex, to="pending")
    time.advance(hours=2)
    sweep(time.at)
    solved, again = make_ticket(level=2), make_ticket(level=2)
    for ticket in (solved, again):
        services.reply(ticket, by=alex, body="Done.")
        services.set_status(ticket, by=alex, to="solved")
    time.advance(hours=3)
    services.set_status(again, by=dana, to="open")
    services.set_level(again, by=alex, to=1, reason="More people.")
    return running, paused, late, solved, again


def test_what_the_verbs_and_the_sweep_stored_is_what_the_logs_say(lived):
    assert checked(*lived) == {}
    assert Difference.objects.count() == 0


@pytest.mark.parametrize(
    "column, wrong, said",
    [
        ("level_id", 3, "the level is stored as 3; the log says 2"),
        ("target_seconds", 60, "the target in seconds is stored as 60; the log says 7200"),
        (
            "started_at",
            after(minutes=-1),
            "the start is stored as Mon 5 Jan 2026, 9:59 am UTC; "
            "the log says Mon 5 Jan 2026, 10:00 am UTC",
        ),
        (
            "effective_from",
            after(minutes=1),
            "what it counts from is stored as Mon 5 Jan 2026, 10:01 am UTC; "
            "the log says Mon 5 Jan 2026, 10:00 am UTC",
        ),
        (
            "due_at",
            after(hours=3),
            "the due time is stored as Mon 5 Jan 2026, 1:00 pm UTC; "
            "the log says Mon 5 Jan 2026, 12:00 pm UTC",
        ),
        (
            "warn_at",
            after(hours=1),
            "the time of the warning is stored as Mon 5 Jan 2026, 11:00 am UTC; "
            "the log says Mon 5 Jan 2026, 11:30 am UTC",
        ),
    ],
)
def test_a_wrong_column_is_found(make_ticket, time, column, wrong, said):
    ticket = make_ticket(level=2)
    Clock.objects.filter(ticket=ticket, metric=FIRST).update(**{column: wrong})

    assert checked(ticket) == {ticket: [f"First response: {said}"]}

    [row] = Difference.objects.standing()
    assert (row.ticket, row.metric, row.cycle, row.what) == (ticket, FIRST, 1, column)


def test_a_wrong_policy_version_is_found(make_ticket, time):
    ticket = make_ticket(level=2)
    clock = clock_of(ticket, FIRST)
    right = clock.policy_version
    wrong = right.policy.versions.create(
        number=right.number + 1, reopen="resume", retarget="from_start", created_at=after(days=1)
    )
    Clock.objects.filter(pk=clock.pk).update(policy_version=wrong)

    assert checked(ticket) == {
        ticket: [
            f"First response: the policy version is stored as {wrong.pk}; the log says {right.pk}"
        ]
    }


def test_a_wrong_calendar_version_is_found(make_ticket, time):
    ticket = make_ticket(level=2)
    calendar = Calendar.objects.create(key="office", name="Office")
    wrong = calendar.versions.create(number=1, zone="UTC", always_open=True, created_at=START)
    Clock.objects.filter(ticket=ticket, metric=FIRST).update(calendar_version=wrong)

    assert checked(ticket) == {
        ticket: [f"First response: the calendar version is stored as {wrong.pk}; the log says none"]
    }


def test_a_stop_that_nothing_in_the_log_made_is_found(make_ticket, time):
    ticket = make_ticket(level=2)
    Clock.objects.filter(ticket=ticket, metric=FIRST).update(
        stopped_at=after(hours=1), stop_kind="met"
    )

    assert checked(ticket) == {
        ticket: [
            "First response: the end is stored as Mon 5 Jan 2026, 11:00 am UTC; the log says none",
            "First response: how it ended is stored as “met”; the log says none",
        ]
    }


def test_a_pause_that_nothing_in_the_log_made_is_found(make_ticket, time):
    ticket = make_ticket(level=2)
    Clock.objects.filter(ticket=ticket, metric=SOLVED).update(
        paused_since=after(hours=1), due_at=None
    )

    assert checked(ticket) == {
        ticket: [
            "Resolution: the due time is stored as none; the log says Thu 8 Jan 2026, 10:00 am UTC",
            "Resolution: the begin of the pause is stored as Mon 5 Jan 2026, 11:00 am UTC; "
            "the log says none",
        ]
    }


def test_a_breach_that_the_log_does_not_know_is_found_with_its_clock(make_ticket, time):
    ticket = make_ticket(level=2)
    clock = clock_of(ticket, FIRST)
    Clock.objects.filter(pk=clock.pk).update(breached_at=clock.due_at)
    time.advance(hours=1)
    Breach.objects.create(clock=clock, breached_at=START, detected_at=time.at)

    assert checked(ticket) == {
        ticket: [
            "First response: when it was broken is stored as Mon 5 Jan 2026, 12:00 pm UTC; "
            "the log says none",
            "First response: its breach is stored as Mon 5 Jan 2026, 10:00 am UTC; "
            "the log says none",
        ]
    }


def without(breaches):
    Verdict.objects.filter(breach__in=breaches).delete()
    breaches.delete()


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda found: found.update(breached_at=START), "Mon 5 Jan 2026, 10:00 am UTC"),
        (lambda found: found.update(retracted_at=after(hours=2), retraction_reason="So."), "none"),
        (lambda found: without(found), "none"),
    ],
    ids=["misdated", "retracted", "deleted"],
)
def test_a_breach_that_does_not_stand_as_its_clock_says_is_found(make_ticket, time, change, said):
    ticket = make_ticket(level=1)
    sweep(time.advance(hours=2))
    change(Breach.objects.filter(clock__ticket=ticket))

    assert checked(ticket) == {
        ticket: [
            f"First response: its breach is stored as {said}; "
            "the log says Mon 5 Jan 2026, 11:00 am UTC"
        ]
    }


def test_a_clock_that_is_missing_and_one_too_many_are_found(make_ticket, time):
    ticket = make_ticket(level=1)
    clock = clock_of(ticket, FIRST)
    clock.metric = "next_response"
    clock.save(update_fields=["metric"])

    assert checked(ticket) == {
        ticket: [
            "First response: no clock is stored; by the log there is one",
            "Next response: a clock is stored; by the log there is none",
        ]
    }


def test_a_wrong_place_in_the_queue_is_found(make_ticket, time):
    ticket = make_ticket(level=3)
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=NEVER, queue_rank=0)

    assert checked(ticket) == {
        ticket: [
            "The ticket: the next due time in the queue is stored as none; "
            "the log says Mon 5 Jan 2026, 2:00 pm UTC",
            "The ticket: the rank in the queue is stored as 0; the log says 1",
        ]
    }


def test_a_log_that_cannot_be_folded_is_named_and_keeps_no_other_from_being_checked(
    make_ticket, time
):
    broken, wrong = make_ticket(), make_ticket(level=3)
    Event.objects.filter(ticket=broken).update(data={})
    Ticket.objects.filter(pk=wrong.pk).update(queue_rank=0)

    assert checked(broken, wrong) == {
        broken: ["The ticket: the log cannot be folded (KeyError: 'level')"],
        wrong: ["The ticket: the rank in the queue is stored as 0; the log says 1"],
    }


def test_a_deadline_is_no_difference_until_sweeps_should_have_come(make_ticket, time, settings):
    settings.SWEEP_SECONDS = 15
    ticket = make_ticket(level=1)

    time.advance(hours=1, seconds=59)
    assert checked(ticket) == {}

    time.advance(seconds=1)
    assert checked(ticket) == {
        ticket: [
            "First response: it was missed Mon 5 Jan 2026, 11:00 am UTC, "
            "and no sweep has recorded that"
        ]
    }


def test_a_difference_stands_until_it_is_gone_and_is_listed_once(make_ticket, time):
    ticket = make_ticket(level=3)
    Ticket.objects.filter(pk=ticket.pk).update(queue_rank=0)
    checked(ticket)
    checked(ticket)

    assert Difference.objects.standing().count() == Difference.objects.count() == 1

    Ticket.objects.filter(pk=ticket.pk).update(queue_rank=1)
    time.advance(hours=1)
    checked(ticket)

    assert [row.settled_at for row in Difference.objects.all()] == [time.at]


def test_one_ticket_and_three_are_checked_in_as_many_queries(lived, time):
    def queries(*tickets):
        verification = verify.begin(Verification.Scope.SAMPLE)
        with CaptureQueriesContext(connection) as asked:
            verify.check(verification, sorted(ticket.pk for ticket in tickets))
        return len(asked)

    assert queries(lived[0]) == queries(*lived)

    Ticket.objects.update(queue_rank=5)
    assert queries(lived[0]) == queries(*lived[1:4])


def test_a_verb_between_two_reads_is_no_false_alarm(make_ticket, alex, time, monkeypatch):
    """What was read is made stale by a reply before it is compared; the second look knows."""
    ticket = make_ticket(level=1)
    read, looks = history.logs, []

    def read_late(tickets):
        looks.append("look")
        if looks == ["look"]:
            services.reply(ticket, by=alex, body="Done.")
        return read(tickets)

    monkeypatch.setattr(verify.history, "logs", read_late)

    assert checked(ticket) == {}
    assert looks == ["look"] * 3  # the verb itself reads the log, too


def test_who_comes_second_to_a_batch_notes_nothing(make_ticket, time):
    ticket = make_ticket(level=3)
    Ticket.objects.filter(pk=ticket.pk).update(queue_rank=0)
    first = verify.begin(Verification.Scope.NIGHT)
    second = Verification.objects.get(pk=first.pk)

    assert verify.check(first, [ticket.pk]).checked == 1
    assert verify.check(second, [ticket.pk]) is None

    assert Verification.objects.values_list("checked", "differing").get() == (1, 1)


@pytest.fixture
def run(capsys):
    """Run the command; returns what it said, and what it ended with."""

    def run(*arguments):
        ended = ""
        try:
            call_command("sla_verify", *arguments)
        except CommandError as failed:
            ended = str(failed)
        said = capsys.readouterr()
        return (said.out + said.err).splitlines(), ended

    return run


@pytest.mark.parametrize("arguments", [["--all"], ["--sample", "100"], []])
def test_the_command_finds_nothing_where_nothing_differs(run, lived, arguments):
    assert run(*arguments) == (["5 tickets checked against their logs, 0 differ."], "")


def test_the_command_lists_differences_and_ends_with_an_error(run, lived, time, monkeypatch):
    monkeypatch.setattr(verify, "BATCH", 2)
    Ticket.objects.filter(pk=lived[3].pk).update(queue_rank=4)

    assert run("--all") == (
        [
            f"{lived[3].number} The ticket: the rank in the queue is stored as 4; the log says 1",
            "5 tickets checked against their logs, 1 differ.",
        ],
        "Differences are left on 1 tickets.",
    )
    [row] = Verification.objects.all()
    assert (row.scope, row.checked, row.differing, row.finished_at) == ("all", 5, 1, time.at)


def test_one_ticket_is_checked_by_its_number(run, lived):
    assert run("--ticket", lived[0].number.lower()) == (
        ["1 tickets checked against their logs, 0 differ."],
        "",
    )


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--ticket", "x"], "“x” is no ticket number; they look like PS-1042."),
        (["--ticket", "PS-999999999"], "There is no ticket PS-999999999."),
        (["--sample", "0"], "--sample takes a number of tickets, 1 or more."),
    ],
)
def test_what_cannot_be_checked_is_said(run, db, arguments, said):
    assert run(*arguments) == ([], said)


def test_a_sample_is_as_large_as_asked(run, lived):
    assert run("--sample", "3")[0] == ["3 tickets checked against their logs, 0 differ."]
