"""Publish every address of the site and who may use it, so that anybody can test that."""

from __future__ import annotations

import json

from django.core.management.base import BaseCommand

from portal.access import ROLES
from portal.routes import published


class Command(BaseCommand):
    help = (
        "List every address of the site: its methods, form fields, and for each role whether it "
        "is allowed, denied, or allowed on what is its own. portal/access.py is the table."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="as JSON, for programs")

    def handle(self, *args, json: bool, **options):
        self.stdout.write(as_json() if json else as_table())


def as_json() -> str:
    return json.dumps(published(), indent=1)


def as_table() -> str:
    """Write one line for each entry; a role is named where it is let in."""
    entries = published()
    width = max(len(entry["path"]) for entry in entries)
    return "\n".join(
        f"{entry['path']:{width}}  {'/'.join(entry['methods']):13}  {_let_in(entry['roles'])}"
        for entry in entries
    )


def _let_in(roles: dict[str, str]) -> str:
    if set(roles.values()) == {"allowed"}:
        return "everybody"
    let_in = [
        role if roles[role] == "allowed" else f"{role} (own)"
        for role in ROLES
        if roles[role] != "denied"
    ]
    return ", ".join(let_in) or "nobody"
