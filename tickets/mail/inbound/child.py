"""Reads mails in a process of its own, one fork for each, so that a mail can hurt nothing but that.

usage: python -m tickets.mail.inbound.child (by reader.py; it imports no Django)

Each line on the standard input asks for one mail, as JSON: raw, folder, envelope, limits,
authserv_id. Each line of the answer says that result.json lies in the folder, or why not.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from tickets.mail.inbound.mail import Envelope, Limits, Unreadable
from tickets.mail.inbound.parse import parse

RESULT = "result.json"
# A disk that is full, say: the mail can be read another time.
FAILED = "failed"
# A mail that waits, for a disk perhaps, costs no processor time.
SECONDS_BESIDES = 5
_LONGEST_TRACEBACK = 20_000
_PR_SET_PDEATHSIG = 1
# Ends without a word, since there may be no memory left for one.
_OUT_OF_MEMORY = 71
_SIGNALS: dict[int, str] = {
    signal.SIGXCPU: "too_slow",
    signal.SIGALRM: "too_slow",
    signal.SIGKILL: "too_much_memory",  # as the kernel ends who takes the machine's last
    signal.SIGABRT: "too_much_memory",  # as Rust gives up
}


def main() -> None:
    """Answer line by line until whoever asks closes the input."""
    die_with_parent()
    for line in sys.stdin:
        answer = read_in_fork(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def read_in_fork(asked: dict[str, Any]) -> dict[str, Any]:
    """Read one mail in a fork, and say what became of it."""
    told, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        read(asked, telling)
    os.close(telling)
    with os.fdopen(told, "rb") as pipe:
        words = pipe.read()
    _, status = os.waitpid(pid, 0)
    if words:
        reason, _, where = words.decode("utf-8", "replace").partition("\n")
        return {"ok": False, "reason": reason, "traceback": where}
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        reason = _SIGNALS.get(number, "unreadable")
        return {"ok": False, "reason": reason, "traceback": signal.strsignal(number) or ""}
    code = os.WEXITSTATUS(status)
    reason = {0: "", _OUT_OF_MEMORY: "too_much_memory"}.get(code, "unreadable")
    return {"ok": not reason, "reason": reason, "traceback": ""}


def read(asked: dict[str, Any], telling: int) -> NoReturn:
    """Read within limits; in the fork, which never returns."""
    try:
        die_with_parent()
        limits = Limits(**asked["limits"])
        limit(limits)
        folder = Path(asked["folder"])
        mail = parse(
            Path(asked["raw"]).read_bytes(),
            envelope=Envelope.from_json(asked["envelope"]),
            limits=limits,
            folder=folder,
            authserv_id=asked["authserv_id"],
        )
        (folder / RESULT).write_text(json.dumps(mail.as_json()), encoding="utf-8")
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except Unreadable as unreadable:
        tell(telling, unreadable.reason, unreadable.traceback)
    except OSError:
        tell(telling, FAILED, traceback.format_exc())
    except BaseException:  # whatever a mail brings about ends with its fork
        tell(telling, "unreadable", traceback.format_exc())
    os._exit(0)


def tell(telling: int, reason: str, where: str) -> NoReturn:
    with os.fdopen(telling, "wb") as pipe:
        pipe.write(f"{reason}\n{where[-_LONGEST_TRACEBACK:]}".encode("utf-8", "replace"))
    os._exit(0)


def limit(limits: Limits) -> None:
    """Bound time, memory and files of this process; at a limit the system ends it."""
    seconds = limits.cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    largest = 2 * limits.max_bytes
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    memory = limits.memory_mb * 2**20
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ValueError, OSError):
        pass  # macOS knows this limit and does not keep it; time still bounds what is taken
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds + SECONDS_BESIDES)


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends, even by kill -9 (Linux only).

    Elsewhere the end of the input ends it, and an alarm each fork.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    main()
