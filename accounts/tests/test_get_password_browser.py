"""Get a password in a real browser: from the question to the requests of before."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.tests.people import make

NEW = "four red kites at the old mill"


@pytest.fixture
def walter(furnished, make_ticket):
    """Somebody who wrote to us twice and never signed up; others wrote, too."""
    walter = make("walter@clinic.example", name="Walter Stone", password=None)
    for subject in ("Pager is silent", "Wrong rotation"):
        make_ticket(requester=walter, channel="email", subject=subject)
    make_ticket(subject="Of somebody else")
    return walter


@pytest.fixture
def post(smtp_sink):
    """Deliver what waits and return the path of the link in the newest mail about a password."""

    def post():
        call_command("relay", verbosity=0)
        texts = [
            message.get_body(("plain",)).get_content()
            for message in smtp_sink.messages
            if message["Subject"] == "Choose your password"
        ]
        return re.search(r"https?://[^/\s]+(/accounts/password/get/\S+)", texts[-1])[1]

    return post


def ask(page, email):
    page.goto("/accounts/sign-in/")
    page.locator("main").get_by_role("link", name="Get a password").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Mail me a link").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()


def choose(page, link):
    page.goto(link)
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Save and sign in").click()
    page.wait_for_url("**/tickets/?first")


def walk(page, post):
    """Go the whole way, a mail scanner on its heels; return which requests are there in the end."""
    ask(page, "walter@clinic.example")
    link = post()
    Client().get(link, follow=True)
    choose(page, link)
    page.get_by_text("We found 2 earlier requests of yours.").wait_for()
    return {
        subject
        for subject in ("Pager is silent", "Wrong rotation", "Of somebody else")
        if page.get_by_text(subject).count()
    }


def test_who_only_wrote_finds_the_requests_of_before_and_no_others(page, walter, post):
    assert walk(page, post) == {"Pager is silent", "Wrong rotation"}


def test_the_same_without_javascript(page_without_js, walter, post):
    assert walk(page_without_js, post) == {"Pager is silent", "Wrong rotation"}


def test_a_dead_link_leads_to_a_new_one_by_one_click(page, walter, post, settings):
    ask(page, "walter@clinic.example")
    settings.PASSWORD_RESET_TIMEOUT = -1
    page.goto(post())
    settings.PASSWORD_RESET_TIMEOUT = 3600

    page.get_by_role("button", name="Send a new one").click()

    page.get_by_role("heading", name="Look into your mail").wait_for()
    choose(page, post())
    page.get_by_text("We found 2 earlier requests of yours.").wait_for()


def test_a_draft_begun_before_is_still_there(page, walter, post):
    page.goto("/new/payment/")
    page.get_by_label("Subject").fill("Two bills for May")
    page.get_by_role("button", name="Send request").click()
    ask(page, "walter@clinic.example")

    choose(page, post())

    page.get_by_role("heading", name="Not sent yet").wait_for()


def test_a_typed_password_can_be_looked_at(page, walter, post):
    ask(page, "walter@clinic.example")
    page.goto(post())
    field = page.get_by_label("New password")
    field.fill(NEW)

    page.get_by_role("button", name="Show password").click()
    shown = field.get_attribute("type")
    page.get_by_role("button", name="Hide password").click()

    assert (shown, field.get_attribute("type")) == ("text", "password")


def test_no_page_on_the_way_shuts_anybody_out(page, walter, post, axe):
    faults = []

    def look():
        for width, scheme in ((1280, "light"), (320, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            faults.extend((page.url, fault) for fault in axe(page))
            assert page.evaluate("document.documentElement.scrollWidth") == width

    page.goto("/accounts/password/get/")
    look()
    page.get_by_role("button", name="Mail me a link").click()
    look()
    ask(page, "walter@clinic.example")
    look()
    page.goto("/accounts/password/get/1-made-up/")
    look()
    page.goto(post())
    look()
    page.get_by_label("New password").fill("password")
    page.get_by_role("button", name="Save and sign in").click()
    look()
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Save and sign in").click()
    page.wait_for_url("**/tickets/?first")
    look()

    assert faults == []
