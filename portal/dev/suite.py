"""Every check of the code in order, then the tests; stops at the first check that fails.

usage: python -m portal.dev.suite [--no-lint] [arguments for pytest] (by bin/test)

All tests run in a process on each core; those that an argument chooses run in one, which is there
sooner, unless -n says otherwise. So do all where the environment names one broker or home.
"""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from portal.dev import chromium, dovecot

PYTHON = (sys.executable, "-m")
# makemigrations warns when it finds no database, which it does not need.
MANAGE = (sys.executable, "-W", "ignore::RuntimeWarning", "manage.py")
# Settings as an installation has them: nothing may be left to switch on by hand.
PRODUCTION = {"SECRET_KEY": secrets.token_urlsafe(50)}
MOST_LINES = 100
ONE_PLACE = {"REDIS_URL", "TURNAROUND_HOME"}
CHOOSING = ("-k", "-m", "-n", "--lf", "--last-failed", "--sw", "--stepwise", "--deselect")
ON_EACH_CORE = ("-n", "auto")
# What takes long is told, lest all of it takes ever longer unseen.
SLOWEST = ("--durations=20", "--durations-min=10")
# What tests of these marks drive, and cannot do without.
PROGRAMS = {"browser": chromium, "imap": dovecot}
CHECKS = (
    ("ruff check", (*PYTHON, "ruff", "check", "--quiet")),
    ("ruff format", (*PYTHON, "ruff", "format", "--check", "--quiet")),
    ("mypy", (*PYTHON, "mypy", "--no-error-summary", ".")),
    ("templates", (*PYTHON, "djlint", "--lint", "--quiet", "templates")),
    ("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    ("deployment", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING")),
)


def main(arguments: list[str]) -> int:
    if "--no-lint" in arguments:
        arguments.remove("--no-lint")
    elif not all(passes(name, command) for name, command in CHECKS):
        return 1
    arguments = [*spread(arguments), *arguments]
    missing = [mark for mark, program in PROGRAMS.items() if program.main(["--install"]) != 0]
    if missing and "CI" in os.environ:
        return 1
    for mark in missing:
        print(f"LEFT OUT: every test marked “{mark}”.", file=sys.stderr, flush=True)
    if missing:
        arguments += ["-m", " and ".join(f"not {mark}" for mark in missing)]
    os.execv(sys.executable, [*PYTHON, "pytest", *SLOWEST, *arguments])


def spread(arguments: list[str]) -> tuple[str, ...]:
    """What tells pytest to use every core, where that is wanted and safe."""
    in_one = any(map(chooses, arguments)) or ONE_PLACE & os.environ.keys()
    return () if in_one else ON_EACH_CORE


def chooses(argument: str) -> bool:
    """Whether it is for some of the tests, or says itself how many processes there are."""
    return argument.startswith(CHOOSING) or Path(argument.partition("::")[0]).exists()


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one check and tell how long it took; show what it says only when it fails."""
    began = time.monotonic()
    outcome = subprocess.run(
        command,
        env={**os.environ, **PRODUCTION},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - began
    if outcome.returncode == 0:
        print(f"ok      {name:<12} {seconds:5.1f} s", flush=True)
        return True
    lines = outcome.stdout.splitlines()
    print("\n".join(lines[:MOST_LINES]))
    if len(lines) > MOST_LINES:
        print(f"… and {len(lines) - MOST_LINES} more lines")
    print(f"FAILED  {name}: {' '.join(command)}", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
