"""Finds the Chromium that browser tests drive, and installs it where that is one command.

usage: python -m portal.dev.chromium --install (by bin/test; exit code 1: there is none)
"""

import os
import shutil
import sys
from pathlib import Path

from portal.dev import debian

# The first one has no window around its pages, which takes a third of the time.
NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DEBIAN = ("chromium-headless-shell", "chromium")  # Ubuntu and older ones know the second alone
FONTS = ("fonts-dejavu-core", "fonts-liberation")
ARGUMENTS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
ADVICE = (
    "No Chromium was found: install it (Debian, Ubuntu: apt install chromium; elsewhere: "
    ".venv/bin/playwright install chromium), or set CHROMIUM to its path."
)


def find() -> str | None:
    """The path of a Chromium: the one that CHROMIUM names, the system's, or Playwright's."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*NAMES, *MAC, playwrights_own()]
    return next(filter(None, map(shutil.which, candidates)), None)


def playwrights_own() -> str:
    """Where `playwright install chromium` puts it, whether or not it did."""
    caches = {"darwin": Path.home() / "Library/Caches"}
    cache = caches.get(sys.platform, Path.home() / ".cache") / "ms-playwright"
    programs = ("chrome-linux*/chrome", "chrome-mac*/**/MacOS/*")
    found = (path for name in programs for path in cache.glob(f"chromium-*/{name}"))
    return str(next(found, cache / "chromium"))


def arguments() -> list[str]:
    """How to start it: quiet towards the network, and without its sandbox where root runs it."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def install() -> None:
    for package in DEBIAN:
        debian.install(package, *FONTS)
        if find() is not None:
            return


def main(asked: list[str]) -> int:
    wanted = "--install" in asked and "CHROMIUM" not in os.environ
    return 0 if debian.there_is(find, install=install if wanted else None, advice=ADVICE) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
