"""Every page in a real browser: accessible in light, dark and on a phone, from our host alone."""

import pytest

from portal.tests.pages import Page
from portal.tests.test_every_page import faults
from portal.tests.visits import DESK_PAGES, PORTAL, visits_of_models
from portal.tests.windows import Windows, looks

pytestmark = pytest.mark.browser

# Pages like others are looked at in the dark and on a phone at once; these in each.
MAIN = {visits[0] for visits in [*PORTAL.values(), *DESK_PAGES.values()] if visits}


@pytest.fixture
def windows(real_browser, live_site, stage):
    windows = Windows(real_browser, live_site, stage)
    yield windows
    windows.close()


def portal_pages():
    return [visit for visits in PORTAL.values() for visit in visits]


def desk_pages():
    return [visit for visits in DESK_PAGES.values() for visit in visits]


@pytest.mark.parametrize("pages", [portal_pages, desk_pages, visits_of_models])
def test_every_page_is_accessible_in_light_and_dark_and_fits_a_phone(windows, pages):
    found = {}
    for visit in pages():
        page, status = windows.open(visit)
        wrong = [
            *([] if status == visit.status else [f"status {status}"]),
            *([] if says_error(page) == is_refused(visit) else [f"title {page.title()}"]),
            *faults(Page(page.content())),
            *looks(page, dark_phone=visit not in MAIN),
        ]
        if wrong:
            found[visit] = wrong

    assert found == {}
    assert windows.complaints == []


# A period that ends before it begins: the page stays, and says so.
WRONG_DAYS = "first=2026-02-02&last=2026-02-01"
# A press that shows what saving would do, and is no mistake.
PREVIEWED = "{open}/about/"


def is_refused(visit):
    """A form that was sent wrong, by a press or in the address."""
    is_sent = bool(visit.press) and not visit.path.endswith(PREVIEWED)
    return is_sent or visit.status == 422 or WRONG_DAYS in visit.path


def says_error(page):
    return page.title().startswith("Error:")
