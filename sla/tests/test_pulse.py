"""How promises are looked after, as managers read it: well, or what is wrong and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla import pulse, verify
from sla.models import Verification
from sla.sweep import sweep
from sla.tasks import sweep as sweep_task
from sla.tests.managers import BREACHED, read, signed_in
from tickets import clock, heartbeat
from tickets.catalog.models import Brand
from tickets.mail.models import Notice, OutboundEmail
from tickets.models import Ticket

DIFFERENCES = "/admin/sla/differences/"


def signs():
    return pulse.signs(list(Brand.objects.values_list("pk", flat=True)), now=clock.now())


def wrong():
    return [sign.words for sign in signs() if not sign.is_well]


@pytest.fixture
def well(time, db):
    """Everything is looked after: all jobs have just run, and the log was replayed."""
    beat_and_jobs(time)
    verify.finish(verify.begin(Verification.Scope.ALL))


def beat_and_jobs(time, *jobs):
    for job in jobs or (heartbeat.BEAT, pulse.SWEEP, "tickets.mail.tasks.relay"):
        heartbeat.write(job, at=time.at)


def test_all_is_well(well, time):
    time.advance(seconds=9)

    assert [(sign.words, sign.is_well, sign.url) for sign in signs()] == [
        ("Checked 9 s ago", True, ""),
        ("0 late and not recorded", True, ""),
        ("Mail queue 0", True, ""),
        (
            "Held against the log Mon 5 Jan 2026, 10:00 am UTC: 0 tickets",
            True,
            DIFFERENCES,
        ),
        ("0 differences", True, DIFFERENCES),
    ]


def test_every_sweep_says_when_it_was_to_the_second_in_one_more_query(well, time):
    with CaptureQueriesContext(connection) as alone:
        sweep(time.at)

    for _run in range(3):
        time.advance(seconds=1)
        with CaptureQueriesContext(connection) as asked:
            sweep_task()
        assert signs()[0].words == "Checked 0 s ago"
        assert len(asked) == len(alone) + 1


def test_nobody_has_ever_checked(time, db):
    assert wrong() == [
        "Nobody has checked promises yet: beat or a worker is down",
        "Not yet held against the log",
    ]


def test_four_sweeps_that_are_missing_are_told(well, time, settings):
    settings.SWEEP_SECONDS = 15

    time.advance(seconds=60)
    assert wrong() == []

    time.advance(seconds=121)
    assert wrong() == [
        "Nobody has checked promises for 3 min: "
        "beat is down, or cannot reach the database; perhaps the workers, too"
    ]


def test_while_beat_goes_on_it_is_not_to_blame(well, time):
    time.advance(minutes=2)
    beat_and_jobs(time, heartbeat.BEAT)

    assert wrong() == [
        "Nobody has checked promises for 2 min: "
        "beat is up, so the workers or Redis are down, or the sweep fails"
    ]


def test_while_other_jobs_run_the_sweep_itself_fails(well, time):
    time.advance(minutes=2)
    beat_and_jobs(time, heartbeat.BEAT, "tickets.mail.tasks.relay")

    assert wrong() == [
        "Nobody has checked promises for 2 min: "
        "other jobs run, so the sweep itself fails; the workers' log says why"
    ]


def test_without_celery_nothing_is_said_of_beat(time, db):
    beat_and_jobs(time, pulse.SWEEP)
    time.advance(days=3)

    assert wrong()[0] == "Nobody has checked promises for 3 d: beat or a worker is down"


def test_what_is_late_and_not_recorded_is_counted(well, make_ticket, time):
    make_ticket(level=1)
    time.advance(hours=1, seconds=60)
    beat_and_jobs(time)
    Notice.objects.all().delete()
    assert wrong() == []

    time.advance(seconds=1)
    assert wrong() == ["1 late and not recorded as broken"]

    sweep(time.at)
    assert wrong() == []


def test_it_is_counted_no_further_than_anybody_wants_to_know(well, make_ticket, time):
    for _number in range(100):
        make_ticket(level=1)
    time.advance(hours=2)
    beat_and_jobs(time)
    Notice.objects.all().delete()

    assert wrong() == ["99+ late and not recorded as broken"]


def test_mail_that_waits_too_long_is_told_and_mail_that_was_refused_is_not(
    well, make_ticket, time, settings
):
    make_ticket()
    time.advance(minutes=3)
    beat_and_jobs(time)
    assert ([sign.words for sign in signs()][2], wrong()) == ("Mail queue 1", [])

    time.advance(minutes=2)
    beat_and_jobs(time)
    assert wrong() == ["Mail queue 1: the first has waited for 5 min"]

    Notice.objects.update(expanded_at=time.at)
    OutboundEmail.objects.create(
        kind="replied",
        recipient="dana@example.com",
        message_id="one",
        created_at=time.at - timedelta(hours=1),
        next_try_at=time.at + timedelta(minutes=1),
    )
    assert ([sign.words for sign in signs()][2], wrong()) == ("Mail queue 0", [])


def test_a_replay_that_is_too_old_is_told_and_one_of_a_ticket_does_not_count(well, time):
    time.advance(days=2, seconds=1)
    beat_and_jobs(time)
    verify.finish(verify.begin(Verification.Scope.TICKET))
    assert wrong() == [
        "Last held against the log Mon 5 Jan 2026, 10:00 am UTC: that is too long ago"
    ]

    verify.finish(verify.begin(Verification.Scope.NIGHT))
    assert wrong() == []


@pytest.fixture
def differing(well, make_ticket, time):
    ticket, restricted = make_ticket(level=3), make_ticket(level=3, about="legal")
    Notice.objects.all().delete()
    Ticket.objects.update(queue_rank=0)
    with pytest.raises(CommandError, match="Differences are left on 2 tickets"):
        call_command("sla_verify", "--all", verbosity=0)
    return ticket, restricted


def test_differences_are_told_and_lead_to_their_list(differing, morgan):
    page = read(BREACHED, morgan)

    assert [(sign.words, sign.url) for sign in page.context["signs"] if not sign.is_well] == [
        ("2 differences", DIFFERENCES)
    ]
    listed = read(DIFFERENCES, morgan).context["lines"]
    assert len(listed) == 2


def test_of_a_restricted_ticket_only_the_number_is_listed(differing, morgan):
    ticket, restricted = differing
    words = "The ticket: the rank in the queue is stored as 0; the log says 1"

    lines = read(DIFFERENCES, morgan).context["lines"]

    assert [(line.number, line.subject, line.words, line.url) for line in lines] == [
        (restricted.number, "Restricted", words, ""),
        (ticket.number, "Wrong schedule", words, f"/admin/tickets/ticket/{ticket.pk}/change/"),
    ]


def test_of_a_brand_that_others_serve_nothing_is_counted_or_listed(
    differing, make_team, make_user, morgan
):
    make_team("Others", members=[make_user("Olga", role="agent")], brands=["perfectserve"])

    assert [sign.words for sign in read(BREACHED, morgan).context["signs"]][-1] == "0 differences"
    assert read(DIFFERENCES, morgan).context["lines"] == []


@pytest.mark.parametrize("place", ["", "nonsense", "9" * 30, "٣"])
def test_a_list_of_differences_begins_at_the_newest_for_any_nonsense(differing, morgan, place):
    assert len(read(DIFFERENCES, morgan, after=place).context["lines"]) == 2


def test_one_difference_and_three_take_as_many_queries(
    differing, morgan, make_ticket, django_assert_num_queries
):
    browser = signed_in(morgan)
    browser.get(DIFFERENCES)
    with CaptureQueriesContext(connection) as two:
        browser.get(DIFFERENCES)
    make_ticket(level=3)
    Ticket.objects.update(queue_rank=0)
    with pytest.raises(CommandError, match="Differences are left on 3 tickets"):
        call_command("sla_verify", "--all", verbosity=0)

    with django_assert_num_queries(len(two)):
        assert len(browser.get(DIFFERENCES).context["lines"]) == 3


def test_more_than_a_page_of_differences_goes_on_on_the_next(well, make_ticket, morgan, time):
    for _number in range(51):
        make_ticket(level=3)
    Ticket.objects.update(queue_rank=0)
    with pytest.raises(CommandError, match="Differences are left on 51 tickets"):
        call_command("sla_verify", "--all", verbosity=0)

    first = read(DIFFERENCES, morgan)
    rest = read(DIFFERENCES, morgan, after=first.context["next"])

    numbers = [line.number for page in (first, rest) for line in page.context["lines"]]
    assert (len(first.context["lines"]), rest.context["next"]) == (50, None)
    assert len(set(numbers)) == len(numbers) == 51


def test_the_desks_home_says_it_to_who_may_see_breaches_alone(well, make_user, alex):
    robin = make_user("Robin", role="administrator")

    assert "Checked 0 s ago" in signed_in(robin).get("/admin/").content.decode()
    assert "Checked" not in signed_in(alex).get("/admin/").content.decode()


def test_readiness_does_not_take_beat_for_a_worker(time, db, client):
    heartbeat.write(heartbeat.BEAT, at=time.at)

    assert client.get("/readyz").json()["worker"] == "late"
