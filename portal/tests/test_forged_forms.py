"""No form of the site does anything for a page that is not ours."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from portal.tests.test_access import expectations, published
from portal.tests.world import World

# Rows that a request may write which only knocks: who knocked, and what a session is.
OF_KNOCKING = {"accounts.Limit", "sessions.Session"}
PRINT = "SELECT count(*), md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} AS row"
# Its address is the token: whoever has it, a mail program, stops a report by it (RFC 8058).
NEEDS_NO_TOKEN = {"report_stop"}
OTHERS_TOKEN = "b" * 32


@pytest.fixture
def world(db, make_user, make_team, make_ticket):
    return lambda who: World(who, make_user=make_user, make_team=make_team, make_ticket=make_ticket)


@pytest.fixture
def rows(db):
    """Return a print of every row of ours, by table."""
    models = [
        model
        for model in apps.get_models()
        if model._meta.label not in OF_KNOCKING and model._meta.managed
    ]

    def rows():
        found = {}
        with connection.cursor() as cursor:
            for model in models:
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(PRINT.format(table=table))
                found[model._meta.label] = cursor.fetchone()
        return found

    return rows


def posts(theirs):
    """Yield the address of every page that this person may send something to."""
    for entry in published():
        if "POST" in entry["methods"]:
            for things, expected in expectations(theirs, entry):
                if expected == "an answer" and entry["name"] not in NEEDS_NO_TOKEN:
                    yield entry["name"] or entry["path"], theirs.address(entry, things)


@pytest.mark.parametrize("who", ["anonymous", "customer", "agent", "administrator"])
@pytest.mark.parametrize("token", ["", OTHERS_TOKEN], ids=["without token", "with another's token"])
def test_no_form_is_taken_without_the_token_of_its_own_browser(world, rows, who, token):
    theirs = world(who)
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies.load(theirs.cookies | {"csrftoken": "a" * 32})
    addresses, before = list(posts(theirs)), rows()

    answers = {
        name: strict.post(address, {"csrfmiddlewaretoken": token, "body": "x"}).status_code
        for name, address in addresses
    }

    assert set(answers.values()) == {403}
    assert len(answers) > 10
    assert rows() == before


def test_what_another_site_sends_is_not_offered_back(client, db):
    strict = Client(enforce_csrf_checks=True)

    page = strict.post(
        "/new/payment/", {"subject": "Words of evil"}, headers={"origin": "https://evil.example"}
    )

    assert page.status_code == 403
    assert "Words of evil" not in page.content.decode()


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_redirects_stay_at_home(client, dana, to):
    dana.emailaddress_set.create(email=dana.email, verified=True, primary=True)
    came_in = client.post(
        "/accounts/sign-in/",
        {"login": dana.email, "password": "a long password of ours", "next": to},
    )
    went_out = client.post("/accounts/sign-out/", {"next": to})
    colors = client.post("/theme/", {"theme": "dark", "next": to})

    assert {response["Location"] for response in (came_in, went_out, colors)} == {"/"}
