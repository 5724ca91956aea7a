"""Finds the IMAP server whose mailboxes tests read, and installs it where that is one command.

usage: python -m portal.dev.dovecot --install (by bin/test; exit code 1: there is none)
"""

import os
import shutil
import sys

from portal.dev import debian

DEBIAN = ("dovecot-imapd",)
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
ADVICE = (
    "No Dovecot was found: install it (Debian, Ubuntu: apt install dovecot-imapd), or set DOVECOT "
    "to its path."
)


def find() -> str | None:
    """The path of Dovecot: the one that DOVECOT names, or the system's."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    return shutil.which(os.environ.get("DOVECOT") or "dovecot", path=path)


def install() -> None:
    debian.install(*DEBIAN)


def main(asked: list[str]) -> int:
    wanted = "--install" in asked and "DOVECOT" not in os.environ
    return 0 if debian.there_is(find, install=install if wanted else None, advice=ADVICE) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
