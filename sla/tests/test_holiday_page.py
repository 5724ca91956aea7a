"""Loading holidays into a calendar's form: of a country or out of a file, seen before."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

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
TYPED = {"tz": "America/New_York", "name": "Hours", "mon": "09:00-17:00"}
YEAR = {"first_year": "2026", "last_year": "2026"}


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
        ({"country": "XX"}, "country", "“XX” is no country code that is known"),
        ({"country": "US", "last_year": "2099"}, "last_year", "Enter a year from 2026 to 2035."),
        ({"file": "no calendar"}, "file", "The file is not in the iCalendar format"),
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
