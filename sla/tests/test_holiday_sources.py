"""Holidays of a country and out of a file, and loading them into a calendar's form."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sla.holiday_sources import NoHolidays, from_country, from_ical
from sla.models import Calendar

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//ours//
BEGIN:VEVENT
UID:1
SUMMARY:Founders' day
DTSTART;VALUE=DATE:20200304
RRULE:FREQ=YEARLY
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Move
DTSTART;VALUE=DATE:20260801
DTEND;VALUE=DATE:20260803
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Lunch
DTSTART:20260801T120000Z
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
FOUND = {
    date(2026, 3, 4): "Founders' day",
    date(2026, 8, 1): "Move",
    date(2026, 8, 2): "Move",
}
TYPED = {"tz": "America/New_York", "name": "Hours", "mon": "09:00-17:00"}
YEAR = {"first_year": "2026", "last_year": "2026"}


def test_a_country_and_a_part_of_it_have_their_holidays():
    national, state = from_country("US", "", [2026]), from_country("US", "CA", [2026])

    assert national[date(2026, 12, 25)] == "Christmas Day"
    assert date(2026, 3, 31) not in national
    assert state[date(2026, 3, 31)].startswith("Cesar Chavez Day")


@pytest.mark.parametrize(
    "country, part, words",
    [
        ("XX", "", "“XX” is no country whose holidays are known; write one like US."),
        ("US", "XX", "“XX” is no part of US; known are: "),
    ],
)
def test_a_country_that_is_none_is_said(country, part, words):
    with pytest.raises(NoHolidays) as refused:
        from_country(country, part, [2026])

    assert str(refused.value).startswith(words)


def test_the_whole_days_of_a_file_are_read_year_after_year():
    assert from_ical(FILE, [2026]) == FOUND
    assert from_ical(FILE.encode(), [2027]) == {date(2027, 3, 4): "Founders' day"}


@pytest.mark.parametrize(
    "said, words",
    [
        ("no calendar at all", "The file is no iCalendar file."),
        (b"\xff\xfe\x00", "The file is no iCalendar file."),
        (FILE.replace("20200304", "2020"), "An event of the file cannot be read."),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "The file has no all-day event in these years."),
    ],
)
def test_a_file_that_cannot_be_read_is_said(said, words):
    with pytest.raises(NoHolidays, match=words):
        from_ical(said, [2026])


@pytest.fixture
def browser(make_user, browser_of):
    return browser_of(make_user("Robin", role="administrator"))


def test_what_would_be_added_is_shown_first_and_then_stands_in_the_form(browser, time):
    file = SimpleUploadedFile("days.ics", FILE.encode())
    typed = TYPED | {"holidays": "2026-03-04 Ours", "tue": "nonsense"}

    looked = browser.post("/admin/sla/calendar/add/", typed | YEAR | {"file": file, "look": "1"})
    found = looked.context["found"].lines
    added = browser.post("/admin/sla/calendar/add/", typed | {"found": found, "add": "1"})

    assert (looked.status_code, added.status_code) == (200, 200)
    assert found == "2026-08-01 Move\n2026-08-02 Move"
    assert added.context["form"]["holidays"].value() == (
        "2026-03-04 Ours\n2026-08-01 Move\n2026-08-02 Move"
    )
    assert added.context["form"]["tue"].value() == "nonsense"
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    "sent, place, words",
    [
        ({}, "country", "Enter a country, or choose a file."),
        ({"country": "XX"}, "country", "“XX” is no country whose holidays are known"),
        ({"country": "US", "last_year": "2099"}, "last_year", "Enter a year from 2026 to 2035."),
        ({"file": "no calendar"}, "file", "The file is no iCalendar file."),
    ],
)
def test_a_look_that_finds_nothing_says_why_at_its_field(browser, time, sent, place, words):
    if "file" in sent:
        sent = {"file": SimpleUploadedFile("days.ics", sent["file"].encode())}

    page = browser.post("/admin/sla/calendar/add/", TYPED | YEAR | sent | {"look": "1"})

    form = page.context["found"].form
    assert list(form.errors) == [place]
    assert words in form.errors[place][0]
    assert 'value="Hours"' in page.content.decode()
