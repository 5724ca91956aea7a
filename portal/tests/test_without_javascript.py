"""Every page of portal and desk without JavaScript, on a phone: it opens, and its parts work."""

import pytest
from playwright.sync_api import expect

from portal.tests.pages import Page
from portal.tests.visits import DESK_PAGES, PORTAL
from portal.tests.windows import OVERFLOW, PHONE, Windows

pytestmark = pytest.mark.browser

# Everything somebody can use: its place on the screen, and where it leads or what it sends. What
# is folded is opened first. The trap is for machines alone, and a hidden button takes the Enter key
# so that it presses no other.
USABLE = """
() => (document.querySelectorAll('main details').forEach(folded => folded.open = true),
  [...document.querySelectorAll('main a, main button, main input, main select, main textarea')])
  .filter(part => part.type !== 'hidden' && !part.closest('[hidden], .trap'))
  .map(part => ({
    name: [part.name || part.innerText || part.id, part.matches('button') && part.value]
      .filter(Boolean).join(' '),
    seen: part.checkVisibility() && part.getBoundingClientRect().width > 0,
    leads: part.matches('a') ? !/^(#?|javascript:.*)$/.test(part.getAttribute('href') ?? '')
      : !!part.form && (part.type !== 'button')
  }))
  .filter(part => !part.seen || !part.leads)
  .map(part => part.name)
"""
# A form of nothing but hidden values asks nobody anything, like Django's around a list to read.
SENDABLE = """
() => [...document.querySelectorAll('form')]
  .filter(form => [...form.elements].some(part => part.type !== 'hidden'))
  .filter(form => ![...form.elements].some(part => part.type === 'submit'))
  .map(form => form.action)
"""


@pytest.fixture
def windows(real_browser, live_site, stage):
    windows = Windows(real_browser, live_site, stage, java_script_enabled=False)
    yield windows
    windows.close()


@pytest.mark.parametrize("pages", [PORTAL, DESK_PAGES], ids=["portal", "desk"])
def test_every_page_opens_on_a_phone_and_everything_on_it_leads_somewhere(windows, pages):
    found = {}
    for visit in (visit for visits in pages.values() for visit in visits):
        page, status = windows.open(visit)
        page.set_viewport_size(PHONE)
        wrong = [
            *([] if status == visit.status else [f"status {status}"]),
            *(f"{name} cannot be used" for name in unusable(page)),
            *(f"{form} cannot be sent" for form in page.evaluate(SENDABLE)),
            *([] if page.evaluate(OVERFLOW) <= 0 else ["too wide"]),
            *([] if len(Page(page.content()).all("h1")) == 1 else ["no heading"]),
        ]
        if wrong:
            found[visit] = wrong

    assert found == {}


def unusable(page):
    """What cannot be used on the page, whichever kind of message is chosen, if one can be."""
    kinds = page.locator("main input[type=radio][name=kind]").all()
    if not kinds:
        return page.evaluate(USABLE)
    found = []
    for kind in kinds:
        kind.check()
        found.append(page.evaluate(USABLE))
    return [name for name in found[0] if all(name in others for others in found[1:])]


def test_a_customer_files_an_urgent_ticket_with_a_file_answers_and_solves_it(windows):
    page = windows.of("dana")
    page.goto("/new/perfectserve/")
    page.get_by_label("Call/message routing or message content assistance").check()
    page.get_by_label("Some people").check()
    page.get_by_label("No, and there is no other way").check()
    page.get_by_label("An issue").check()
    page.get_by_role("button", name="Continue").click()

    page.get_by_role("heading", name="Please call us now").wait_for()
    page.get_by_label("I can't call from here").check()
    page.get_by_role("button", name="Continue to the ticket").click()

    page.get_by_role("button", name="Send request").click()
    assert page.title().startswith("Error:")
    expect(page.locator(".error-summary")).to_be_focused()
    fill(page)
    page.get_by_label("Files").set_input_files(
        {"name": "error.png", "mimeType": "image/png", "buffer": b"not much of a picture"}
    )
    page.get_by_role("button", name="Upload now").click()
    page.get_by_role("button", name="Remove error.png").wait_for()
    page.get_by_role("button", name="Send request").click()

    page.get_by_role("heading", name="Request sent").wait_for()
    page.get_by_role("link", name="See the ticket").click()
    page.get_by_label("Your reply").fill("It works again.")
    page.get_by_label("This also solves it").check()
    page.get_by_role("button", name="Send reply").click()
    page.get_by_text("Solved – tell us if not").first.wait_for()


def fill(page):
    """Answer whatever the details ask."""
    for box in page.locator("main input[type=text], main textarea:not([name=copy_to])").all():
        box.fill("The overnight team of St. Mary's")
    for group in page.locator("main fieldset").all():
        group.locator("input").first.check()
    for choice in page.locator("main select").all():
        choice.select_option(index=1)


def test_the_colors_can_be_chosen_and_stay(windows):
    page = windows.of("visitor")
    page.goto("/contact/")

    page.get_by_role("button", name="Dark").click()

    assert (page.url.endswith("/contact/"), theme(page)) == (True, "dark")
    page.goto("/")
    assert theme(page) == "dark"


def theme(page):
    return page.evaluate("document.documentElement.dataset.bsTheme")
