"""Has mails read by a limited process, which a mail can end and which is then started again."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from tickets.mail.inbound.child import FAILED, RESULT, SECONDS_BESIDES
from tickets.mail.inbound.mail import Envelope, Limits, Mail, ReadingFailed, Unreadable

ROOT = Path(__file__).resolve().parents[3]
# Of the environment no more than a process needs to run: no password can be read out of it.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH")


class Reader:
    """Reads one mail after another; the process starts with the first and ends with the block."""

    def __init__(self, limits: Limits, *, authserv_id: str = "") -> None:
        self._limits = limits
        self._authserv_id = authserv_id
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def read(self, raw: Path | bytes, *, envelope: Envelope, folder: Path) -> Mail:
        """Return what a mail says, its files in `folder`, an empty folder of the caller's.

        Raises `Unreadable`, for what will be no better another time, and `ReadingFailed`.
        """
        if isinstance(raw, bytes):
            path = folder / "raw.eml"
            path.write_bytes(raw)
            raw = path
        asked = {
            "raw": str(raw.resolve()),
            "folder": str(folder.resolve()),
            "envelope": asdict(envelope),
            "limits": asdict(self._limits),
            "authserv_id": self._authserv_id,
        }
        answer = self._ask(asked)
        if answer["reason"] == FAILED:
            raise ReadingFailed(answer["traceback"])
        if not answer["ok"]:
            raise Unreadable(answer["reason"], answer["traceback"])
        return Mail.from_json(json.loads((folder / RESULT).read_text(encoding="utf-8")))

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Ask the process; one that does not answer in time or has ended is given up."""
        child = self._running()
        pipe = cast("IO[bytes]", child.stdin)
        seconds = self._limits.cpu_seconds + 2 * SECONDS_BESIDES
        try:
            pipe.write(json.dumps(asked).encode() + b"\n")
            pipe.flush()
            return self._answer(child, time.monotonic() + seconds)
        except TimeoutError:
            self._stop()
            raise Unreadable("too_slow", f"No answer within {seconds} s.") from None
        except (BrokenPipeError, EOFError) as error:
            self._stop()
            raise ReadingFailed("The process that reads mails has ended.") from error

    def _answer(self, child: subprocess.Popen[bytes], until: float) -> dict[str, Any]:
        pipe = cast("IO[bytes]", child.stdout)
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([pipe], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError
            read = os.read(pipe.fileno(), 65_536)
            if not read:
                raise EOFError
            line += read
        return cast("dict[str, Any]", json.loads(line))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._stop()
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "tickets.mail.inbound.child"],
                cwd=ROOT,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        return self._child

    def _stop(self) -> None:
        """End the process and the mail that it may be reading."""
        child, self._child = self._child, None
        if child is None:
            return
        try:
            os.killpg(child.pid, 9)
        except (ProcessLookupError, PermissionError):
            pass  # it has ended; macOS says so of a group that holds only zombies
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        child.wait()
