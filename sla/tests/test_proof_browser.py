"""The pages about proof in a browser: accessible and whole, wide and narrow, light and dark."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from sla.sweep import sweep
from sla.tests.managers import BREACHED
from tickets import clock
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
DIFFERENCES, WHAT_IF = "/admin/sla/differences/", "/admin/sla/what-if/"


@pytest.fixture
def differing(make_ticket, alex):
    """A ticket with a story, as of now, whose stored promises were changed by hand."""
    began = clock.now() - timedelta(hours=30)
    with clock.moving_clock(lambda: began):
        ticket = make_ticket(
            level=2, subject="Immunohistochemistry/otorhinolaryngology pager group does not ring"
        )
        turn = Turn(body="Which week?", status="pending", level=1, reason="Two wards wait.")
        take_turn(ticket, by=alex, turn=turn)
    with clock.moving_clock(lambda: began + timedelta(hours=2)):
        take_turn(ticket, by=alex, turn=Turn(status="open"))
    sweep(clock.now())
    Ticket.objects.update(queue_rank=7)
    with pytest.raises(CommandError, match="Differences are left on 1 tickets"):
        call_command("sla_verify", "--all")
    return ticket


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_accessible_and_nothing_is_cut_off(page, enter, differing, axe, scheme):
    enter(page).emulate_media(color_scheme=scheme)
    addresses = {
        "pulse": BREACHED,
        "home": "/admin/",
        "differences": DIFFERENCES,
        "why": f"/admin/sla/tickets/{differing.pk}/why/",
        "what-if": f"{WHAT_IF}?ticket={differing.number}&at_1=%2B3+h&what_1=solved",
        "wrong": f"{WHAT_IF}?level=1&at_1=soon&what_1=solved&organization=Nowhere",
    }
    faults = {}
    for name, address in addresses.items():
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            page.goto(address)
            cut = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            faults[name, size["width"]] = [*axe(page), *(["cut off"] if cut else [])]
            if folder := os.environ.get("SHOTS"):
                page.screenshot(
                    path=f"{folder}/{name}-{scheme}-{size['width']}.png", full_page=True
                )

    assert {where: found for where, found in faults.items() if found} == {}


def test_without_javascript_it_is_asked_by_keyboard_and_a_mistake_is_mended(
    page_without_js, enter, make_ticket
):
    page = enter(page_without_js)
    ticket = make_ticket(level=1)
    page.goto(f"/admin/tickets/ticket/{ticket.pk}/change/")

    page.get_by_role("link", name="Why then?").press("Enter")
    page.get_by_role("link", name="What if it went on otherwise?").press("Enter")
    page.get_by_label("When, 1").fill("in 3 hours")
    page.get_by_label("What, 1").select_option(label="an agent answers")
    page.get_by_label("When, 1").press("Enter")

    assert page.get_by_label("When, 1").input_value() == "in 3 hours"
    page.get_by_role("link", name="Enter a date and a time").press("Enter")
    page.get_by_label("When, 1").fill("+30 min")
    page.get_by_label("When, 1").press("Enter")

    first = page.get_by_role("region", name="First response")
    assert "Met" in first.inner_text()
    assert f"ticket={ticket.number}" in page.url
    page.reload()
    assert "Met" in first.inner_text()
