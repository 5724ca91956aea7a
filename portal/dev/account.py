"""As whom PostgreSQL runs: it refuses to run as root, where demos and tests often do."""

import os
import pwd
import subprocess
import sys
from functools import cache
from pathlib import Path

from portal.dev.children import LEASH, program


@cache
def choose() -> str:
    """Name the account of leash.py to use: "same", "namespace" or "nobody".

    A user namespace changes nothing on disk, so it comes first. Containers often forbid it.
    """
    if os.geteuid() != 0:
        return "same"
    leash = [sys.executable, "-I", "-S", str(LEASH), "SIGTERM", str(os.getpid())]
    entered = subprocess.run([*leash, "namespace", program("true")], capture_output=True)
    return "namespace" if entered.returncode == 0 else "nobody"


def give_to_nobody(folder: Path) -> None:
    """Let the account "nobody" own a folder and what is in it."""
    account = pwd.getpwnam("nobody")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
