"""Periods of whole days, what comes before them, and their weeks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.periods import Period, last_days, last_month, month_of

CHICAGO = ZoneInfo("America/Chicago")
# Clocks are put on at midnight there, so some days begin at one.
SANTIAGO = ZoneInfo("America/Santiago")


def period(first, last, zone=CHICAGO):
    return Period(date.fromisoformat(first), date.fromisoformat(last), zone)


def test_a_period_runs_from_midnight_to_midnight_on_both_sides_of_a_change_of_clocks():
    november = period("2026-11-01", "2026-11-30")

    assert (november.since, november.until) == (
        datetime(2026, 11, 1, 5, tzinfo=UTC),
        datetime(2026, 12, 1, 6, tzinfo=UTC),
    )


def test_a_day_without_midnight_begins_after_it():
    day = period("2026-09-06", "2026-09-06", SANTIAGO)

    assert (day.since, day.until) == (
        datetime(2026, 9, 6, 4, tzinfo=UTC),
        datetime(2026, 9, 7, 3, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("this", "before"),
    [
        (("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2026-11-23", "2026-11-29"), ("2026-11-16", "2026-11-22")),
        (("2026-11-29", "2026-11-29"), ("2026-11-28", "2026-11-28")),
    ],
)
def test_a_period_is_held_against_the_one_before_it(this, before):
    assert period(*this).before == period(*before)


def test_weeks_begin_on_mondays_and_are_cut_by_the_period():
    assert list(period("2026-11-01", "2026-11-17").weeks()) == [
        period("2026-11-01", "2026-11-01"),
        period("2026-11-02", "2026-11-08"),
        period("2026-11-09", "2026-11-15"),
        period("2026-11-16", "2026-11-17"),
    ]


def test_what_is_offered_ends_today_or_with_a_month():
    today = date(2026, 11, 29)

    assert [
        last_days(7, today=today, zone=CHICAGO),
        last_month(today=today, zone=CHICAGO),
        month_of(today, zone=CHICAGO),
    ] == [
        period("2026-11-23", "2026-11-29"),
        period("2026-10-01", "2026-10-31"),
        period("2026-11-01", "2026-11-30"),
    ]


@given(
    first=st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    days=st.integers(0, 366),
    zone=st.sampled_from([CHICAGO, SANTIAGO, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia")]),
)
def test_weeks_fill_a_period_and_what_comes_before_touches_it(first, days, zone):
    this = Period(first, first + timedelta(days), zone)

    weeks = list(this.weeks())

    assert (weeks[0].since, weeks[-1].until) == (this.since, this.until)
    assert [week.until for week in weeks[:-1]] == [week.since for week in weeks[1:]]
    assert this.before.until == this.since
