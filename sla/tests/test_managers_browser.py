"""The managers' lists in a browser: accessible and whole, wide and narrow, light, dark, printed."""

from __future__ import annotations

import csv
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from conftest import MovingClock
from sla.sweep import sweep
from sla.tests.looks import cut_off, fits
from sla.tests.managers import BREACHED, DECIDED, DUE, SOON, UNANSWERED
from tickets import clock
from tickets.conversation import Turn, take_turn
from tickets.models import Ticket


@pytest.fixture
def promises(make_ticket, make_team, alex):
    """Promises of every kind, as of now, with words that are hard to fit."""
    time = MovingClock(clock.now() - timedelta(hours=30, minutes=50))
    with clock.moving_clock(time):
        return live_through(time, make_ticket, make_team, alex)


def live_through(time, make_ticket, make_team, alex):
    subject = "Immunohistochemistry/otorhinolaryngology pager group does not ring on any phone"
    tickets = [make_ticket(level=level, subject=subject) for level in (1, 2, 3, 4)]
    team = make_team("Clinical applications, nights and weekends")
    Ticket.objects.update(team=team, assignee=alex)
    take_turn(tickets[2], by=alex, turn=Turn(body="Which week?", status="pending"))
    time.advance(hours=30)
    take_turn(tickets[1], by=alex, turn=Turn(body="Sorry for the wait."))
    make_ticket(level=1, phone_answer="cannot", about="legal")
    time.advance(minutes=50)
    sweep(time.at)
    return tickets


def today():
    """The day at the brand, whose zone the manager reads."""
    return clock.now().astimezone(ZoneInfo("America/New_York"))


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_the_lists_are_accessible_and_nothing_is_cut_off(
    colors, page, promises, enter, axe, morgan
):
    enter(page).emulate_media(color_scheme=colors)

    found = {}
    for address in (
        *(BREACHED, DUE, SOON, UNANSWERED, DECIDED),
        *(f"{BREACHED}?first=2026-01-01", f"{DUE}?organization=nobody"),
    ):
        for width in (320, 600, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            found[address, width] = (axe(page), fits(page), cut_off(page))

    assert found == dict.fromkeys(found, ([], True, []))
    assert len(found) == 28


def test_an_empty_list_is_accessible(page, enter, axe):
    enter(page).goto(DUE)

    page.get_by_text("Nothing is due.").wait_for()
    assert axe(page) == []


def test_paper_has_the_table_and_what_narrows_it_but_nothing_to_press(page, promises, enter):
    enter(page).goto(f"{BREACHED}?level=1")

    page.emulate_media(media="print")

    page.get_by_text("Level: 1").wait_for()
    page.get_by_role("table").wait_for()
    hidden = [
        page.get_by_role("button", name="Show"),
        page.get_by_role("button", name="Download CSV"),
        page.get_by_role("link", name="Clear all"),
        page.get_by_role("link", name="Due next"),
    ]
    assert [each.is_visible() for each in hidden] == [False] * 4


def test_what_is_late_worst_first_is_one_click_from_signing_in(page, promises, enter):
    enter(page).goto("/admin/")

    page.get_by_role("link", name="Promises").first.click()

    assert page.get_by_role("heading", level=1).inner_text() == "Breached promises"
    page.get_by_text("Worst first, as of").wait_for()
    assert page.get_by_role("rowheader").all_inner_texts()[0].startswith(promises[0].number)


def test_a_number_of_what_is_about_to_break_leads_to_its_list(page_without_js, promises, enter):
    page = enter(page_without_js)
    page.goto(SOON)
    table = page.get_by_role("table").first

    table.get_by_role("link", name="level 1, Under 30 min").click()

    assert page.get_by_role("rowheader").count() == 1
    page.get_by_text("Left: Less than 30 min").wait_for()


def test_without_javascript_a_list_is_narrowed_and_taken_along(
    page_without_js, promises, enter, tmp_path
):
    page = enter(page_without_js)
    page.goto(BREACHED)
    page.get_by_role("link", name="Due next").click()
    page.get_by_role("combobox", name="Left").select_option("Paused")
    page.get_by_role("combobox", name="Agent").select_option("Alex")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("rowheader").all_inner_texts()[0].startswith(promises[2].number)

    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()

    download.value.save_as(tmp_path / "due.csv")
    with (tmp_path / "due.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["Ticket"], row["State"]) == (promises[2].number, "Paused")
    assert download.value.suggested_filename == f"due-{today():%Y-%m-%d}.csv"
    page.get_by_role("link", name="Left: Paused").click()
    assert page.get_by_role("rowheader").count() > 1
