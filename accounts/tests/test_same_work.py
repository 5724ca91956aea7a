"""What a form does is the same for every address, so that a stopwatch learns nothing either.

The cause is tested here, without a stopwatch; bench/accounts.py measures the effect.
"""

import re
from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.people import PASSWORD, get_password, make, sign_in
from accounts.tests.test_sign_up import sign_up

# Real transactions, so that what is written to disk is counted, too.
pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = ["dana", "mailed", "unproved", "alex", "gone", "nobody"]
FORMS = {
    "get a password": lambda client, email: get_password(client, email),
    "sign up": lambda client, email: sign_up(client, email=email),
    "sign in": lambda client, email: sign_in(client, email, "not it at all"),
}


@pytest.fixture
def addresses(furnished, mails_are_rows, alex):
    """One address of each kind of person; the last one is nobody's."""
    make("dana@clinic.example")
    make("mailed@clinic.example", password=None)
    User.objects.create_user("gone@clinic.example", PASSWORD, is_active=False)
    sign_up(Client(), email="unproved@clinic.example")
    return {name: f"{name}@clinic.example" for name in PEOPLE} | {"alex": alex.email}


@pytest.fixture
def hashes(monkeypatch):
    """Counts how often a password is hashed, which takes longer than all the rest."""
    counted = Counter()
    encode = MD5PasswordHasher.encode

    def count(hasher, password, salt):
        counted["hashes"] += 1
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    return counted


def work(form, email, hashes) -> tuple:
    """Return what a form does for an address: its queries by kind and table, its hashes."""
    client = Client()
    client.get(reverse("account_login"))
    hashes.clear()
    with CaptureQueriesContext(connection) as captured:
        FORMS[form](client, email)
    kinds = Counter(kind(query["sql"]) for query in captured.captured_queries)
    for free in ("SAVEPOINT", "ROLLBACK"):  # they wait for no disk
        kinds.pop(free, None)
    return kinds, hashes["hashes"]


def kind(sql: str) -> str:
    """Return "INSERT accounts_limit", or "COMMIT"."""
    verb = sql.split()[0]
    table = re.search(r'(?:FROM|INTO|UPDATE) "?(\w+)', sql)
    return f"{verb} {table[1] if table else ''}".strip()


@pytest.mark.parametrize("form, hashed", [("get a password", 0), ("sign up", 1), ("sign in", 1)])
def test_a_form_does_the_same_for_every_address(form, hashed, addresses, hashes):
    done = {name: work(form, email, hashes) for name, email in addresses.items()}

    assert done == dict.fromkeys(PEOPLE, (done["nobody"][0], hashed))
