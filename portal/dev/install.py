"""Makes .venv with the packages of one requirements file; does nothing when it has them already.

usage: python -I portal/dev/install.py requirements-demo.txt (by bin/demo and bin/test)

Needs nothing but Python, since it runs before anything is installed.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
LOG = VENV / "install.log"
# What was installed: the hash of each requirements file by its name.
STAMP = VENV / "installed.json"
MET = re.compile(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)")
NEEDED_BYTES = 700 * 1024 * 1024


def main(name: str) -> None:
    wanted = {file.name: fingerprint(file) for file in with_included(ROOT / name)}
    with lock():
        if wanted.items() <= installed().items():
            return
        check_disk()
        if not works():
            print(f"Making {VENV} …", flush=True)
            venv.create(VENV, clear=True, with_pip=True, symlinks=True)
        install(ROOT / name)
        STAMP.write_text(json.dumps(installed() | wanted))


def with_included(file: Path) -> list[Path]:
    """The requirements file and those that it includes by -r."""
    included = re.findall(r"^-r (\S+)", file.read_text(), re.M)
    return [file, *(deep for name in included for deep in with_included(file.parent / name))]


def fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@contextmanager
def lock() -> Iterator[None]:
    """Let only one process at a time make the same .venv."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def installed() -> dict[str, str]:
    """The stamp, when the Python that it was made with is still there."""
    if not STAMP.exists() or not works():
        return {}
    return dict(json.loads(STAMP.read_text()))


def works() -> bool:
    """Whether .venv holds a Python that still runs, with its pip."""
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def check_disk() -> None:
    if shutil.disk_usage(ROOT).free < NEEDED_BYTES:
        sys.exit(f"The disk of {ROOT} is almost full; free 700 MB and start again.")


def install(file: Path) -> None:
    """Install with pip, telling how far it is; its own words go to a log."""
    total = sum(len(pins(each)) for each in with_included(file))
    print(f"Installing {total} packages, this once …", flush=True)
    command = [
        *(str(PYTHON), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"),
        *("--require-hashes", "--only-binary", ":all:", "--requirement", str(file)),
    ]
    environment = {**os.environ, "PIP_USER": "0", "PYTHONUNBUFFERED": "1"}
    with (
        LOG.open("w") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        ) as pip,
    ):
        follow(pip, log, total)
    if pip.returncode != 0:
        end = "\n".join(LOG.read_text().splitlines()[-15:])
        sys.exit(
            f"The packages could not be installed; check the network and the disk, then start "
            f"again. The end of {LOG}:\n{end}"
        )


def pins(file: Path) -> list[str]:
    return re.findall(r"^[\w.\[\]-]+==", file.read_text(), re.M)


def follow(pip: "subprocess.Popen[str]", log: TextIO, total: int) -> None:
    """Copy pip's words to the log, and count the packages as it comes to them."""
    seen = 0
    for line in pip.stdout or ():
        log.write(line)
        if met := MET.match(line):
            seen += 1
            show(f"  {min(seen, total)} of {total}: {met[1]}")
        elif line.startswith("Installing collected packages"):
            show("  Unpacking them")
    show("")


def show(text: str) -> None:
    """Tell where it is: in place on a terminal, not at all in a log."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
