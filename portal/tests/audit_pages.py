"""What bin/audit finds on the pages of visits.py, written down as JSON; no test: it judges nothing.

Every page in each of its states goes through axe (light, dark, on a phone, in forced colors),
HTML_CodeSniffer and html-validate; then Lighthouse and the weights, from the server of production.
"""

import json
import os
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Error

from portal.dev.audit import tools
from portal.testing_browser import WIDE, violations
from portal.tests import test_error_pages_browser, test_weight
from portal.tests.visits import DESK_PAGES, PORTAL, visits_of, visits_of_models
from portal.tests.windows import Windows, looks
from tickets import clock

production, weigh = test_weight.production, test_weight.weigh
declared = test_error_pages_browser.declared

# Pages of test_error_pages.py that fail, and the page that shows every component.
FAILURES = (
    *visits_of("dana", "/fail/", status=500),
    *visits_of("dana", "/forbid/", status=403),
    *visits_of("visitor", "/no-such-page/", status=404),
    *visits_of("visitor", "/dev/components/"),
)
STATES = (
    "as they stand",
    "sent with errors",
    "with nothing to show",
    "denied, or not there",
    "failed",
)
# It breaks on an e-mail field that is the user name, which is right; axe judges these.
PREPARE = """document.querySelectorAll('[autocomplete]').forEach(
    field => field.removeAttribute('autocomplete'))"""
SNIFF = """() => new Promise(done => HTMLCS.process('WCAG2AA', document, () => done(
    HTMLCS.getMessages().filter(said => said.type === HTMLCS.ERROR).map(said =>
        `${said.code}: ${said.msg} ${(said.element.outerHTML || '').slice(0, 120)}`
    ))))"""


@pytest.fixture
def place():
    return Path(os.environ["AUDIT_TOOLS"])


@pytest.fixture
def note():
    """`note(name, found)` keeps what was found for the report."""

    def note(name, found):
        Path(os.environ["AUDIT_FOUND"], f"{name}.json").write_text(json.dumps(found))

    return note


@pytest.mark.urls(test_error_pages_browser.__name__)
def test_pages(real_browser, live_site, stage, place, note, tmp_path):
    windows = Windows(real_browser, live_site, stage)
    look = Look(windows, sniffer=(place / "node_modules/html_codesniffer/build/HTMLCS.js"))
    visits = [visit for visits in [*PORTAL.values(), *DESK_PAGES.values()] for visit in visits]
    visits += [*visits_of_models(), *FAILURES]
    for number, visit in enumerate(visits, 1):
        before = len(look.found)
        (tmp_path / f"{number}.html").write_text(look.at(visit))
        print(f"{number}/{len(visits)} {name_of(visit)}: {len(look.found) - before}", flush=True)
    windows.close()
    for file, said in tools.invalid_html(place, tmp_path).items():
        page = name_of(visits[int(file.removesuffix(".html")) - 1])
        look.found += [("html-validate", page, line) for line in said]
    day = clock.now().date().isoformat()
    note("pages", {"day": day, "states": look.states, "found": look.found})


class Look:
    """Opens page after page and collects (tool, page, what is wrong)."""

    def __init__(self, windows, *, sniffer):
        self.windows, self.sniffer, self.found = windows, sniffer.read_text(), []
        self.states = dict.fromkeys(STATES, 0)

    def at(self, visit):
        """Look at a page as it stands, in the dark, on a phone and in forced colors."""
        sent = SimpleNamespace(page=None)
        window = self.windows.of(visit.who)
        keep = partial(remember, sent)
        window.on("response", keep)
        page, status = self.windows.open(visit)
        window.remove_listener("response", keep)
        html = sent.page.text()
        if status != visit.status:
            self._add("status", visit, [str(status)])
        self.states[state_of(visit, page)] += 1
        self._add("axe", visit, looks(page))
        page.set_viewport_size(WIDE)
        page.emulate_media(forced_colors="active")
        self._add("axe", visit, [f"forced colors: {line}" for line in violations(page)])
        page.emulate_media(forced_colors="none")
        self._add("HTML_CodeSniffer", visit, self._sniff(page))
        self._add("browser", visit, self.windows.complaints)
        self.windows.complaints.clear()
        return html

    def _sniff(self, page):
        page.evaluate(f"{self.sniffer};{PREPARE}")
        try:
            return page.evaluate(SNIFF)
        except Error as error:
            return [f"stopped: {error.message.splitlines()[0]}"]

    def _add(self, tool, visit, lines):
        self.found += [(tool, name_of(visit), line) for line in lines]


def remember(sent, response):
    if response.request.resource_type == "document" and not 300 <= response.status < 400:
        sent.page = response


def state_of(visit, page):
    """Say which of STATES a page is in."""
    if visit.press:
        return STATES[1]
    if visit.status in (403, 404):
        return STATES[3]
    if visit.status >= 500:
        return STATES[4]
    return STATES[2] if page.locator(".empty").count() else STATES[0]


def name_of(visit):
    """Say which page in which state, the same in every run."""
    return f"{visit.path} ({visit.who}{', sent empty' if visit.press else ''})"


def test_speed(production, stage, weigh, place, note):
    pages = {
        "Home": ("visitor", "/"),
        "Chooser": ("visitor", "/new/"),
        "Form": ("visitor", "/new/perfectserve/"),
        "Ticket": ("dana", f"/tickets/{stage.places['late']}/"),
    }
    scores, weights = {}, {}
    for name, (who, path) in pages.items():
        cookies = "; ".join(
            f"{each.key}={each.value}" for each in stage.browsers[who].cookies.values()
        )
        weights[name] = weigh(who, path)
        scores[name] = tools.lighthouse(place, production + path, cookies=cookies)
        print(f"Lighthouse, {name}: {scores[name]}, {weights[name]}", flush=True)
    note("speed", {"scores": scores, "weights": weights})
