"""Brings the database up to date before the site starts: every step may run again at any time.

usage: python -m portal.dev.prepare
"""

import os
import time

import django
from django.core.management import call_command

# A command and its arguments. One process runs them all: loading Django takes longer than they do.
STEPS: tuple[tuple[str, dict[str, object]], ...] = (
    ("migrate", {"interactive": False, "verbosity": 0}),
    ("createcachetable", {"verbosity": 0}),
    ("sync_roles", {}),
    ("load_catalog", {}),
    ("demo_people", {}),
    ("collectstatic", {"interactive": False, "verbosity": 0}),
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    for name, options in STEPS:
        began = time.monotonic()
        call_command(name, **options)
        print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
