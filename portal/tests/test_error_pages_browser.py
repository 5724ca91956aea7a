"""Error pages and the components page in a real browser: accessible, light, dark and on a phone."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import path

from portal.components import components
from portal.testing_browser import WIDE
from portal.tests import test_error_pages
from portal.tests.stage import Stage
from portal.tests.windows import Windows, looks

handler400, handler500 = test_error_pages.handler400, test_error_pages.handler500
urlpatterns = [
    *test_error_pages.urlpatterns,
    path("dev/components/", components, name="components"),
]
pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__)]

declared = test_error_pages.declared
SEND = "main form .btn-primary"


@pytest.fixture
def windows(real_browser, live_site, dana):
    stage = Stage({"visitor": Client(), "dana": Client()})
    stage.browsers["dana"].force_login(dana)
    windows = Windows(real_browser, live_site, stage)
    yield windows
    windows.close()


@pytest.fixture
def maintenance(settings):
    flag = settings.HOME / "maintenance"
    flag.touch()
    yield
    flag.unlink()


def test_pages_that_failed_and_the_components_are_accessible(windows):
    page, found = windows.of("dana"), {}
    for address in ("/no-such-page/", "/forbid/", "/fail/", "/dev/components/"):
        page.set_viewport_size(WIDE)
        page.goto(address)
        found[page.locator("h1").inner_text()] = looks(page)

    assert found == {
        "Page not found": [],
        "You may not open this page": [],
        "This page failed": [],
        "Components": [],
    }
    assert windows.complaints == []


def test_the_page_of_an_unknown_host_is_accessible(windows, live_site):
    page = windows.of("visitor")
    page.goto(f"http://elsewhere.localhost:{urlsplit(live_site.url).port}/")

    assert page.locator("h1").inner_text() == "This address does not work here"
    assert looks(page) == []


def test_the_page_during_maintenance_is_accessible(windows, maintenance):
    page = windows.of("visitor")
    page.goto("/")

    assert (page.locator("h1").inner_text(), looks(page)) == ("We are changing something", [])


def test_the_page_for_too_much_at_once_is_accessible(windows, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    page = windows.of("visitor")
    page.goto("/new/payment/")

    page.locator(SEND).click()

    assert (page.locator("h1").inner_text(), looks(page)) == ("That was too large to send", [])


def test_the_page_for_too_many_tries_is_accessible(windows, settings):
    settings.LIMITS = settings.LIMITS | {"sign_up": (1, 600)}
    page = windows.of("visitor")
    page.goto("/accounts/sign-up/")

    page.locator(SEND).click()
    page.locator(SEND).click()

    assert (page.locator("h1").inner_text(), looks(page)) == ("Too many tries", [])


def test_the_page_of_an_old_form_is_accessible_and_sends_what_was_typed(windows):
    page = windows.of("visitor")
    page.goto("/new/payment/")
    page.get_by_label("Subject").fill("An invoice of the wrong practice " * 3)
    page.context.clear_cookies()

    page.locator(SEND).click()

    assert (page.locator("h1").inner_text(), looks(page)) == ("Not sent yet", [])
    page.get_by_role("button", name="Send", exact=True).click()
    assert page.get_by_label("Subject").input_value().startswith("An invoice of the wrong")
