"""Installs packages of the system, where that is one command: as root on Debian or Ubuntu."""

import os
import shutil
import subprocess


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
