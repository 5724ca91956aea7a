"""Holidays out of a country's law or an iCalendar file, and what is refused in words."""

from __future__ import annotations

from datetime import date

import pytest

from sla.holiday_sources import MOST_BYTES, NotHolidays, countries, from_country, from_ical
from sla.opening import calendar_of

# Countries


def test_the_holidays_of_a_part_of_a_country():
    days = from_country("DE", "BY", [2026])

    assert days == {
        date(2026, 1, 1): "New Year's Day",
        date(2026, 1, 6): "Epiphany",
        date(2026, 4, 3): "Good Friday",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 5, 1): "Labor Day",
        date(2026, 5, 14): "Ascension Day",
        date(2026, 5, 25): "Pentecost Monday",
        date(2026, 6, 4): "Corpus Christi",
        date(2026, 10, 3): "German Unity Day",
        date(2026, 11, 1): "All Saints' Day",
        date(2026, 12, 25): "Christmas Day",
        date(2026, 12, 26): "Second Day of Christmas",
    }


def test_a_holiday_on_a_weekend_is_listed_for_the_day_on_which_it_is_observed_too():
    days = from_country("US", None, [2026, 2027])

    assert days[date(2026, 7, 3)] == "Independence Day (observed)"
    assert days[date(2026, 7, 4)] == "Independence Day"
    assert list(days) == sorted(days)


def test_what_is_offered_can_be_asked_for():
    offered = countries()

    assert "NY" in offered["US"]
    assert from_country("US", "NY", [2026]).items() >= from_country("US", None, [2026]).items()


def test_the_holidays_of_a_country_close_a_calendar():
    days = {f"{day}": name for day, name in from_country("US", None, [2026]).items()}

    calendar = calendar_of({"tz": "UTC", "always_open": True, "holidays": days}, key=1)

    assert (date(2026, 12, 25), "Christmas Day") in calendar.holidays


@pytest.mark.parametrize(
    "country, part, years, why",
    [
        ("us", None, [2026], "“us” is no country code that is known; write one like “US”."),
        (
            "AT",
            "NY",
            [2026],
            "“NY” is no part of AT that is known; leave it out, or take one of "
            "1, 2, 3, 4, 5, 6, 7, 8, 9.",
        ),
        ("US", None, [], "Ask for 1 to 20 years at a time."),
        ("US", None, range(2000, 2021), "Ask for 1 to 20 years at a time."),
        ("US", None, [2026, 20260], "20260 is not from 1970 to 2199."),
        ("DE", None, [1980, 1981], "No holidays of DE are known from 1980 to 1981."),
    ],
)
def test_what_a_country_does_not_have_is_refused(country, part, years, why):
    with pytest.raises(NotHolidays) as raised:
        from_country(country, part, years)

    assert str(raised.value) == why


# Files


def ical(*events: str) -> str:
    """A file with these events, each given as its lines with bars between them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def on(*days: str) -> list[date]:
    return [date.fromisoformat(day) for day in days]


@pytest.mark.parametrize(
    "event, days",
    [
        ("DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261226", ["2026-12-25"]),
        ("DTSTART;VALUE=DATE:20261225", ["2026-12-25"]),
        ("DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261225", ["2026-12-25"]),
        (
            "DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20261227",
            ["2026-12-24", "2026-12-25", "2026-12-26"],
        ),
        ("DTSTART;VALUE=DATE:20261231|DURATION:P2D", ["2026-12-31", "2027-01-01"]),
        ("DTSTART;VALUE=DATE:19991225|RRULE:FREQ=YEARLY", ["2026-12-25", "2027-12-25"]),
        ("DTSTART;VALUE=DATE:20270101|RRULE:FREQ=YEARLY", ["2027-01-01"]),
        (
            "DTSTART;VALUE=DATE:20201126|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
            ["2026-11-26", "2027-11-25"],
        ),
        (
            "DTSTART;VALUE=DATE:20200525|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO",
            ["2026-05-25", "2027-05-31"],
        ),
        (
            "DTSTART;VALUE=DATE:20201103|RRULE:FREQ=YEARLY;BYMONTH=11;"
            "BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=TU",
            ["2026-11-03", "2027-11-02"],
        ),
        ("DTSTART;VALUE=DATE:20240229|RRULE:FREQ=YEARLY", []),
        ("DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;COUNT=3", ["2026-05-01"]),
        ("DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;UNTIL=20260501", ["2026-05-01"]),
        ("DTSTART;VALUE=DATE:20240501|RRULE:FREQ=YEARLY;UNTIL=20260430", []),
        ("DTSTART;VALUE=DATE:20251103|RRULE:FREQ=YEARLY;INTERVAL=2", ["2027-11-03"]),
        ("DTSTART;VALUE=DATE:20200101|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", []),
        (
            "DTSTART;VALUE=DATE:20201231|DURATION:P2D|RRULE:FREQ=YEARLY",
            ["2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31"],
        ),
        (
            "DTSTART;VALUE=DATE:20200501|RRULE:FREQ=YEARLY|EXDATE;VALUE=DATE:20260501",
            ["2027-05-01"],
        ),
        (
            "DTSTART;VALUE=DATE:20260501|RDATE;VALUE=DATE:20260601,20270601",
            ["2026-05-01", "2026-06-01", "2027-06-01"],
        ),
        ("DTSTART;VALUE=DATE:20260501|STATUS:CANCELLED", []),
        ("DTSTART:20260501T090000Z|DTEND:20260501T170000Z", []),
    ],
)
def test_the_whole_days_of_an_event(event, days):
    always = "DTSTART;VALUE=DATE:20260704|SUMMARY:Always"

    found = from_ical(ical(f"SUMMARY:Day|{event}", always), [2026, 2027])

    assert [day for day, name in found.items() if name == "Day"] == on(*days)


def test_a_year_of_a_series_that_was_moved_is_listed_where_it_went():
    series = "UID:1|DTSTART;VALUE=DATE:20250501|RRULE:FREQ=YEARLY|SUMMARY:Day"
    moved = "UID:1|RECURRENCE-ID;VALUE=DATE:20260501|DTSTART;VALUE=DATE:20260504|SUMMARY:Moved"

    assert from_ical(ical(series, moved), [2026, 2027]) == {
        date(2026, 5, 4): "Moved",
        date(2027, 5, 1): "Day",
    }


def test_two_events_of_a_day_are_named_together_and_names_are_one_line():
    file = ical(
        "DTSTART;VALUE=DATE:20260501|SUMMARY:Labour\\n Day\\, observed",
        "DTSTART;VALUE=DATE:20260501|SUMMARY:May Day",
        "DTSTART;VALUE=DATE:20260501|SUMMARY:May Day",
        "DTSTART;VALUE=DATE:20260502",
    )

    assert from_ical(file.encode(), [2026]) == {
        date(2026, 5, 1): "Labour Day, observed; May Day",
        date(2026, 5, 2): "",
    }


NO_ICAL = (
    "The file is not in the iCalendar format; it begins with BEGIN:VCALENDAR and usually ends "
    "in .ics."
)
MAY = "SUMMARY:May|DTSTART;VALUE=DATE:20260501"


@pytest.mark.parametrize(
    "file, why",
    [
        (b"", NO_ICAL),
        (b"hello", NO_ICAL),
        (b"PK\x03\x04\x00\xff\xfe", NO_ICAL),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", NO_ICAL),
        (
            ical(),
            "The file lists no whole days from 2026 to 2027; are its events at times of day, or "
            "in other years?",
        ),
        (b"x" * (MOST_BYTES + 1), "The file is larger than 1024 KB."),
        (ical(*[MAY] * 1001), "The file lists more than 1000 events."),
        (
            ical("SUMMARY:May|DTSTART;VALUE=DATE:202605xx"),
            "The event “May” of the file is refused: its DTSTART cannot be read.",
        ),
        (
            ical("SUMMARY:May"),
            "The event “May” of the file is refused: it does not say when it begins.",
        ),
        (
            ical(f"{MAY}|DTSTART;VALUE=DATE:20260502"),
            "The event “May” of the file is refused: it says its DTSTART more than once.",
        ),
        (
            ical("SUMMARY:May|DTSTART;VALUE=DATE:00010501|RRULE:FREQ=YEARLY"),
            "The event “May” of the file is refused: it begins before 1900.",
        ),
        (
            ical(f"{MAY}|DTEND;VALUE=DATE:20270503"),
            "The event “May” of the file is refused: it takes 367 days, and may take from 1 to "
            "366.",
        ),
        (
            ical(f"{MAY}|DTEND;VALUE=DATE:20260430"),
            "The event “May” of the file is refused: it takes -1 days, and may take from 1 to 366.",
        ),
        (
            ical(f"{MAY}|RRULE:FREQ=WEEKLY"),
            "The event “May” of the file is refused: it repeats weekly, and only what is yearly "
            "is taken.",
        ),
        (
            ical(f"{MAY}|RRULE:FREQ=YEARLY;BYHOUR=3"),
            "The event “May” of the file is refused: it repeats by BYHOUR, and only what is "
            "yearly is taken.",
        ),
        (
            ical(f"{MAY}|RRULE:FREQ=YEARLY|RRULE:FREQ=YEARLY;BYMONTH=3"),
            "The event “May” of the file is refused: it repeats by more than one rule.",
        ),
        (
            ical(f"{MAY}|RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=6MO"),
            "The event “May” of the file is refused: its repetition cannot be read (6 is not "
            "from 1 to 5), and only what is yearly is taken.",
        ),
        (
            ical("SUMMARY:May|DTSTART;VALUE=DATE:19960501|RRULE:FREQ=YEARLY;COUNT=99"),
            "The event “May” of the file is refused: it counts repetitions over more than 30 "
            "years, and only what is yearly is taken.",
        ),
        (
            ical(f"{MAY}|RRULE:FREQ=YEARLY;BYDAY=XX"),
            "The event “May” of the file is refused: its RRULE cannot be read.",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(file, why):
    with pytest.raises(NotHolidays) as raised:
        from_ical(file, [2026, 2027])

    assert str(raised.value) == why
