"""Opening hours: what is open when, through holidays and through what is done to clocks."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla import zones
from sla.calendars import ALWAYS_OPEN, AlwaysOpen
from sla.opening import BeyondHorizon, NeverOpen, NotACalendar, OpeningHours, calendar_of
from sla.tests import openings

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
DAILY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)


def hours(weekly=None, *, tz="UTC", **said):
    return calendar_of({"tz": tz, "weekly": OFFICE if weekly is None else weekly, **said}, key=7)


def every_day(*windows):
    return {day: [list(window) for window in windows] for day in DAILY}


def utc(*when):
    return datetime(*when, tzinfo=UTC)


# What is written


def test_opening_hours_are_read_whole():
    said = {
        "tz": "America/New_York",
        "always_open": False,
        "weekly": {"mon": [["13:00", "17:00"], ["09:00", "12:00"]], "sat": []},
        "holidays": {"2026-12-25": "Christmas", "2026-01-01": "New Year"},
        "exceptions": {"2026-12-25": [["22:00", "24:00"]], "2026-01-07": []},
    }

    assert calendar_of(said, key=3) == OpeningHours(
        key=3,
        zone="America/New_York",
        weekly=(((540, 720), (780, 1020)), (), (), (), (), (), ()),
        holidays=((date(2026, 1, 1), "New Year"), (date(2026, 12, 25), "Christmas")),
        exceptions=((date(2026, 1, 7), ()), (date(2026, 12, 25), ((1320, 1440),))),
    )


def test_the_same_hours_under_another_key_are_another_calendar():
    said = {"tz": "UTC", "weekly": OFFICE}

    assert calendar_of(said, key=1) == calendar_of(said, key=1)
    assert hash(calendar_of(said, key=1)) == hash(calendar_of(said, key=1))
    assert calendar_of(said, key=1) != calendar_of(said, key=2)


def test_what_is_always_open_without_a_holiday_is_round_the_clock():
    assert calendar_of({"tz": "UTC", "always_open": True}, key=4) == AlwaysOpen(key=4)
    assert calendar_of({"tz": "UTC", "always_open": True}, key=None) == ALWAYS_OPEN


@pytest.mark.parametrize(
    "said, why",
    [
        ([], "Opening hours are written by name, not as []."),
        (
            {"tz": "UTC", "weekley": {}},
            "“weekley” is none of tz, always_open, weekly, holidays, exceptions.",
        ),
        ({"weekly": OFFICE}, "Time zone: None is none; write one like “America/New_York”."),
        (
            {"tz": "../UTC", "weekly": OFFICE},
            "Time zone: '../UTC' is none; write one like “America/New_York”.",
        ),
        (
            {"tz": [], "weekly": OFFICE},
            "Time zone: [] is none; write one like “America/New_York”.",
        ),
        (
            {"tz": "UTC", "weekly": {"monday": []}},
            "Weekly hours: “monday” is none of mon, tue, wed, thu, fri, sat, sun.",
        ),
        (
            {"tz": "UTC", "weekly": ["mon"]},
            'Weekly hours: [\'mon\'] is not written like {"mon": [["09:00", "17:00"]]}.',
        ),
        (
            {"tz": "UTC", "weekly": {"mon": "09:00-17:00"}},
            'Monday: \'09:00-17:00\' is not written like [["09:00", "17:00"]].',
        ),
        (
            {"tz": "UTC", "weekly": {"mon": [["09:00"]]}},
            'Monday: [\'09:00\'] is not written like ["09:00", "17:00"].',
        ),
        (
            {"tz": "UTC", "weekly": {"tue": [["09:00", "25:00"]]}},
            "Tuesday: “25:00” is no time; write one from 00:00 to 24:00.",
        ),
        (
            {"tz": "UTC", "weekly": {"tue": [["09:00", "24:01"]]}},
            "Tuesday: “24:01” is no time; write one from 00:00 to 24:00.",
        ),
        (
            {"tz": "UTC", "weekly": {"tue": [["9", "17:00"]]}},
            "Tuesday: “9” is no time; write one from 00:00 to 24:00.",
        ),
        (
            {"tz": "UTC", "weekly": {"tue": [[9, 17]]}},
            "Tuesday: “9” is no time; write one from 00:00 to 24:00.",
        ),
        (
            {"tz": "UTC", "weekly": {**OFFICE, "sat": [["09:00", "09:00"]]}},
            "Saturday: 09:00–09:00 takes no time; leave it out or end it later.",
        ),
        (
            {"tz": "UTC", "weekly": {"fri": [["22:00", "06:00"]]}},
            "Friday: 22:00–06:00 ends before it begins. A night is two windows: "
            "22:00–24:00 here, and 00:00–06:00 on the next day.",
        ),
        (
            {"tz": "UTC", "weekly": {"fri": [["12:00", "15:00"], ["09:00", "12:01"]]}},
            "Friday: 09:00–12:01 and 12:00–15:00 overlap.",
        ),
        (
            {"tz": "UTC", "weekly": OFFICE, "holidays": ["2026-02-29"]},
            "Holidays: “2026-02-29” is no date; write one like 2026-12-25.",
        ),
        (
            {"tz": "UTC", "weekly": OFFICE, "holidays": [["2026-02-28", "Eve"]]},
            "Holidays: “['2026-02-28', 'Eve']” is no date; write one like 2026-12-25.",
        ),
        (
            {"tz": "UTC", "weekly": OFFICE, "holidays": "2026-02-28"},
            "Holidays: '2026-02-28' is not written like [\"2026-12-25\"].",
        ),
        (
            {"tz": "UTC", "weekly": OFFICE, "holidays": ["0206-12-25"]},
            "Holidays: 0206-12-25 is not from 1970 to 2199.",
        ),
        (
            {"tz": "UTC", "weekly": OFFICE, "exceptions": {"Friday": []}},
            "Exceptions: “Friday” is no date; write one like 2026-12-25.",
        ),
        (
            {"tz": "UTC", "weekly": OFFICE, "exceptions": {"2026-01-07": [["14:00", "13:00"]]}},
            "2026-01-07: 14:00–13:00 ends before it begins. A night is two windows: "
            "14:00–24:00 here, and 00:00–13:00 on the next day.",
        ),
        (
            {
                "tz": "UTC",
                "always_open": True,
                "holidays": [f"{date(2000, 1, 1) + timedelta(days=n)}" for n in range(5001)],
            },
            "There are more than 5000 holidays and exceptions.",
        ),
    ],
)
def test_what_is_no_calendar_says_where_and_why(said, why):
    with pytest.raises(NotACalendar) as raised:
        calendar_of(said, key=1)

    assert str(raised.value) == why
    assert not isinstance(raised.value, NeverOpen)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"weekly": {}},
        {"weekly": {"mon": [], "tue": []}},
        {"weekly": {"mon": [["09:00", "09:00"]]}},
        {"always_open": False, "exceptions": {"2026-01-07": [["13:00", "14:00"]]}},
    ],
)
def test_without_weekly_hours_it_would_never_open_again(said):
    with pytest.raises(NeverOpen):
        calendar_of({"tz": "UTC", **said}, key=1)


@pytest.mark.parametrize("days, refused", [(365, False), (366, True)])
def test_it_may_close_for_a_year_and_no_longer(days, refused):
    closed = [f"{date(2027, 3, 1) + timedelta(days=number)}" for number in range(days)]
    said = {"tz": "UTC", "always_open": True, "holidays": closed}

    if refused:
        with pytest.raises(NeverOpen, match="closed for 366 days on end, up to 2028-02-29"):
            calendar_of(said, key=1)
    else:
        assert calendar_of(said, key=1).open_between(utc(2027, 3, 1), utc(2028, 3, 1)) == 24 * HOUR


@pytest.mark.parametrize("mondays, refused", [(51, False), (52, True)])
def test_holidays_that_fall_on_its_only_day_close_it_too(mondays, refused):
    closed = [f"{date(2026, 1, 5) + timedelta(days=7 * number)}" for number in range(mondays)]
    said = {"tz": "UTC", "weekly": {"mon": [["09:00", "10:00"]]}, "holidays": closed}

    if refused:
        with pytest.raises(NeverOpen):
            calendar_of(said, key=1)
    else:
        assert calendar_of(said, key=1).used_up(utc(2026, 1, 1), HOUR) == utc(2026, 12, 28, 10)


# What is open


def test_an_hour_that_ends_as_the_doors_close_is_used_up_on_friday():
    assert hours().used_up(utc(2026, 1, 9, 16), HOUR) == utc(2026, 1, 9, 17)
    assert hours().used_up(utc(2026, 1, 9, 16), HOUR + MICROSECOND) == (
        utc(2026, 1, 12, 9) + MICROSECOND
    )


def test_time_before_the_doors_open_does_not_count():
    assert hours().used_up(utc(2026, 1, 10, 12), HOUR) == utc(2026, 1, 12, 10)
    assert hours().open_between(utc(2026, 1, 9, 17), utc(2026, 1, 12, 9)) == timedelta(0)


def test_no_time_is_used_up_at_once_and_between_wrong_ends_there_is_none():
    night = utc(2026, 1, 10, 3)

    assert hours().used_up(night, timedelta(0)) == night
    assert hours().open_between(utc(2026, 1, 6), utc(2026, 1, 5)) == timedelta(0)


def test_a_night_that_is_two_windows_has_no_gap_at_midnight():
    night = hours({"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]})

    assert night.used_up(utc(2026, 1, 5, 23), 3 * HOUR) == utc(2026, 1, 6, 2)
    assert night.open_between(utc(2026, 1, 5), utc(2026, 1, 7)) == 8 * HOUR


def test_a_night_counts_through_new_year():
    night = hours(every_day(("00:00", "06:00"), ("22:00", "24:00")))

    assert night.used_up(utc(2026, 12, 31, 23), 2 * HOUR) == utc(2027, 1, 1, 1)


def test_holidays_close_what_is_always_open():
    around = hours(always_open=True, weekly=None, holidays=["2026-01-06"])

    assert around.open_between(utc(2026, 1, 5), utc(2026, 1, 8)) == 48 * HOUR
    assert around.used_up(utc(2026, 1, 5, 23), 2 * HOUR) == utc(2026, 1, 7, 1)


def test_an_exception_opens_a_holiday_and_shortens_a_working_day():
    calendar = hours(
        holidays=["2026-01-07"],
        exceptions={"2026-01-07": [["13:00", "14:00"]], "2026-01-08": [["09:00", "10:00"]]},
    )

    assert calendar.open_between(utc(2026, 1, 7), utc(2026, 1, 8)) == HOUR
    assert calendar.open_between(utc(2026, 1, 8), utc(2026, 1, 9)) == HOUR


def test_a_skipped_hour_is_empty():
    shift = hours(every_day(("02:00", "03:00")), tz="America/New_York")

    assert shift.open_between(utc(2026, 3, 8, 5), utc(2026, 3, 9, 4)) == timedelta(0)


def test_a_repeated_hour_counts_twice_each_half_in_its_turn():
    shift = hours(every_day(("01:00", "01:30"), ("01:30", "02:00")), tz="America/New_York")

    assert shift.open_between(utc(2026, 11, 1, 4), utc(2026, 11, 2, 5)) == 2 * HOUR
    assert shift.used_up(utc(2026, 11, 1, 4), HOUR) == utc(2026, 11, 1, 6)


def test_a_day_that_a_zone_left_out_has_no_hours():
    apia = hours(every_day(("09:00", "17:00")), tz="Pacific/Apia")

    assert apia.open_between(utc(2011, 12, 29, 10), utc(2011, 12, 31, 10)) == 16 * HOUR


def test_what_is_not_used_up_in_a_hundred_years_is_refused():
    rare = hours({"mon": [["09:00", "09:01"]]})

    with pytest.raises(BeyondHorizon) as raised:
        rare.used_up(utc(2026, 1, 5), 240 * HOUR)

    assert str(raised.value) == (
        "240 open hours from 2026-01-05 are not used up within 100 years; "
        "open for longer, or promise less."
    )


@pytest.mark.parametrize("at", [utc(1, 1, 1), utc(9999, 12, 31)])
def test_the_ends_of_time_are_refused(at):
    with pytest.raises(BeyondHorizon, match=f"The year {at.year} is too far away"):
        hours().used_up(at, HOUR)


def test_two_ends_of_an_age_are_refused():
    with pytest.raises(BeyondHorizon, match="is longer than 100 years"):
        hours().open_between(utc(1900, 1, 1), utc(2026, 1, 1))


# What holds for every calendar

moments = st.sampled_from(openings.MOMENTS)


@given(st.data(), moments)
def test_open_time_is_what_counting_every_quarter_of_an_hour_finds(data, moment):
    said = data.draw(openings.openings(*moment))
    start, end = sorted(data.draw(openings.instants(moment[1])) for _ in range(2))

    counted = openings.open_time(said, start, end)

    assert calendar_of(said, key=1).open_between(start, end) == counted


@given(st.data(), moments, st.timedeltas(SECOND, 40 * HOUR))
def test_the_least_instant_is_found_at_which_it_is_used_up(data, moment, needed):
    calendar = calendar_of(data.draw(openings.openings(*moment)), key=1)
    start = data.draw(openings.instants(moment[1]))

    used_up = calendar.used_up(start, needed)

    assert calendar.open_between(start, used_up) == needed
    assert calendar.open_between(start, used_up - MICROSECOND) == needed - MICROSECOND


# The time zones


def test_no_zone_changes_its_offset_twice_in_what_is_looked_through_at_a_time():
    nearest = min(gap for name in zones.names() for gap in _gaps(name))

    assert nearest >= 2 * zones.STEP


def test_a_zone_is_cut_to_the_second_where_its_offset_changes():
    year = list(zones.stretches("Europe/Berlin", utc(2026, 1, 1), utc(2027, 1, 1)))

    assert year == [
        (utc(2026, 1, 1), utc(2026, 3, 29, 1), HOUR),
        (utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), 2 * HOUR),
        (utc(2026, 10, 25, 1), utc(2027, 1, 1), HOUR),
    ]


def test_a_name_that_is_no_zone_is_refused():
    with pytest.raises(zones.UnknownZone, match="Mars/Base"):
        zones.zone("Mars/Base")


def _gaps(name):
    """The times between changes of a zone's offset, out of its file (RFC 9636)."""
    file = zones.DATABASE.joinpath("zoneinfo", *name.split("/")).read_bytes()
    ut, standard, leaps, changes, kinds, letters = struct.unpack(">6l", file[20:44])
    second = 44 + 5 * changes + 6 * kinds + letters + 8 * leaps + standard + ut
    *_, changes, kinds, _ = struct.unpack(">6l", file[second + 20 : second + 44])
    table = second + 44
    instants = struct.unpack(f">{changes}q", file[table : table + 8 * changes])
    used = file[table + 8 * changes : table + 9 * changes]
    types = table + 9 * changes
    offsets = [
        struct.unpack(">l", file[types + 6 * kind : types + 6 * kind + 4])[0] for kind in used
    ]
    changed = [
        at
        for number, at in enumerate(instants)
        if number == 0 or offsets[number] != offsets[number - 1]
    ]
    return [timedelta(seconds=b - a) for a, b in zip(changed, changed[1:], strict=False)]
