"""The editor of calendars: hours typed as text, refused where they make no sense, applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from time import monotonic

import pytest

from sla import calendar_words, editing
from sla.calendar_form import CalendarForm
from sla.calendar_words import NotHours
from sla.models import Calendar, CalendarVersion, Clock
from sla.opening import BeyondHorizon
from sla.proposals import TargetTerms
from sla.tests.editors import form_of, newest, page_of, standard, work
from sla.tests.editors import previewed as policy_previewed
from sla.tests.standings import after, assert_stored, clock_of
from tickets import services
from tickets.models import Event, Job
from tickets.timeline import entries

WORKING_DAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")


@pytest.fixture
def robin(make_user):
    return make_user("Robin", role="administrator")


@pytest.fixture
def browser(robin, browser_of):
    return browser_of(robin)


@pytest.fixture
def office(robin, time):
    """Open on working days from nine to five, UTC, and what the standard policy counts by."""
    hours = {day: [["09:00", "17:00"]] for day in WORKING_DAYS}
    said = {"tz": "UTC", "always_open": False, "weekly": hours, "holidays": {}, "exceptions": {}}
    calendar = editing.add_calendar("Office hours", said=said, by=robin, comment="")
    terms = editing.terms_in_force(newest())
    counted = (TargetTerms(3, "first_response", 4 * 3600, calendar.pk),)
    others = [each for each in terms.targets if (each.level, each.metric) != (3, "first_response")]
    changed = type(terms)(**{**vars(terms), "targets": tuple(sorted((*counted, *others)))})
    time.advance(minutes=1)
    editing.save_policy(standard(), terms=changed, base=newest().pk, by=robin, comment="")
    time.advance(minutes=1)
    return calendar


def typed(calendar=None, **fields):
    """Return what a browser sends of hours on working days, and of what was typed over them."""
    base = editing.newest(calendar).pk if calendar else ""
    return {"tz": "UTC", **WORKING_DAYS, "base": base, "name": "Hours", **fields}


def edit_page(calendar):
    return f"/admin/sla/calendar/{calendar.pk}/edit/"


def previewed(browser, calendar, **fields):
    response = browser.post(edit_page(calendar), typed(calendar, **fields))
    assert response.status_code == 302, response.context["form"].errors
    return work(Job.objects.latest("pk"))


def test_a_calendar_is_added_with_its_hours(browser, robin, time):
    response = browser.post(
        "/admin/sla/calendar/add/",
        typed(
            mon="9-12, 13:00-17:00",
            holidays="2026-12-25 Christmas\n2026-01-01",
            exceptions="2026-12-24 09:00-12:00\n2026-12-31 closed",
        ),
    )

    version = CalendarVersion.objects.get()
    assert response["Location"] == f"/admin/sla/calendar/{version.calendar_id}/change/"
    assert (version.calendar.key, version.number, version.created_by) == ("hours", 1, robin)
    assert version.as_said() == {
        "tz": "UTC",
        "always_open": False,
        "weekly": {day: [["09:00", "17:00"]] for day in WORKING_DAYS}
        | {"mon": [["09:00", "12:00"], ["13:00", "17:00"]]},
        "holidays": {"2026-01-01": "", "2026-12-25": "Christmas"},
        "exceptions": {"2026-12-24": [["09:00", "12:00"]], "2026-12-31": []},
    }


def test_a_calendar_is_added_once_however_often_its_form_is_sent(browser, office, time):
    response = browser.post("/admin/sla/calendar/add/", typed(name=office.name.upper()))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "name": [f"There is a calendar “{office.name}” already; choose another name."]
    }
    assert list(Calendar.objects.all()) == [office]


@pytest.mark.parametrize(
    "fields, errors",
    [
        ({"tz": "Mars/Olympus"}, {"tz": "Mars/Olympus is not one of the available choices"}),
        ({"mon": "nine to five"}, {"mon": "“nine” is no time; write one like “09:00”."}),
        ({"mon": "09:00"}, {"mon": "“09:00” is no stretch of time; write one like “09:00-17:00”."}),
        ({"tue": "25:00-26:00"}, {"tue": "Tuesday: “25:00” is no time"}),
        ({"wed": "09:00-12:00, 11:00-13:00"}, {"wed": "overlap"}),
        ({"fri": "22:00-06:00"}, {"fri": "A night is two windows: 22:00–24:00 here"}),
        ({"holidays": "Christmas"}, {"holidays": "“Christmas” begins with no date"}),
        ({"holidays": "2026-02-30 Never"}, {"holidays": "“2026-02-30” is no date"}),
        ({"holidays": "2026-12-25\n2026-12-25"}, {"holidays": "2026-12-25 stands there twice."}),
        ({"exceptions": "2026-12-24 morning"}, {"exceptions": "“morning” is no stretch of time"}),
        (dict.fromkeys(WORKING_DAYS, ""), {"mon": "Weekly hours: no day has any"}),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(db, fields, errors):
    form = CalendarForm(typed(**fields))

    assert not form.is_valid()
    assert form.errors.keys() == errors.keys()
    for name, words in errors.items():
        assert words in form.errors[name][0]


def test_a_calendar_that_is_closed_for_a_year_is_refused_in_words(browser, time):
    days = "\n".join(
        f"2027-{month:02}-{day:02}"
        for month in range(1, 13)
        for day in range(1, 32)
        if day <= {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
    )
    more = "\n".join(f"2028-01-{day:02}" for day in range(1, 32))

    response = browser.post("/admin/sla/calendar/add/", typed(holidays=f"{days}\n{more}"))

    assert response.status_code == 422
    assert "It would be closed for 366 days on end" in response.content.decode()
    assert not Calendar.objects.exists()


def test_the_next_days_are_listed_with_the_reason_for_each_that_is_unlike_others(browser, office):
    job = previewed(
        browser, office, holidays="2026-01-06 Epiphany", exceptions="2026-01-10 10:00-11:00"
    )

    days = browser.get(page_of(job)).context["days"]

    assert days[:6] == [
        (date(2026, 1, 5), "09:00-17:00", ""),
        (date(2026, 1, 6), "closed", "Epiphany"),
        (date(2026, 1, 7), "09:00-17:00", ""),
        (date(2026, 1, 8), "09:00-17:00", ""),
        (date(2026, 1, 9), "09:00-17:00", ""),
        (date(2026, 1, 10), "10:00-11:00", "exception"),
    ]
    assert len(days) == 14


def test_a_calendar_says_which_policies_count_by_it(browser, office, robin):
    idle = editing.add_calendar("Idle", said=editing.newest(office).as_said(), by=robin, comment="")

    pages = [browser.get(edit_page(each)).content.decode() for each in (office, idle)]

    assert f'<a href="/admin/sla/policy/{standard().pk}/change/">Standard</a>' in pages[0]
    assert "No policy counts by it." in pages[1]


def test_a_holiday_applied_to_open_tickets_moves_their_promise(
    browser, office, make_ticket, alex, dana, time
):
    time.at = after(hours=6)  # 16:00: an hour is left today
    ticket, other = make_ticket(level=3), make_ticket(level=1)
    assert clock_of(ticket, "first_response").due_at == after(days=1, hours=2)  # tomorrow, 12:00
    time.advance(minutes=10)

    job = previewed(browser, office, holidays="2026-01-06 Epiphany")
    browser.post(page_of(job), {"scope": "open"})
    work()

    versions = list(CalendarVersion.objects.order_by("number"))
    assert job.result["levels"] == {
        "3": {"earlier": 0, "later": 1, "breached": 0, "gained": 0, "lost": 0}
    }
    assert clock_of(ticket, "first_response").due_at == after(days=2, hours=2)
    assert clock_of(ticket, "first_response").calendar_version == versions[1]
    [event] = Event.objects.filter(type="calendar_changed", ticket=ticket)
    assert event.data == {
        "from": versions[0].pk,
        "to": versions[1].pk,
        "name": "Office hours, version 2",
        "moved": True,
    }
    told = "The opening hours changed: Office hours, version 2, by Robin"
    assert told in [entry.sentence for entry in entries(ticket, alex)]
    moved = "By when we answer and solve this has changed; the new times are shown"
    assert moved in [entry.sentence for entry in entries(ticket, dana)]
    services.reply(ticket, by=alex, body="We look into it.")
    for each in (ticket, other):
        assert_stored(each, as_of=time.at)


def test_saved_for_new_tickets_hours_leave_open_ones_as_they_were(
    browser, office, make_ticket, time
):
    time.at = after(hours=6)
    ticket = make_ticket(level=3)
    time.advance(minutes=10)
    job = previewed(browser, office, holidays="2026-01-06 Epiphany")

    browser.post(page_of(job), {"scope": "new"})
    time.advance(minutes=10)

    assert clock_of(ticket, "first_response").due_at == after(days=1, hours=2)
    assert clock_of(make_ticket(level=3), "first_response").calendar_version.number == 2
    assert Clock.objects.filter(ticket=ticket, calendar_version__number=2).count() == 0
    assert_stored(ticket, as_of=time.at)


def test_a_target_that_so_few_hours_never_use_up_is_refused_at_its_cell(browser, office, robin):
    said = {"tz": "UTC", "weekly": {"mon": [["09:00", "09:01"]]}, "always_open": False}
    rare = editing.add_calendar(
        "Rare", said=said | {"holidays": {}, "exceptions": {}}, by=robin, comment=""
    )
    sent = form_of(time_1_resolution="365 d", calendar_1_resolution=rare.pk)

    response = browser.post(f"/admin/sla/policy/{standard().pk}/edit/", sent)

    assert response.status_code == 422
    assert [where for where, _words in response.context["editor"].errors] == [
        "id_time_1_resolution"
    ]


def promise_long(calendar, robin):
    """Promise a resolution of thirty open days by these hours."""
    terms = editing.terms_in_force(newest())
    long = TargetTerms(4, "resolution", 30 * 86_400, calendar.pk)
    others = [each for each in terms.targets if (each.level, each.metric) != (4, "resolution")]
    terms = replace(terms, targets=tuple(sorted((*others, long))))
    editing.save_policy(standard(), terms=terms, base=newest().pk, by=robin, comment="")


RARE = dict.fromkeys(WORKING_DAYS, "") | {"mon": "09:00-09:01"}
TOO_FEW = (
    "720 open hours from 2026-01-05 are not used up within 100 years; "
    "open for longer, or promise less."
)


def test_hours_that_never_use_up_what_is_promised_by_them_are_refused(browser, office, robin):
    promise_long(office, robin)

    response = browser.post(edit_page(office), typed(office, **RARE))

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [TOO_FEW]
    assert 'name="mon" value="09:00-09:01"' in response.content.decode()


def test_hours_that_were_looked_at_before_more_was_promised_are_not_saved(browser, office, robin):
    job = previewed(browser, office, **RARE)
    promise_long(office, robin)

    response = browser.post(page_of(job), {"scope": "open"}, follow=True)

    assert [str(each) for each in response.context["messages"]] == [f"{TOO_FEW} Nothing was saved."]
    assert response.redirect_chain == [(f"{edit_page(office)}?from={job.pk}", 302)]
    assert editing.newest(office).number == 1


def test_nor_is_a_promise_that_was_looked_at_before_the_hours_became_few(
    browser, office, robin, make_ticket, time
):
    job = policy_previewed(browser, time_4_resolution="30 d", calendar_4_resolution=office.pk)
    said = CalendarForm(typed(office, **RARE))
    assert said.is_valid()
    base = editing.newest(office).pk
    editing.save_calendar(office, said=said.said(), base=base, by=robin, comment="")

    response = browser.post(page_of(job), {"scope": "new"}, follow=True)

    assert [str(each) for each in response.context["messages"]] == [f"{TOO_FEW} Nothing was saved."]
    assert newest().number == 2
    assert clock_of(make_ticket(level=4), "resolution").due_at == time.at + timedelta(days=10)


def test_what_is_open_for_now_alone_is_no_reason_to_promise_it(office, robin):
    said = {"tz": "UTC", "weekly": {"mon": [["09:00", "09:01"]]}, "always_open": False}
    next_days = [date(2026, 1, 5) + timedelta(days=number) for number in range(90)]
    all_day = {str(day): [["00:00", "24:00"]] for day in next_days}
    said |= {"holidays": {}, "exceptions": all_day}
    base = editing.newest(office).pk
    promise_long(office, robin)

    with pytest.raises(BeyondHorizon, match="720 open hours from 2027-01-01 are not used up"):
        editing.save_calendar(office, said=said, base=base, by=robin, comment="")


@pytest.mark.alone
def test_a_line_of_nothing_but_blanks_between_two_times_is_read_in_no_time():
    started = monotonic()

    with pytest.raises(NotHours):
        calendar_words.read_exceptions(f"2026-12-24 9{' ' * 90_000}x")

    assert monotonic() - started < 2


def test_texts_read_back_as_they_were_typed():
    assert calendar_words.read_windows("9-12; 13.30 – 17:00") == [
        ["09:00", "12:00"],
        ["13:30", "17:00"],
    ]
    assert calendar_words.read_windows("all day") == [["00:00", "24:00"]]
    assert calendar_words.read_windows("closed") == []
