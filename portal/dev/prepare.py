"""Brings the database up to date before the site starts: every step may run again at any time.

usage: python -m portal.dev.prepare
"""

import gc
import hashlib
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def main() -> None:
    """Run all steps in one process: loading Django takes longer than most of them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    gc.freeze()  # what is loaded by now stays: no step need look through it for garbage
    for name, step in STEPS:
        began = time.monotonic()
        step()
        print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)


def collect_static() -> None:
    """Copy and compress the static files, unless none has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / "collected.sha256"
    now = fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(now)


def fingerprint() -> str:
    """A hash of all static files' places, sizes and times."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            path = Path(storage.path(name))
            digest.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


STEPS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("migrate", partial(call_command, "migrate", interactive=False, verbosity=0)),
    ("sync_roles", partial(call_command, "sync_roles")),
    ("load_catalog", partial(call_command, "load_catalog")),
    ("demo_people", partial(call_command, "demo_people")),
    ("demo_company", partial(call_command, "demo_company")),
    ("collectstatic", collect_static),
)


if __name__ == "__main__":
    main()
