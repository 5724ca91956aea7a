"""Days that narrow the managers' lists: in whose zone, and what is said of days there cannot be."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sla.forms import VerdictFilterForm
from sla.periods import Period
from sla.scope import Scope
from sla.sweep import sweep
from sla.tests.managers import BREACHED, DECIDED, file, lines, promises, read
from sla.tests.standings import after

JANUARY = {"first": "2026-01-01", "last": "2026-01-31"}


def form_of(reader, **params):
    return VerdictFilterForm(params, scope=Scope.of(reader))


def test_days_are_those_of_the_zone_that_the_address_names(morgan):
    form = form_of(morgan, **JANUARY, zone="America/Chicago")

    chicago = ZoneInfo("America/Chicago")
    assert form.period == Period(date(2026, 1, 1), date(2026, 1, 31), form.period.zone)
    assert form.period.zone.key == "America/Chicago"
    assert form.lookups(now=after()) == {
        "decided_at__gte": timezone.datetime(2026, 1, 1, tzinfo=chicago),
        "decided_at__lt": timezone.datetime(2026, 2, 1, tzinfo=chicago),
    }
    assert list(form.in_words()) == [("first", "1 Jan 2026 to 31 Jan 2026, America/Chicago")]


def test_without_one_they_are_the_readers_and_the_address_says_so_from_then_on(morgan, settings):
    with timezone.override("Pacific/Auckland"):
        form = form_of(morgan, **JANUARY)

    assert form.chosen() == {
        "first": date(2026, 1, 1),
        "last": date(2026, 1, 31),
        "zone": "Pacific/Auckland",
    }
    assert form.without("first") == {}


def test_a_promise_belongs_to_the_day_on_which_it_was_broken_there(make_ticket, morgan, time):
    time.at = after(hours=13, minutes=30)
    ticket = make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)
    day = {"first": "2026-01-06", "last": "2026-01-06"}

    assert promises(read(BREACHED, morgan, **day, zone="UTC")) == [
        (ticket.number, "First response")
    ]
    assert promises(read(BREACHED, morgan, **day, zone="America/Chicago")) == []


@pytest.mark.parametrize(
    "days, field, words",
    [
        ({"first": "2026-01-01"}, "last", "Enter both the first and the last day."),
        ({"last": "2026-01-01"}, "first", "Enter both the first and the last day."),
        (
            {"first": "2026-02-30", "last": "2026-03-01"},
            "first",
            "Enter a day that there is, like 2026-11-30.",
        ),
        (
            {"first": "2026-02-02", "last": "2026-02-01"},
            "last",
            "Enter a last day that is not before the first.",
        ),
        ({"first": "2025-01-01", "last": "2026-01-02"}, "last", "Choose at most 366 days."),
        ({"first": "0001-01-01", "last": "0001-01-02"}, "first", "Choose days from 2000 to 2099."),
        ({**JANUARY, "zone": "Mars/Base"}, "first", "There is no time zone “Mars/Base”."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_listed(
    days, field, words, make_ticket, morgan, time
):
    make_ticket(level=1)
    time.advance(hours=2)
    sweep(time.at)

    response = read(BREACHED, morgan, level=1, **days)

    page = response.content.decode()
    assert lines(response) == []
    assert f'<a href="#id_{field}">{words}</a>' in page
    assert page.partition("<title>")[2].strip().startswith("Error:")
    assert response.context["chips"] == [{"label": "Level: 1", "url": BREACHED}]
    assert {tab["count"] for tab in response.context["tabs"]} <= {None, "0", "1", "2"}


def test_a_leap_year_is_not_too_long(morgan):
    assert form_of(morgan, first="2024-01-01", last="2024-12-31").period.days == 366


def test_no_file_is_made_of_days_that_cannot_be(morgan):
    response = file(DECIDED, morgan, level=1, first="2026-01-02", last="2026-01-01")

    assert response.status_code == 302
    assert response["Location"] == f"{DECIDED}?level=1&first=2026-01-02&last=2026-01-01"
