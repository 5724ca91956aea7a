"""The page of reasons in a browser: accessible, whole at every width, printed, without script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import MovingClock
from sla.acknowledging import acknowledge
from sla.models import Breach
from sla.sweep import sweep
from sla.tests.broken import NOT_SEEN, TOO_FEW, action, reason
from sla.tests.looks import cut_off, fits
from tickets import clock

REASONS = "/admin/sla/reasons/"


@pytest.fixture
def breaches(make_ticket, morgan):
    """Five broken promises, three of them acknowledged."""
    time = MovingClock(clock.now() - timedelta(hours=3))
    with clock.moving_clock(time):
        for _number in range(5):
            make_ticket(level=1)
        sweep(time.advance(hours=2))
        for breach, name in zip(
            Breach.objects.order_by("pk"), (TOO_FEW, TOO_FEW, NOT_SEEN), strict=False
        ):
            acknowledge(breach, by=morgan, reason=reason(name), action=action())


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_the_page_is_accessible_and_nothing_is_cut_off(colors, page, breaches, enter, axe):
    enter(page).emulate_media(color_scheme=colors)

    found = {}
    for address in (REASONS, f"{REASONS}?reason={reason().pk}"):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            found[address, width] = (axe(page), fits(page), cut_off(page))

    assert found == dict.fromkeys(found, ([], True, []))
    assert len(found) == 4


def test_without_javascript_a_reason_leads_to_its_breaches(page_without_js, breaches, enter):
    page = enter(page_without_js)
    page.goto(REASONS)

    page.get_by_role("link", name="2 breaches wait for somebody to say why").wait_for()
    page.get_by_text("The same as a table").click()
    page.get_by_role("link", name=TOO_FEW).click()

    assert "Breached promises" in page.title()
    assert page.get_by_role("rowheader").count() == 2


def test_paper_has_the_picture_and_its_finding(page, breaches, enter):
    enter(page).goto(REASONS)

    page.emulate_media(media="print")

    page.get_by_role("img", name="Why promises were broken").wait_for()
    page.get_by_text("2 breaches wait").wait_for()
    page.locator("figcaption").wait_for()
