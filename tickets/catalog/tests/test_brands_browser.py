"""What a host looks like in a browser: its colors, its logo, its phone line."""

from urllib.parse import urlsplit

import pytest

from tickets.catalog.tests.logos import make_logo

PURPLE, LIGHT_PURPLE = "rgb(90, 62, 140)", "rgb(196, 174, 240)"
STRIPE = "getComputedStyle(document.querySelector('.site-header')).borderTopColor"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
ALL_FIT = {("light", 320): True, ("light", 1280): True, ("dark", 320): True, ("dark", 1280): True}


@pytest.fixture
def collaboration(live_site, settings):
    """The address of Clinical Collaboration on this server."""
    settings.HOSTS = {"collaboration.localhost": "clinical-collaboration"}
    return f"http://collaboration.localhost:{urlsplit(live_site.url).port}"


def test_a_host_has_its_own_colors_name_and_extension(page, collaboration):
    page.goto(f"{collaboration}/accounts/sign-in/")
    light = page.evaluate(STRIPE)
    page.emulate_media(color_scheme="dark")

    assert (light, page.evaluate(STRIPE)) == (PURPLE, LIGHT_PURPLE)
    page.get_by_role("link", name="Clinical Collaboration Support").wait_for()
    assert page.locator("footer").get_by_role("link", name="Call").get_attribute("href") == (
        "tel:+18778447727;ext=1"
    )


def test_a_logo_is_shown_at_its_height_and_read_out_by_name(page, collaboration, axe):
    make_logo(key="clinical-collaboration")
    fits, wrong = {}, []

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(collaboration)
            fits[scheme, width] = page.evaluate(FITS)
            wrong += axe(page)

    logo = page.get_by_role("img", name="Clinical Collaboration")
    assert (fits, wrong) == (ALL_FIT, [])
    assert logo.evaluate("image => [image.naturalWidth > 0, image.offsetHeight]") == [True, 40]


def test_a_logo_that_does_not_arrive_leaves_the_name(page, collaboration):
    make_logo(key="clinical-collaboration")
    page.route("**/logo/**", lambda route: route.abort())

    page.goto(collaboration)

    home = page.get_by_role("link", name="Clinical Collaboration Support")
    assert home.evaluate("link => link.getBoundingClientRect().width") > 200
