"""With JavaScript, an answer changes the form where it stands; without, sending shows the same."""

import pytest
from playwright.sync_api import expect

from tickets.models import Draft, Ticket

PASSWORD = "a long password of ours"
USER_ACCESS = {
    "subcategory": "user-access",
    "affected": "nobody",
    "ability": "yes",
    "kind": "request",
}
ONE_PAGE = {"kind": "question", "affected": "nobody", "ability": "yes"}
URGENT = {"affected": "most", "ability": "no"}


@pytest.fixture
def loads(page, proved):
    return counted(page, proved)


@pytest.fixture
def loads_without_js(page_without_js, proved):
    return counted(page_without_js, proved)


@pytest.fixture
def proved(live_site, dana):
    dana.emailaddress_set.create(email=dana.email, verified=True, primary=True)
    return dana


def counted(page, user):
    """Sign in, and from then on note the path of each page that is shown."""
    page.goto("/accounts/sign-in/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.shown = []
    page.on("domcontentloaded", lambda: page.shown.append(page.url.rpartition(":")[2]))
    return page


def choose(page, answers):
    for name, value in answers.items():
        answer = page.locator(f"[name={name}][value='{value}']")
        page.locator(f"label[for={answer.get_attribute('id')}]").click()
        assert answer.is_checked()


def press(page, name):
    page.get_by_role("button", name=name).click()


def begin(page, answers=USER_ACCESS, type="PerfectServe (Care Team & Practitioner) requests"):
    page.goto("/new/")
    page.get_by_role("link", name=type).click()
    choose(page, answers)


def fill(page, **texts):
    for name, text in texts.items():
        page.locator(f"main [name={name}]").fill(text)


def to_details(page):
    begin(page)
    press(page, "Continue")
    fill(page, subject="New scheduler", description="She starts on Monday.")


def test_questions_come_and_go_in_place_and_what_was_typed_stays(loads):
    page = loads
    to_details(page)
    fill(page, q_person="Robin Vale", q_email="robin@clinic.example")
    page.locator("[name=files]").set_input_files(
        [{"name": "error.png", "mimeType": "image/png", "buffer": b"png"}]
    )

    page.locator("[name=q_action]").first.focus()
    page.keyboard.press("Space")
    page.locator("[name=q_start]").wait_for()
    focused = page.evaluate("document.activeElement.name")
    told = page.locator("#news").inner_text()
    page.keyboard.press("ArrowUp")
    page.locator("[name=q_end]").wait_for()

    assert focused == page.evaluate("document.activeElement.name") == "q_action"
    assert told == "Your answer brings up more questions, just below it."
    assert page.locator("[name=q_start]").count() == 0
    assert page.locator("[name=q_person]").input_value() == "Robin Vale"
    assert page.locator("[name=files]").evaluate("input => input.files.length") == 1
    assert page.locator(".field-error").count() == 0


def test_a_complex_request_takes_four_pages(loads):
    page = loads
    to_details(page)
    choose(page, {"q_action": "Deactivate a user"})
    page.locator("[name=q_end]").wait_for()
    fill(page, q_person="Robin Vale", q_email="robin@clinic.example", q_end="2026-12-24")
    press(page, "Send request")
    page.wait_for_url("**/?filed")

    assert len(page.shown) == 4
    assert Ticket.objects.get().answers.count() == 4


def test_without_javascript_an_answer_that_reveals_questions_costs_one_page_more(
    loads_without_js,
):
    page = loads_without_js
    to_details(page)
    choose(page, {"q_action": "Deactivate a user"})
    fill(page, q_person="Robin Vale", q_email="robin@clinic.example")
    press(page, "Send request")
    page.locator("[name=q_end]").wait_for()
    step = page.title(), page.locator(".field-error, .error-summary").count()
    page.locator(".notice a").click()
    expect(page.locator("[name=q_end]")).to_be_focused()
    fill(page, q_end="2026-12-24")
    press(page, "Send request")
    page.wait_for_url("**/?filed")

    assert (step[0].startswith("Error"), step[1]) == (False, 0)
    assert len(page.shown) == 5


@pytest.mark.parametrize("urgent", [False, True])
def test_a_simple_request_takes_three_pages_and_one_for_the_phone(loads_without_js, urgent):
    page = loads_without_js
    begin(page, ONE_PAGE | (URGENT if urgent else {}), type="Payment assistance")
    fill(page, subject="Invoice", description="Is it paid?")
    press(page, "Send request")
    if urgent:
        expect(page.locator("#call-title")).to_be_focused()
        page.get_by_label("I can't call from here").check(force=True)
        press(page, "Send request")
    page.wait_for_url("**/?filed")

    assert len(page.shown) == (4 if urgent else 3)


def test_level_and_promise_follow_the_answers_of_a_form_of_one_page(loads):
    page = loads
    begin(page, {"affected": "one", "ability": "no"}, type="Payment assistance")
    page.get_by_text("Level 3:").last.wait_for()
    choose(page, {"affected": "nobody"})
    page.locator("#promise").get_by_text("Level 4:").wait_for()

    page.reload()

    assert page.locator("#promise .promise").count() == 2
    assert page.locator("[name=affected][value=nobody]").is_checked()
    assert Draft.objects.get().data["affected"] == ["nobody"]


@pytest.mark.parametrize("path", ["/new/perfectserve/", "/new/legal-information/"])
def test_after_a_failed_send_each_line_of_the_summary_leads_to_its_control(loads_without_js, path):
    page = loads_without_js
    page.goto(path)

    page.locator("main .btn-primary").click()
    page.locator(".error-summary").wait_for()

    assert page.title().startswith("Error: ")
    expect(page.locator(".error-summary")).to_be_focused()
    links = page.locator(".error-summary a").all()
    assert len(links) >= 4
    for link in links:
        link.click()
        target = link.get_attribute("href")[1:]
        expect(page.locator(f"[id='{target}']")).to_be_focused()
