"""Headers that contain damage: on every page, for everybody, and as production sends them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from portal.testing_services import environment_of_test
from portal.tests.test_access import published
from portal.tests.world import World

ROOT = Path(__file__).resolve().parents[2]
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
}
OF_A_FILE = {"sandbox", "default-src 'none'"}
KEPT = {"theme", "brand_css", "logo", "admin:jsi18n"}  # hold nothing of anybody
ASK = """
import django, json, sys
django.setup()
from django.test import Client
from accounts.models import User
dana = User.objects.get(email=sys.argv[1])
dana.set_password(sys.argv[2])
dana.save()
visitor, customer = Client(), Client()
host = {"host": "support.perfectserve.com"}
page = visitor.get("/", secure=True, headers=host)
form = customer.get("/accounts/sign-in/", secure=True, headers=host)
came = customer.post(
    "/accounts/sign-in/", {"login": sys.argv[1], "password": sys.argv[2]}, secure=True, headers=host
)
plain = visitor.get("/", headers=host)
cookies = {**form.cookies, **came.cookies}
print(json.dumps({
    "headers": dict(page.headers),
    "plain": [plain.status_code, plain["Location"]],
    "cookies": {
        name: [cookie[key] for key in ("secure", "httponly", "samesite", "path", "domain")]
        for name, cookie in cookies.items()
    },
}))
"""


@pytest.fixture
def world(db, make_user, make_team, make_ticket):
    return lambda who: World(who, make_user=make_user, make_team=make_team, make_ticket=make_ticket)


@pytest.mark.parametrize("who", ["anonymous", "customer", "agent"])
def test_every_page_says_what_it_may_load_and_who_may_keep_it(world, who):
    theirs, found = world(who), {}
    things = theirs.own if who != "anonymous" else theirs.foreign

    for entry in published():
        if "GET" in entry["methods"]:
            before = transaction.savepoint()
            response = theirs.browser(entry, things).get(theirs.address(entry, things))
            b"".join(response)  # a file is closed once it was read
            transaction.savepoint_rollback(before)
            if wrong := faults(response, name=entry["name"]):
                found[entry["path"]] = wrong

    assert found == {}


def faults(response, *, name):
    policy = {part.strip() for part in response["Content-Security-Policy"].split(";")} - {""}
    is_file = name == "logo" or name == "file" and response.get("Content-Disposition")
    expected = OF_A_FILE if is_file else POLICY
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    cached = response.get("Cache-Control", "")
    return [
        *([] if policy == expected else [f"policy {sorted(policy ^ expected)}"]),
        *(
            f"{name}: {response.get(name)}"
            for name, value in wanted.items()
            if response.get(name) != value
        ),
        *(
            []
            if name in KEPT or {"private", "no-store"} <= set(cached.split(", "))
            else [f"kept: {cached}"]
        ),
    ]


@pytest.fixture
def in_production(furnished, make_user, tmp_path):
    """What a site behind TLS sends to a visitor, and to somebody who signs in."""
    dana = make_user("Dana")
    dana.emailaddress_set.create(email=dana.email, verified=True, primary=True)
    environment = environment_of_test() | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "INSECURE_HTTP": "off",
        "STATIC_ROOT": str(tmp_path / "static"),
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True)
    said = subprocess.run(
        [sys.executable, "-c", ASK, dana.email, "a long password of ours"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(said.stdout.splitlines()[-1])


@pytest.mark.django_db(transaction=True)
def test_production_is_tls_alone_with_cookies_of_one_host(in_production):
    headers, cookies = in_production["headers"], in_production["cookies"]

    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert in_production["plain"] == [301, "https://support.perfectserve.com/"]
    assert set(cookies) == {"__Host-csrftoken", "__Host-sessionid"}
    assert list(cookies.values()) == [[True, True, "Lax", "/", ""]] * len(cookies)


def test_a_draft_that_nobody_owns_is_kept_by_a_cookie_no_script_reads(client, db):
    response = client.post("/new/payment/", {"subject": "Invoice", "later": ""})

    cookie = response.cookies["draft"]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
    assert len(cookie.value) >= 43  # 256 random bits
    assert response["Location"] == reverse("drafts")
