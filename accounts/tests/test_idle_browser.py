"""The warning before an idle sign-out, in a real browser."""

import pytest
from django.test import Client

from accounts.tests.people import make, sign_in


@pytest.fixture
def dana(furnished):
    return make()


@pytest.fixture
def tabs(page, dana, live_site):
    """Two tabs of somebody who is signed in."""
    client = Client()
    sign_in(client, dana.email)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_site.url}])
    return page, page.context.new_page()


@pytest.mark.alone
def test_who_types_long_is_warned_in_every_tab_stays_and_keeps_the_text(
    settings, tabs, axe, live_site
):
    settings.IDLE_SECONDS_CUSTOMER = 9
    here, there = tabs
    there.goto("/profile/")
    here.goto("/new/payment/")  # whose own script runs beside the warning's
    here.get_by_label("Subject").fill("Invoice 4711")
    warnings = [tab.locator("#idle-warning .notice") for tab in tabs]

    assert [warning.count() for warning in warnings] == [0, 0]
    for warning in warnings:
        warning.wait_for(timeout=9000)
    assert "Nothing was sent for a while" in warnings[0].inner_text()
    assert axe(here) == []
    here.get_by_role("button", name="Stay signed in").click()
    for warning in warnings:
        warning.wait_for(state="detached", timeout=3000)

    warnings[0].wait_for(timeout=9000)
    here.get_by_text("You are signed out.").wait_for(timeout=9000)
    assert here.get_by_label("Subject").input_value() == "Invoice 4711"
    here.wait_for_timeout(2000)  # the server counts whole seconds, and ends it a little later
    here.goto("/profile/")
    assert "/accounts/sign-in/" in here.url
