"""Every page of the site hangs together: its title, headings, ids, labels, and what it fetches."""

import re

import pytest

from portal.tests.pages import Page
from portal.tests.visits import (
    DESK_PAGES,
    NO_PAGES,
    PORTAL,
    addresses,
    addresses_of_models,
    all_visits,
)

pytestmark = pytest.mark.django_db

FETCHED = {"link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}
UNSENT = {"hidden", "submit", "button", "image"}


def test_every_address_is_a_page_with_visits_or_says_why_it_is_none():
    listed = {*PORTAL, *DESK_PAGES, *NO_PAGES} - {"components"}  # in development and demo alone

    assert listed - addresses_of_models() == set(addresses()) - addresses_of_models()


def test_every_page_hangs_together(stage):
    visits = [visit for visit in all_visits() if not visit.press]

    found = {}
    for visit in visits:
        response = stage.browsers[visit.who].get(visit.path.format(**stage.places), follow=True)
        if response.status_code != visit.status:
            found[visit] = [f"status {response.status_code}"]
        elif wrong := faults(Page(response.content.decode())):
            found[visit] = wrong

    assert found == {}
    assert len(visits) > 100


def faults(page):
    """List what is wrong with a page, in words."""
    ids = page.ids()
    return [
        *(f"{len(page.all(tag))} {tag}" for tag in ("h1", "main") if len(page.all(tag)) != 1),
        *([] if _is_named(page) else [f"title: {page.title}"]),
        *(f"id {name} twice" for name in sorted(set(ids)) if ids.count(name) > 1),
        *(f"nothing is called {name}" for name in sorted(page.references() - set(ids))),
        *(f"no label: {name}" for name in unlabeled(page)),
        *(f"heads nothing: {th}" for th in page.all("th") if not th.get("scope")),
        *([] if len(page.all("fieldset")) == len(page.all("legend")) else ["a group has no name"]),
        *(f"from elsewhere: {url}" for url in fetched(page) if not re.match(r"/(?!/)", url)),
    ]


def _is_named(page):
    thing, _dash, place = page.title.rpartition(" – ")
    return bool(thing) and (place.endswith(" Support") or place == "Turnaround desk")


def unlabeled(page):
    """Return the controls that no label names, neither its own nor one around it."""
    named = {label.get("for") for label in page.all("label")} | set(page.inside_labels)
    return [
        attrs.get("name", "?")
        for tag in ("input", "select", "textarea")
        for attrs in page.all(tag)
        if attrs.get("type") not in UNSENT
        and not attrs.get("aria-label")
        and attrs.get("id", "") not in named
        and attrs.get("name") not in named
    ]


def fetched(page):
    """Return the addresses of everything a browser loads beside the page itself."""
    found = [
        attrs[name] for tag, name in FETCHED.items() for attrs in page.all(tag) if attrs.get(name)
    ]
    return [url for url in found if not url.startswith("data:image/")]
