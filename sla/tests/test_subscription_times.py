"""When reports are due by their reader's clock, on both sides of its changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla import zones
from sla.subscription_times import Rhythm

NEW_YORK, BERLIN = zones.zone("America/New_York"), zones.zone("Europe/Berlin")


def daily(hour=7, zone=NEW_YORK):
    return Rhythm(hour=hour, zone=zone)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def nexts(rhythm, after, number):
    found = []
    for _time in range(number):
        after = rhythm.next(after)
        found.append(after)
    return found


def test_seven_is_seven_on_both_sides_of_a_change_of_clocks():
    found = nexts(daily(), utc("2026-03-06T12:00"), 3)

    assert found == [utc("2026-03-07T12:00"), utc("2026-03-08T11:00"), utc("2026-03-09T11:00")]


def test_an_hour_that_is_skipped_is_due_when_it_would_have_been():
    # On 8 March clocks go from 2 to 3.
    found = nexts(daily(hour=2), utc("2026-03-07T00:00"), 3)

    assert found == [utc("2026-03-07T07:00"), utc("2026-03-08T07:00"), utc("2026-03-09T06:00")]


def test_an_hour_that_comes_twice_is_due_once_and_the_first_time():
    # On 1 November clocks go from 2 back to 1.
    found = nexts(daily(hour=1), utc("2026-10-31T06:00"), 2)

    assert found == [utc("2026-11-01T05:00"), utc("2026-11-02T06:00")]


def test_a_week_is_due_on_its_weekday():
    mondays = Rhythm(hour=7, zone=BERLIN, weekday=0)

    assert nexts(mondays, utc("2026-10-20T00:00"), 2) == [
        utc("2026-10-26T06:00"),  # winter time since the day before
        utc("2026-11-02T06:00"),
    ]
    assert mondays.latest(utc("2026-10-26T05:59")) == utc("2026-10-19T05:00")


def test_it_is_about_the_day_or_the_week_before_from_monday_to_sunday():
    at = utc("2026-11-04T12:00")  # a Wednesday

    day = daily().period(at)
    week = Rhythm(hour=7, zone=NEW_YORK, weekday=2).period(at)

    assert (day.first, day.last) == (date(2026, 11, 3), date(2026, 11, 3))
    assert (week.first, week.last) == (date(2026, 10, 26), date(2026, 11, 1))
    assert week.until - week.since == timedelta(days=7, hours=1)


def test_a_day_that_a_zone_never_had_is_not_reported_at_a_time_of_its_own():
    # Samoa went from 29 to 31 December 2011.
    apia = daily(zone=zones.zone("Pacific/Apia"))

    found = nexts(apia, utc("2011-12-29T00:00"), 2)

    assert [at.astimezone(apia.zone).isoformat() for at in found] == [
        "2011-12-29T07:00:00-10:00",
        "2011-12-31T07:00:00+14:00",
    ]


@pytest.mark.parametrize("zone", [NEW_YORK, BERLIN, zones.zone("Australia/Lord_Howe")])
@given(
    seconds=st.integers(0, 3 * 366 * 86400),
    hour=st.integers(0, 23),
    weekday=st.none() | st.integers(0, 6),
)
def test_next_and_latest_meet(zone, seconds, hour, weekday):
    rhythm = Rhythm(hour=hour, zone=zone, weekday=weekday)
    now = utc("2024-01-01T00:00") + timedelta(seconds=seconds)

    latest, following = rhythm.latest(now), rhythm.next(now)

    assert latest <= now < following
    assert rhythm.next(latest) == following
    assert rhythm.latest(following) == following
    length = timedelta(days=1 if weekday is None else 7)
    assert abs((following - latest) - length) <= timedelta(hours=2)
    before, after = rhythm.period(latest), rhythm.period(following)
    assert before.last + timedelta(days=1) == after.first
