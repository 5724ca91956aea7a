"""Editing a policy and a calendar in a browser, without JavaScript: to the ticket's new promise."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from sla import editing
from sla.models import CalendarVersion
from sla.tests.editors import standard, work
from tickets import clock

PICTURES = os.environ.get("EDITOR_PICTURES")


@pytest.fixture
def robin(furnished, make_user):
    return make_user("Robin", role="administrator")


@pytest.fixture
def enter(live_site, robin):
    def enter(page):
        browser = Client()
        browser.force_login(robin)
        cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_site.url}]
        )
        return page

    return enter


def looks(page, axe, name):
    """What is wrong with the page, wide and narrow, light and dark."""
    wrong = []
    for width in (1280, 320):
        for colors in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=colors)
            if PICTURES:
                path = Path(PICTURES) / f"{name}-{width}-{colors}.png"
                page.screenshot(path=path, full_page=True)
            wrong += axe(page)
            fits = "document.documentElement.scrollWidth <= window.innerWidth"
            wrong += [] if page.evaluate(fits) else [f"{name} is wider than {width}"]
    page.set_viewport_size({"width": 1280, "height": 900})
    return wrong


@pytest.mark.browser
def test_from_the_grid_to_the_tickets_new_promise(page, enter, axe, make_ticket, robin):
    now, wrong = clock.now(), []
    with clock.moving_clock(lambda: now - timedelta(minutes=40)):
        ticket = make_ticket(level=1)
    enter(page).goto(f"/admin/sla/policy/{standard().pk}/change/")
    wrong += looks(page, axe, "policy")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Level 1, first response", exact=True).fill("soon")
    page.get_by_role("button", name="Check").click()
    wrong += looks(page, axe, "errors")
    page.get_by_label("Level 1, first response", exact=True).fill("30 min")
    page.get_by_label("as if it had been so from the start").check()
    page.get_by_label("After", exact=True).first.fill("1 h")
    wrong += looks(page, axe, "form")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("link", name="Keep it still").click()
    wrong += looks(page, axe, "waiting")
    work()
    page.get_by_role("link", name="See how far it is").click()
    wrong += looks(page, axe, "proposal")
    page.get_by_text("On 1 of them a promise would be broken there and then.").wait_for()
    page.get_by_role("button", name="Save, and apply to open tickets too").click()
    work()
    page.goto(page.url)
    wrong += looks(page, axe, "applied")
    page.goto(f"/admin/tickets/ticket/{ticket.pk}/change/")

    told = page.get_by_text("The promises changed: Standard, version 2, by Robin", exact=True)
    assert told.is_visible()
    assert "was missed" in page.inner_text("main")
    assert wrong == []


@pytest.mark.browser
def test_hours_are_edited_without_javascript(page_without_js, enter, robin):
    page = enter(page_without_js)
    page.goto("/admin/sla/calendar/add/")
    page.get_by_label("Name").fill("Office hours")
    page.get_by_label("Monday").fill("9-12, 13-17:30")
    page.locator("#id_holidays").fill("2030-12-25 Christmas")
    page.get_by_role("button", name="Add the calendar").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Tuesday").fill("")
    page.get_by_role("button", name="Check").click()
    work()
    page.goto(page.url)
    page.get_by_text("until now: 09:00-17:00").wait_for()
    page.get_by_role("button", name="Save for new tickets").click()

    newest = CalendarVersion.objects.order_by("-number").first()
    assert (newest.number, newest.weekly["mon"], "tue" in newest.weekly) == (
        2,
        [["09:00", "12:00"], ["13:00", "17:30"]],
        False,
    )


@pytest.mark.browser
def test_the_pages_of_hours_are_accessible_and_fit_a_phone(page, enter, axe, robin):
    said = {"tz": "America/New_York", "always_open": False, "weekly": {"mon": [["09:00", "17:00"]]}}
    dates = {"holidays": {"2030-12-25": "Christmas"}, "exceptions": {}}
    calendar = editing.add_calendar("Office hours", said=said | dates, by=robin, comment="")
    enter(page).goto(f"/admin/sla/calendar/{calendar.pk}/edit/")
    wrong = looks(page, axe, "hours")
    page.get_by_label("Monday").fill("17:00-09:00")
    page.get_by_role("button", name="Check").click()
    wrong += looks(page, axe, "hours-errors")
    page.get_by_label("Monday").fill("08:00-12:00")
    page.get_by_role("button", name="Check").click()
    work()
    page.goto(page.url)
    wrong += looks(page, axe, "hours-proposal")

    assert wrong == []
