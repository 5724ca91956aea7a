"""The agents' search in a browser: accessible, narrow, wide and dark, and without JavaScript."""

import pytest

from tickets import services
from tickets.tests.test_desk_browser import fits

SEARCH = "/admin/tickets/ticket/search/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_search_is_accessible_and_fits_from_narrow_to_wide(
    page,
    axe,
    enter,
    make_ticket,
    alex,
    scheme,
):
    ticket = make_ticket(level=1, subject="Nobody gets pages on the night shift of week 3")
    services.note(ticket, by=alex, body="They called about the schedule: " + "x" * 200)
    page.emulate_media(color_scheme=scheme)
    enter(page, alex)

    found = {}
    for query in ("", "?q=schedule&level=1", "?q=absent", "?q=schedule&level=nine"):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(SEARCH + query)
            found[query, width] = (axe(page), fits(page))

    assert set(map(str, found.values())) == {"([], True)"}, found


def test_without_javascript_words_are_typed_found_and_narrowed(
    page_without_js,
    enter,
    make_ticket,
    alex,
):
    ticket, other = make_ticket(level=2), make_ticket(level=3)
    page = enter(page_without_js, alex)
    page.goto(SEARCH)

    page.get_by_label("Search for").fill("schedule")
    page.get_by_label("Search for").press("Enter")
    page.get_by_role("link", name=other.number).wait_for()
    page.get_by_label("Level").select_option("2")
    page.get_by_role("button", name="Search").last.click()
    assert page.get_by_role("link", name=other.number).count() == 0
    page.get_by_role("link", name="Remove Level: Level 2").click()
    page.get_by_label("Search for").fill(ticket.number)
    page.get_by_label("Search for").press("Enter")

    assert page.url.endswith(f"/{ticket.pk}/change/")
