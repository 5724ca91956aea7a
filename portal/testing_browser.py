"""Fixtures that drive the site in a real Chromium, and its accessibility checks.

A test that asks for `page` or `page_without_js` is marked `browser` by that alone.
"""

import functools
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from portal.dev import chromium

FIXTURES = {"page", "page_without_js"}
AXE = Path(__file__).parent / "tests/vendor/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = {"width": 1280, "height": 900}
PATIENCE_MS = 120_000  # as other tests have it that wait for what will come about
LOOKS = {
    "Page": ("title", "content", "evaluate"),
    "Locator": ("count", "all", "all_inner_texts", "all_text_contents", "is_visible", "is_hidden"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests, and run them last: the quick ones tell first what is broken."""
    for item in items:
        if FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def real_browser() -> Generator[Any]:
    """A headless Chromium, one for all tests."""
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.ADVICE) if os.environ.get("CI") else pytest.skip(chromium.ADVICE)
    from playwright import sync_api

    for name, looks in LOOKS.items():
        look_when_read(getattr(sync_api, name), looks)
    sync_api.expect.set_options(timeout=PATIENCE_MS)
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=chromium.arguments())
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def look_when_read(kind: type, looks: tuple[str, ...]) -> None:
    """Let what looks once, without waiting, look at a document that was read to its end.

    Pressing a button waits only for the first bytes of the page that it leads to: on a busy
    machine a look right after it would count what has not come yet.
    """

    def patient(look: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(look)
        def looking(self: Any, *args: Any, **named: Any) -> Any:
            getattr(self, "page", self).wait_for_load_state("domcontentloaded")
            return look(self, *args, **named)

        return looking

    for name in looks:
        setattr(kind, name, patient(getattr(kind, name)))


@pytest.fixture
def live_site(furnished: None, live_server: Any) -> Any:
    """The site on a port of this machine with the shipped catalog; `live_site.url` says where."""
    return live_server


@pytest.fixture
def page(real_browser: Any, live_site: Any) -> Generator[Any]:
    """A page in a browser of its own; fails the test when a script or the CSP complains."""
    context = real_browser.new_context(base_url=live_site.url, viewport=WIDE, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
    )
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page_without_js(real_browser: Any, live_site: Any) -> Generator[Any]:
    """The same with JavaScript switched off."""
    context = real_browser.new_context(
        base_url=live_site.url, viewport=WIDE, locale="en-US", java_script_enabled=False
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def enter(live_site: Any) -> Callable[..., Any]:
    """`enter(page, alex)` gives a browser's page somebody's session, and returns the page."""

    def enter(page: Any, user: Any) -> Any:
        # Only now: models are there once Django is set up.
        from django.conf import settings
        from django.test import Client

        client, name = Client(), settings.SESSION_COOKIE_NAME
        client.force_login(user)
        session = client.cookies[name].value
        page.context.add_cookies([{"name": name, "url": live_site.url, "value": session}])
        return page

    return enter


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """`axe(page)` lists what is not accessible: one line for each rule with its elements."""
    return violations


def violations(page: Any) -> list[str]:
    """List what is not accessible."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text() + ";0")
    # No preload: axe would copy imported style sheets into the page, which the CSP refuses.
    found = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations'], preload: false})",
        RULES,
    )
    return [
        f"{broken['id']}: {broken['help']} {[node['target'] for node in broken['nodes']]}"
        for broken in found["violations"]
    ]
