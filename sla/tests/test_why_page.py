"""Why is it due then? The steps of each promise, told to staff who see the ticket."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sla.models import Calendar, PolicyVersion, Target
from sla.sweep import sweep
from sla.tests.managers import DUE, lines, read, signed_in
from tickets import services


def address(ticket):
    return f"/admin/sla/tickets/{ticket.pk}/why/"


def told(response):
    """Every clock with how it stands, and its sentences with what people said."""
    return {
        each.what: (
            each.words,
            [" ".join([line.sentence, line.note]).strip() for line in each.lines],
        )
        for each in response.context["explained"]
    }


@pytest.fixture
def in_utc(make_user):
    """An agent who reads times as the log has them."""
    return make_user("Uma", role="agent", time_zone="UTC")


BEGINS = (
    "Counting from Mon 5 Jan 2026, 10:00 am UTC: level 2 has {} h round the clock, "
    "says the policy Standard, version 1. By Dana"
)
RAN = "Counted from Mon 5 Jan 2026, {} UTC to Mon 5 Jan 2026, {} UTC: {} in all, {} left."
RAISED = (
    "The level became 1 at Mon 5 Jan 2026, 10:30 am UTC: level 1 has {} h round the clock, "
    "says the policy Standard, version 1. It counts from the start. By Alex: Two wards wait."
)
WARNED = "Worth a warning at {} UTC: 75 % of a target are used up."


@pytest.fixture
def story(make_ticket, alex, time):
    """Filed at 10:00, raised at 10:30, answered at 10:45, pending until 12:45; it is 13:00."""
    ticket = make_ticket(level=2)
    time.advance(minutes=30)
    services.set_level(ticket, by=alex, to=1, reason="Two wards wait.")
    time.advance(minutes=15)
    services.reply(ticket, by=alex, body="Which wards?")
    services.set_status(ticket, by=alex, to="pending")
    time.advance(hours=2)
    services.set_status(ticket, by=alex, to="open")
    time.advance(minutes=15)
    return ticket


def test_a_promise_that_was_kept_is_told_to_when_it_would_have_been_due(story, in_utc):
    assert told(signed_in(in_utc).get(address(story)))["First response"] == (
        "Met",
        [
            BEGINS.format(2),
            RAN.format("10:00 am", "10:30 am", "30 min; 30 min", "30 min"),
            RAISED.format(1),
            RAN.format("10:30 am", "10:45 am", "15 min; 45 min", "15 min"),
            "Met at Mon 5 Jan 2026, 10:45 am UTC: an agent answered. By Alex",
            WARNED.format("Mon 5 Jan 2026, 10:45 am"),
            "Would have counted from Mon 5 Jan 2026, 10:45 am UTC to "
            "Mon 5 Jan 2026, 11:00 am UTC: 15 min; 1 h in all, 0 min left.",
            "Would have been due at Mon 5 Jan 2026, 11:00 am UTC: 1 h round the clock from "
            "Mon 5 Jan 2026, 10:00 am UTC on are used up.",
        ],
    )


def test_a_promise_that_runs_is_told_through_pauses_and_levels_to_its_due_time(story, in_utc):
    assert told(signed_in(in_utc).get(address(story)))["Resolution"] == (
        "Running",
        [
            BEGINS.format(72),
            RAN.format("10:00 am", "10:30 am", "30 min; 30 min", "23 h 30 min"),
            RAISED.format(24),
            RAN.format("10:30 am", "10:45 am", "15 min; 45 min", "23 h 15 min"),
            "Paused from Mon 5 Jan 2026, 10:45 am UTC to Mon 5 Jan 2026, 12:45 pm UTC, "
            "while it was pending. By Alex",
            RAN.format("12:45 pm", "1:00 pm", "15 min; 1 h", "23 h"),
            "Will count from Mon 5 Jan 2026, 1:00 pm UTC to Tue 6 Jan 2026, 6:00 am UTC: "
            "17 h; 18 h in all, 6 h left.",
            WARNED.format("Tue 6 Jan 2026, 6:00 am"),
            "Will count from Tue 6 Jan 2026, 6:00 am UTC to Tue 6 Jan 2026, 12:00 pm UTC: "
            "6 h; 24 h in all, 0 min left.",
            "Due at Tue 6 Jan 2026, 12:00 pm UTC: 24 h round the clock from "
            "Mon 5 Jan 2026, 10:00 am UTC on are used up.",
        ],
    )


def test_lengths_are_told_to_the_second_though_the_log_is_finer(make_ticket, in_utc, time):
    ticket = make_ticket(level=1)
    time.advance(minutes=30, milliseconds=400)

    [_begun, ran, *_ahead] = told(signed_in(in_utc).get(address(ticket)))["First response"][1]

    assert ran == RAN.format("10:00 am", "10:30 am", "30 min; 30 min", "30 min")


def test_the_due_times_are_those_that_are_stored(make_ticket, alex, in_utc, time):
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    services.set_level(ticket, by=alex, to=3, reason="One person.")

    found = signed_in(in_utc).get(address(ticket)).context["explained"]

    assert [each.due_at for each in found] == [
        clock.due_at for clock in ticket.clocks.order_by("metric")
    ]
    assert [each.words for each in found] == ["Missed", "Running"]


def test_who_may_read_policies_is_led_to_the_version(make_ticket, morgan, in_utc, time):
    ticket = make_ticket()
    version = ticket.clocks.first().policy_version

    def links(user):
        found = signed_in(user).get(address(ticket)).context["explained"]
        return {(line.policy, line.url) for each in found for line in each.lines if line.url}

    assert links(morgan) == {
        ("Standard, version 1", f"/admin/sla/policyversion/{version.pk}/change/")
    }
    assert links(in_utc) == set()


def test_who_sees_the_ticket_on_the_desk_finds_it(make_ticket, make_user, dana, alex, time):
    ticket, restricted = make_ticket(), make_ticket(about="legal")
    reader = make_user("Rita", role="read_only")

    def statuses(user):
        browser = signed_in(user)
        return [browser.get(address(each)).status_code for each in (ticket, restricted)]

    assert [statuses(user) for user in (dana, alex, reader)] == [
        [404, 404],
        [200, 404],
        [200, 404],
    ]


def test_the_ticket_and_the_managers_lists_lead_to_it_and_customers_pages_do_not(
    make_ticket, alex, morgan, dana, time
):
    ticket, restricted = make_ticket(), make_ticket(about="legal")
    link = f'href="{address(ticket)}"'

    assert (
        link in signed_in(alex).get(f"/admin/tickets/ticket/{ticket.pk}/change/").content.decode()
    )
    assert link not in signed_in(dana).get(f"/tickets/{ticket.pk}/").content.decode()
    urls = {line.number: line.why_url for line in lines(read(DUE, morgan))}
    assert urls == {ticket.number: address(ticket), restricted.number: ""}


def test_a_long_story_costs_as_many_queries_as_a_short_one(make_ticket, alex, morgan, time):
    short, long = make_ticket(), make_ticket()
    for _number in range(5):
        time.advance(hours=1)
        services.set_status(long, by=alex, to="pending")
        services.set_status(long, by=alex, to="open")
    browser = signed_in(morgan)
    browser.get(address(short))

    counts = []
    for ticket in (short, long):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address(ticket)).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 15


def test_the_wall_of_a_calendar_elsewhere_is_read_beside_ones_own(make_ticket, in_utc, time):
    office = Calendar.objects.create(key="office", name="Office")
    hours = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    office.versions.create(
        number=1, zone="America/New_York", weekly=hours, created_at=time.advance(hours=-2)
    )
    Target.objects.filter(metric="first_response").update(calendar=office)
    PolicyVersion.objects.update(created_at=time.at)

    found = told(signed_in(in_utc).get(address(make_ticket(level=1))))["First response"][1]

    assert found[-1] == (
        "Due at Mon 5 Jan 2026, 3:00 pm UTC (there Mon 5 Jan 2026, 10:00 am EST): "
        "1 h by the calendar Office, version 1 from "
        "Mon 5 Jan 2026, 8:00 am UTC (there Mon 5 Jan 2026, 3:00 am EST) on are used up."
    )
