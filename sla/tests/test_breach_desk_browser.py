"""The bar below the broken promises in a browser: two clicks, every width, without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import MovingClock
from sla.models import Breach
from sla.sweep import sweep
from sla.tests.broken import NOT_SEEN, TALKED, action, reason
from sla.tests.looks import cut_off, fits
from sla.tests.managers import BREACHED
from tickets import clock
from tickets.models import Message, Ticket


@pytest.fixture
def tickets(make_ticket, make_user):
    """Three tickets nobody answered in time, and more agents than there is room for."""
    reason(NOT_SEEN), action(TALKED)
    for number in range(8):
        make_user(f"Agent {number} of the night shift", role="agent")
    time = MovingClock(clock.now() - timedelta(hours=3))
    with clock.moving_clock(time):
        tickets = [make_ticket(level=1) for _number in range(3)]
        sweep(time.advance(hours=2))
    return tickets


def clicks(page):
    """Count the clicks from here on: by each a page may go, so they are kept beside it."""
    counted = []
    page.expose_function("clicked", lambda: counted.append(1))
    page.add_init_script("addEventListener('click', () => clicked(), true)")
    return counted


def test_a_late_ticket_is_handed_over_by_two_clicks(page, tickets, enter):
    counted = clicks(page)
    enter(page).goto(BREACHED)

    page.get_by_role("checkbox", name=f"Tick {tickets[1].number} First response").click()
    page.get_by_role("button", name="Agent 1 of the night shift").click()

    page.get_by_text("Handed to Agent 1 of the night shift: PS-").wait_for()
    assert len(counted) == 2
    assert str(Ticket.objects.get(pk=tickets[1].pk).assignee) == "Agent 1 of the night shift"
    assert page.url.endswith(BREACHED)


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_the_bar_is_accessible_and_nothing_is_cut_off(colors, page, tickets, enter, axe):
    enter(page).emulate_media(color_scheme=colors)

    found = {}
    for width, height in ((320, 640), (600, 800), (1024, 768), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for what in ("as it is", "with errors"):
            page.goto(BREACHED)
            if what == "with errors":
                page.get_by_role("button", name="Acknowledge").click()
                page.get_by_text("Tick the lines that it is for").wait_for()
            found[width, what] = (axe(page), fits(page), cut_off(page))

    assert found == dict.fromkeys(found, ([], True, []))
    assert len(found) == 8


def test_without_javascript_many_are_acknowledged_and_noted_at_once(
    page_without_js, tickets, enter
):
    page = enter(page_without_js)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{BREACHED}?level=1")
    page.get_by_role("link", name="Tick all of this page").click()
    page.get_by_label("Note for agents; it goes").fill("We talked about it on Monday.")
    page.get_by_role("combobox", name="Action").select_option("Talked to the customer")

    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_role("link", name="Choose why it was broken").wait_for()
    assert page.get_by_role("checkbox", checked=True).count() == 3
    assert (
        page.get_by_label("Note for agents; it goes").input_value()
        == "We talked about it on Monday."
    )

    page.get_by_role("combobox", name="Reason").last.select_option("Not seen in time")
    page.get_by_role("button", name="Acknowledge").click()

    page.get_by_text("Acknowledged: PS-").wait_for()
    assert page.url.endswith(f"{BREACHED}?level=1")
    assert page.get_by_role("checkbox", checked=True).count() == 0
    assert set(Breach.objects.values_list("reason__name", "action__name")) == {
        ("Not seen in time", "Talked to the customer")
    }
    assert Message.objects.filter(kind="note").count() == 3


def test_enter_on_a_tick_presses_nothing(page, tickets, enter):
    enter(page).goto(BREACHED)

    page.get_by_role("checkbox").first.press("Space")
    page.get_by_role("checkbox").first.press("Enter")
    page.get_by_text("Enter alone does nothing").wait_for()

    assert page.get_by_role("checkbox", checked=True).count() == 1
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {None}


def test_what_is_ticked_by_keyboard_is_not_below_the_bar(page, tickets, enter):
    enter(page).set_viewport_size({"width": 1280, "height": 810})
    page.goto(BREACHED)
    last = page.get_by_role("checkbox").last

    last.focus()

    bar = page.locator(".handling").bounding_box()
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= bar["y"]


def test_paper_has_nothing_to_tick(page, tickets, enter):
    enter(page).goto(BREACHED)

    page.emulate_media(media="print")

    page.get_by_role("table").wait_for()
    assert not page.get_by_role("checkbox").first.is_visible()
    assert not page.get_by_role("button", name="Add note").is_visible()
