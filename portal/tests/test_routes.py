"""What is published of each address, and that a page nobody declared is shut and told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as installation
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from portal.access import PAGES, ROLES
from portal.routes import all_routes, published

FORGOTTEN = [
    "/forgotten/",
    "/forgotten/nameless/7/",
    "/forgotten/2026/",
    "/forgotten/export/",
]


@pytest.fixture
def undeclared(settings):
    settings.ROOT_URLCONF = "portal.tests.undeclared"


def entries(name):
    return [entry for entry in published() if entry["name"] == name]


def roles(*said):
    return dict(zip(ROLES, said, strict=True))


def test_every_page_of_the_site_is_declared():
    assert [route.route for route in all_routes() if not route.is_declared] == []


def test_every_declared_page_is_there():
    there = {route.name or route.route for route in all_routes()}

    assert PAGES.keys() - there == {"components"}  # of demos only


@pytest.mark.parametrize("address", FORGOTTEN)
def test_a_page_that_nobody_declared_is_shut_to_everybody(undeclared, db, address):
    root = User.objects.create_superuser("root@example.com", "a long password of ours")
    browser = Client()

    assert browser.get(address).status_code == 404
    browser.force_login(root)
    assert browser.get(address).status_code == 404


def test_a_page_that_nobody_declared_is_told(undeclared):
    errors = [error for error in run_checks() if error.id == "portal.E001"]

    assert [(error.msg, error.hint) for error in errors] == [
        (
            f"Nobody may open {path}: portal/access.py does not say who may.",
            f"Add “{name}” to its table.",
        )
        for path, name in [
            ("/forgotten/", "forgotten"),
            ("/forgotten/nameless/{pk}/", "forgotten/nameless/<int:pk>/"),
            ("/forgotten/{year}/", "forgotten_year"),
            ("/forgotten/export/", "accounts_user_export"),
        ]
    ]


def test_a_page_that_nobody_declared_is_published_as_denied(undeclared):
    assert [entry["roles"] for entry in published()[:4]] == [dict.fromkeys(ROLES, "denied")] * 4


def test_the_site_as_it_is_passes_its_own_check():
    assert [error for error in run_checks() if error.id == "portal.E001"] == []


def test_one_entry_says_all_where_reading_and_sending_are_for_the_same():
    assert entries("profile") == [
        {
            "name": "profile",
            "path": "/profile/",
            "methods": ["GET", "HEAD", "POST"],
            "fields": ["name", "phone", "time_zone"],
            "roles": roles("denied", *["allowed"] * 5),
        }
    ]


def test_two_entries_where_somebody_may_read_and_not_send():
    reads, sends = entries("admin:tickets_ticket_change")

    assert reads == {
        "name": "admin:tickets_ticket_change",
        "path": "/admin/tickets/ticket/{pk}/change/",
        "methods": ["GET", "HEAD"],
        "fields": [],
        "roles": roles("denied", "denied", *["allowed"] * 4),
    }
    assert (sends["methods"], sends["roles"]) == (
        ["POST"],
        roles("denied", "denied", "allowed", "allowed", "allowed", "denied"),
    )


def test_pages_of_models_say_what_their_admin_says():
    people = {
        (entry["name"].rpartition("_")[2], *entry["methods"]): [
            role for role, said in entry["roles"].items() if said == "allowed"
        ]
        for entry in published()
        if entry["name"].startswith("admin:accounts_user_")
    }

    staff = ["agent", "manager", "administrator", "read_only"]
    assert people == {
        ("changelist", "GET", "HEAD", "POST"): staff,
        ("add", "GET", "HEAD", "POST"): ["administrator"],
        ("history", "GET", "HEAD"): staff,
        ("delete", "GET", "HEAD", "POST"): [],
        ("change", "GET", "HEAD"): staff,
        ("change", "POST"): ["administrator"],
    }


@pytest.mark.parametrize(
    "name, path, methods",
    [
        ("theme", "/theme/", ["POST"]),
        ("file", "/files/{pk}/", ["GET", "HEAD"]),
        ("new_type", "/new/{key}/", ["GET", "HEAD", "POST"]),
        ("account_login", "/accounts/sign-in/", ["GET", "HEAD", "POST"]),
        ("account_inactive", "/accounts/closed/", ["GET", "HEAD"]),
        (
            "account_reset_password_from_key",
            "/accounts/password/get/{uidb36}-{key}/",
            ["GET", "HEAD", "POST"],
        ),
        ("admin:index", "/admin/", ["GET", "HEAD"]),
        ("admin:app_list", "/admin/{app_label}/", ["GET", "HEAD"]),
    ],
)
def test_path_and_methods_are_read_from_the_code(name, path, methods):
    [entry] = entries(name)

    assert (entry["path"], entry["methods"]) == (path, methods)


def test_every_method_that_is_not_published_is_refused(db, dana):
    """Not by Django's admin, which shows its pages whatever the method."""
    browser = Client()
    browser.force_login(dana)
    refused = {
        entry["path"]: browser.generic(other, entry["path"]).status_code
        for entry in published()
        if entry["roles"]["customer"] == "allowed" and "{" not in entry["path"]
        for other in ("GET", "POST")
        if other not in entry["methods"]
    }

    assert set(refused.values()) == {405}, refused


def test_the_list_for_people_names_who_is_let_in():
    out = StringIO()
    call_command("routes", stdout=out)
    lines = [line.split(maxsplit=2) for line in out.getvalue().splitlines()]

    assert ["/contact/", "GET/HEAD", "everybody"] in lines
    assert ["/admin/sla/breached/", "GET/HEAD", "manager, administrator, read_only"] in lines
    assert [
        "/tickets/{pk}/replies/",
        "POST",
        "customer (own), agent, manager, administrator, read_only (own)",
    ] in lines
    assert ["/admin/r/{content_type_id}/{object_id}/", "GET/HEAD", "nobody"] in lines


def test_a_demo_publishes_its_own_pages_without_asking_the_database():
    said = subprocess.run(
        [sys.executable, "manage.py", "routes", "--json"],
        cwd=installation.BASE_DIR,
        env=os.environ | {"DEMO": "on", "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        check=True,
    )

    by_name = {entry["name"]: entry for entry in json.loads(said.stdout)}
    assert by_name["components"]["roles"] == dict.fromkeys(ROLES, "allowed")
