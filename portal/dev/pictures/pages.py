"""Takes the pictures of the README from a running demo.

usage: python -m portal.dev.pictures.pages [FOLDER]

FOLDER is docs/pictures where none is named; PORT says where the demo answers, as for bin/demo.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from portal.dev import checks, chromium
from portal.dev.people import PASSWORD
from portal.dev.services import LOOPBACK, Ports

FOLDER = Path("docs/pictures")
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}
DARK: dict[str, Any] = WIDE | {"color_scheme": "dark"}
CUSTOMER, AGENT, MANAGER = "dana@clinic.example", "alex@support.example", "morgan@support.example"
QUEUE = "/admin/tickets/ticket/"


class Picture(NamedTuple):
    """One picture: who looks, how they get there, and on what screen."""

    name: str
    way: Callable[[Page], object]
    who: str = ""
    screen: dict[str, Any] = WIDE
    brand: str = ""


def home(page: Page) -> None:
    page.goto("/")


def urgent_form(page: Page) -> None:
    """Report what stops some people from working, up to the page that asks for a call."""
    page.goto("/new/clinical-collaboration/")
    for name, value in (
        ("subcategory", "troubleshooting"),
        ("affected", "some"),
        ("ability", "no"),
        ("kind", "issue"),
    ):
        choose(page, name, value)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/phone/")


def form(page: Page) -> None:
    """Ask for a new user, up to the questions that this brings up."""
    page.goto("/new/perfectserve/")
    for name, value in (
        ("subcategory", "user-access"),
        ("affected", "nobody"),
        ("ability", "yes"),
        ("kind", "request"),
    ):
        choose(page, name, value)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Subject").fill("New scheduler from Monday on")
    page.locator("textarea[name=description]").fill(
        "She needs to see and change the front desk’s week."
    )
    choose(page, "q_action", "Create a user")
    page.locator("[name=q_person]").fill("Robin Vale")
    page.locator("[name=q_email]").fill("robin.vale@clinic.example")
    page.get_by_role("button", name="Send request").click()
    page.locator("[name=q_role]").first.wait_for()


def own_ticket(page: Page) -> None:
    page.goto("/tickets/?view=waiting")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state()


def queue(page: Page) -> None:
    page.goto(QUEUE)


def desk_ticket(page: Page) -> None:
    page.goto(f"{QUEUE}?tab=mine")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state()


def breached(page: Page) -> None:
    page.goto("/admin/sla/breached/")


def soon(page: Page) -> None:
    page.goto("/admin/sla/soon/")


def compliance(page: Page) -> None:
    page.goto("/admin/sla/compliance/")
    page.get_by_role("link", name="Last 30 days").click()
    page.wait_for_load_state()


def due(page: Page) -> None:
    page.goto("/admin/sla/due/")


def mail(page: Page) -> None:
    """Open the newest mail that says a request was received, as its reader sees it."""
    page.goto(f"http://{LOOPBACK}:{checks.ports(dict(os.environ)).mails}/")
    page.get_by_role("link", name="received").first.click()
    page.wait_for_load_state()
    page.goto(f"{page.url}/html")


PICTURES = (
    Picture("home", home),
    Picture("form", form, CUSTOMER),
    Picture("phone", urgent_form, CUSTOMER, screen=PHONE, brand="clinical-collaboration"),
    Picture("ticket", own_ticket, CUSTOMER),
    Picture("queue", queue, AGENT),
    Picture("desk-ticket", desk_ticket, AGENT),
    Picture("breached", breached, MANAGER),
    Picture("soon", soon, MANAGER),
    Picture("compliance", compliance, MANAGER),
    Picture("due", due, MANAGER, screen=DARK),
    Picture("mail", mail, screen={"viewport": {"width": 720, "height": 700}}),
)


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    program = chromium.find()
    if program is None:
        print(chromium.ADVICE, file=sys.stderr)
        return 1
    ports = checks.ports(dict(os.environ))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.arguments())
        for picture in PICTURES:
            take(browser, picture, ports=ports, folder=folder)
            print(folder / f"{picture.name}.png", flush=True)
    return 0


def take(browser: Browser, picture: Picture, *, ports: Ports, folder: Path) -> None:
    host = f"{picture.brand}.localhost" if picture.brand else LOOPBACK
    context = browser.new_context(
        base_url=f"http://{host}:{ports.web}",
        locale="en-US",
        **picture.screen,
    )
    page = context.new_page()
    if picture.who:
        sign_in(page, picture.who)
    picture.way(page)
    page.screenshot(path=folder / f"{picture.name}.png")
    context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def choose(page: Page, name: str, value: str) -> None:
    """Press an answer's words, as people do: its button may be drawn anew while it is pressed."""
    answer = page.locator(f"[name={name}][value='{value}']")
    page.locator(f"label[for={answer.get_attribute('id')}]").click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
