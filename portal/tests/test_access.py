"""Every page of the site asked as everybody: it answers as `routes --json` says."""

from __future__ import annotations

import json
import re
from functools import cache
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from portal import routes
from portal.access import ALLOWED, NOBODY, OWN, PAGES, SHUT, page
from portal.access import EVERYBODY as ALL_ROLES
from portal.tests.world import (
    ELSEWHERE,
    EVERYBODY,
    INACTIVE,
    OF_A_MAIL,
    OF_A_TICKET,
    SIGNED_OUT,
    UNCONFIRMED,
    World,
)

ROLE_OF = {ELSEWHERE: "agent", INACTIVE: SIGNED_OUT}
OF_A_MODEL = re.compile(r"admin:(?!tickets_delete$)\w+_(changelist|add|change|delete|history)")
AN_ANSWER, SIGN_IN, REFUSED, NOTHING = "an answer", "sign-in", "403", "404"
# Named as the admin's lists of rows are, and pages of the desk.
DESK = {"admin:tickets_ticket_changelist", "admin:tickets_ticket_change"}
OF_TICKETS = {*OF_A_TICKET, *OF_A_MAIL, "file"}


@pytest.fixture
def world(db, make_user, make_team, make_ticket):
    return lambda who: World(who, make_user=make_user, make_team=make_team, make_ticket=make_ticket)


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_answers_as_published(who, world):
    found = faults(world(who), published())

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "name, said, found",
    [
        (
            "breached",
            page(ALL_ROLES),
            ["GET /admin/sla/breached/: an answer is published, 404 came"],
        ),
        ("contact", page(NOBODY), ["GET /contact/: 404 is published, an answer came"]),
    ],
)
def test_a_table_that_is_wrong_is_found_out(monkeypatch, world, name, said, found):
    monkeypatch.setitem(PAGES, name, said)
    entries = [entry for entry in routes.published() if entry["name"] == name]

    assert faults(world("customer"), entries) == found


def test_every_ticket_of_another_brand_is_as_if_it_were_not_there(world):
    elsewhere = world(ELSEWHERE)
    asked = {
        entry["name"]: list(expectations(elsewhere, entry))[-1][1]
        for entry in published()
        if entry["name"] in OF_TICKETS
    }

    assert asked == dict.fromkeys(OF_TICKETS, NOTHING)


def faults(theirs, entries):
    """What does not answer as these entries say."""
    return [
        f"{method} {address}: {expected} is published, {answer} came"
        for entry in entries
        for method in entry["methods"]
        if method != "HEAD"  # Django answers it as it does GET
        for things, expected in expectations(theirs, entry)
        for address in [theirs.address(entry, things)]
        for answer in [ask(theirs, entry, things, request=(method, address))]
        if answer != expected
    ]


def expectations(theirs, entry):
    """Whose things to ask for, and what must come of it."""
    name, said = entry["name"], entry["roles"][ROLE_OF.get(theirs.who, theirs.who)]
    refused = refusal(theirs, entry)
    if theirs.who == ELSEWHERE and name == UNCONFIRMED:
        said, refused = "", NOTHING
    elif theirs.who == ELSEWHERE and said == ALLOWED and name in OF_TICKETS:
        # Of another brand's tickets an agent sees what they filed themselves, on customers' pages.
        said, refused = ("", NOTHING) if entry["path"].startswith("/admin/") else (OWN, NOTHING)
    if said == OWN:
        yield theirs.own, AN_ANSWER if theirs.who != INACTIVE else refused
    yield theirs.foreign, AN_ANSWER if said == ALLOWED else refused


def refusal(theirs, entry):
    """How the site refuses: sign-in, or nothing there; on lists of the admin, in words."""
    if entry["path"] in shut_paths():
        return NOTHING
    if ROLE_OF.get(theirs.who, theirs.who) == SIGNED_OUT:
        return SIGN_IN
    is_list = OF_A_MODEL.fullmatch(entry["name"]) and entry["name"] not in DESK
    if is_list and theirs.user.is_staff:
        return REFUSED
    return NOTHING


@cache
def shut_paths():
    return {f"/{route.path}" for route in routes.all_routes() if route.page is SHUT}


@cache
def published():
    """What the command prints, read once."""
    out = StringIO()
    call_command("routes", "--json", stdout=out)
    return json.loads(out.getvalue())


def ask(theirs, entry, things, *, request):
    """Send a bare request, undo whatever it did, and say in a word what came."""
    before = transaction.savepoint()
    response = theirs.browser(entry, things).generic(*request)
    b"".join(response)  # a file is closed once it was read
    transaction.savepoint_rollback(before)
    to = response.get("Location", "")
    if to.startswith(reverse("account_login")):
        return SIGN_IN
    if response.status_code in (403, 404, 405) or response.status_code >= 500:
        return str(response.status_code)
    return f"a way out to {to}" if to and not to.startswith("/") else AN_ANSWER
