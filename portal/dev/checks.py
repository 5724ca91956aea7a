"""What must be so before a demo starts, each in one sentence that says what to do."""

import fcntl
import os
import shutil
import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from portal.dev.home import Home
from portal.dev.services import LOOPBACK, Ports

NEEDED_BYTES = 300 * 1024 * 1024
# A demo that was killed needs a moment until its last process has gone.
PATIENCE_SECONDS = 15.0


class CannotStart(Exception):
    """The demo cannot run like this; the message says what to change."""


def ports(environment: dict[str, str]) -> Ports:
    """The ports that the environment names: PORT, and the three after it for mails."""
    web = port(environment, "PORT", default=8000)
    return Ports(
        web=web,
        mails=port(environment, "MAILS_PORT", default=web + 1),
        smtp=port(environment, "SMTP_PORT", default=web + 2),
        mail_in=port(environment, "MAIL_IN_PORT", default=web + 3),
    )


def port(environment: dict[str, str], name: str, *, default: int) -> int:
    text = environment.get(name, str(default))
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise CannotStart(f"{name} is “{text}”; set it to a number from 1 to 65532.")
    return int(text)


def home(path: Path) -> Home:
    """The home, made if need be."""
    place = Home(path.absolute())
    try:
        place.create()
        free = shutil.disk_usage(place.root).free
    except OSError as error:
        raise CannotStart(
            f"{place.root} cannot be written ({error.strerror}); "
            "set TURNAROUND_HOME to a folder that can."
        ) from error
    if free < NEEDED_BYTES:
        raise CannotStart(
            f"The disk of {place.root} is almost full; free 300 MB or set TURNAROUND_HOME "
            "to a folder on another disk."
        )
    return place


def running(path: Path) -> Home:
    """The home of a demo that runs already."""
    place = Home(path.absolute())
    if (place.root / "lock").exists():
        descriptor = os.open(place.root / "lock", os.O_RDWR)
        try:
            if not try_lock(descriptor):
                return place
        finally:
            os.close(descriptor)
    raise CannotStart(f"No demo runs in {place.root}; start one with bin/demo first.")


def lock(home: Home) -> int:
    """Claim the home for this process; the lock ends with whoever holds the descriptor."""
    descriptor = os.open(home.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not patiently(lambda: try_lock(descriptor), in_vain=lambda: owner_lives(descriptor)):
        raise CannotStart(
            f"A demo already runs in {home.root}; stop it first, or set TURNAROUND_HOME and PORT "
            "for a second one."
        )
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def owner_lives(descriptor: int) -> bool:
    """Whether the supervisor that locked the home still runs: waiting for it is in vain."""
    pid = os.pread(descriptor, 20, 0).decode()
    try:
        os.kill(int(pid or 0), 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def free_ports(ports: Ports) -> None:
    """Refuse to start when something else answers where the demo would."""
    names = {
        "PORT": ports.web,
        "MAILS_PORT": ports.mails,
        "SMTP_PORT": ports.smtp,
        "MAIL_IN_PORT": ports.mail_in,
    }
    for name, number in names.items():
        if not patiently(partial(is_free, number), seconds=3):
            raise CannotStart(
                f"Port {number} is taken by another program; set {name} to one that is free."
            )


def is_free(number: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, number))
        except OSError:
            return False
    return True


def patiently(
    done: Callable[[], bool],
    *,
    in_vain: Callable[[], bool] = lambda: False,
    seconds: float = PATIENCE_SECONDS,
) -> bool:
    """Try until it works; give up after `seconds`, or as soon as waiting is in vain."""
    deadline = time.monotonic() + seconds
    while not done():
        if in_vain() or time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
