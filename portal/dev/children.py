"""Starts and stops child processes so that none outlives its parent."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    account: str = "same",
) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own, writing to the end of `log`.

    Not by `preexec_fn`, which is unsafe as soon as the parent has threads (tests do): leash.py
    becomes the command after arranging that the kernel ends it when this process ends.
    """
    leash = [sys.executable, "-I", "-S", str(LEASH), death_signal.name, str(os.getpid()), account]
    with log.open("ab") as stream:
        return subprocess.Popen(
            [*leash, program(command[0]), *map(str, command[1:])],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def program(name: str | Path) -> str:
    """The absolute path of a program, since the leash looks nothing up."""
    path = shutil.which(str(name))
    if path is None:
        raise FileNotFoundError(f"The program {name} was not found.")
    return os.path.abspath(path)


def stop(
    child: subprocess.Popen[bytes],
    *,
    ask: signal.Signals = signal.SIGTERM,
    seconds: float = 10,
) -> None:
    """Ask the child to end, then end it and whatever it left behind in its process group."""
    if child.poll() is None:
        child.send_signal(ask)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            pass  # it had its chance; the group is killed next
    kill_group(child)


def kill_group(child: subprocess.Popen[bytes]) -> None:
    """Kill the child and its own children, those that a killed parent left behind too."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # all of them have ended
    except PermissionError:
        pass  # macOS says so of a group that holds only zombies
    child.wait()


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, for the message that something did not start."""
    if not log.exists():
        return "(it wrote nothing)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) or "(it wrote nothing)"
