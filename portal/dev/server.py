"""What servers have in common: where wheels and free ports are, and waiting for an answer."""

import importlib.util
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.dev.children import kill_group, last_lines


class DidNotStart(Exception):
    """A server did not start. The message ends with the last lines of its log."""


def wait_until(
    ready: Callable[[], bool],
    *,
    child: subprocess.Popen[bytes],
    name: str,
    log: Path,
    seconds: float = 60,
) -> None:
    """Return as soon as `ready()`; raise DidNotStart when that never comes."""
    deadline = time.monotonic() + seconds
    with ended_on_error(child):
        while not ready():
            if child.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(f"{name} did not start. The end of {log}:\n{last_lines(log)}")
            time.sleep(0.02)


@contextmanager
def ended_on_error(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever goes wrong, or is interrupted, while nobody else looks after the child ends it."""
    try:
        yield
    except BaseException:
        kill_group(child)
        raise


def wheel_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it: imports have side effects."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise DidNotStart(f"The package {package} of requirements-demo.txt is not installed.")
    return Path(spec.origin).parent


def free_port() -> int:
    """A port of this machine that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
