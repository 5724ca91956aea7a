"""Installs packages of the system, where that is one command: as root on Debian or Ubuntu."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable


def install(*packages: str) -> None:
    """Install them; elsewhere that is not ours to do, and nothing happens."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"Installing {' '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "-qq", *command], env=environment, stdout=subprocess.DEVNULL, check=False
        )


def there_is(
    find: Callable[[], str | None], *, install: Callable[[], None] | None, advice: str
) -> bool:
    """Whether a program is found, after it was installed where it was not; else say what to do."""
    if find() is None and install is not None:
        install()
    if find() is None:
        print(advice, file=sys.stderr)
        return False
    return True
