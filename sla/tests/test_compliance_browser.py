"""The report in a browser: found in two clicks, accessible and whole, wide and narrow, printed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sla.models import Metric
from sla.tests.looks import fits
from sla.tests.managers import COMPLIANCE
from sla.tests.outcomes import outcomes
from tickets import clock


@pytest.fixture
def a_month(make_ticket):
    """Promises of the last weeks, enough to judge and too few."""
    ticket, now = make_ticket(level=2), clock.now()
    return outcomes(
        ticket,
        [
            {
                "at": now - timedelta(hours=13 * n + 1),
                "metric": Metric.RESOLUTION if n % 3 else Metric.FIRST_RESPONSE,
                "took": 600 * n + 30,
                "over": timedelta(hours=n + 1) if n % 5 == 0 else None,
                "level_id": 1 + n % 4,
            }
            for n in range(60)
        ],
    )


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_the_report_is_accessible_and_fits(colors, page, a_month, enter, axe):
    enter(page).emulate_media(color_scheme=colors)

    found = {}
    for width in (320, 700, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{COMPLIANCE}?by=week")
        page.get_by_text("The same as a table").first.click()
        found[width] = (axe(page), fits(page))

    assert found == dict.fromkeys(found, ([], True))


def test_paper_has_the_tables_whole_and_nothing_to_press(page, a_month, enter):
    enter(page).goto(COMPLIANCE)

    page.emulate_media(media="print")

    shown = [
        page.get_by_role("heading", name="By level"),
        page.get_by_text("What is counted"),
        page.get_by_role("cell", name="Resolution").first,
        page.locator("details table").first,
    ]
    hidden = [
        page.get_by_role("link", name="Download CSV"),
        page.get_by_role("link", name="Last month"),
        page.get_by_text("The same as a table").first,
    ]
    assert [each.is_visible() for each in shown] == [True] * 4
    assert [each.is_visible() for each in hidden] == [False] * 3


def test_last_months_compliance_by_level_is_two_clicks_from_the_list(page, a_month, enter):
    enter(page).goto("/admin/sla/breached/")

    page.get_by_role("link", name="Compliance").click()
    page.get_by_role("link", name="Last month").click()

    assert page.get_by_role("link", name="Last month").get_attribute("aria-current") == "page"
    page.get_by_role("heading", name="By level").wait_for()
