"""A fixture that runs commands of manage.py in forks of one process, which starts them at once.

So a test may start one, and kill it, a hundred times in the time that a few starts take. Nothing
is shared: the process that forks holds no connection and runs no thread.

usage: python -m portal.testing_forks (by the fixture `forks`; told what to do line by line)
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.dev import server
from portal.testing_services import PATIENCE_SECONDS, environment_of_test

IMPORTED = ("aiosmtpd.lmtp", "imap_tools", "tickets.mail.inbound.doors", "tickets.mail.relay")


class Fork:
    """One command under way; `said` is what it wrote so far."""

    def __init__(self, forks: "Forks", pid: int, log: Path) -> None:
        self.forks, self.pid, self.log = forks, pid, log
        self.code: int | None = None

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait(self) -> int:
        """Return how it ended: its exit code, or the negative number of a signal."""
        if self.code is None:
            self.code = self.forks.ask(wait=self.pid)
        return self.code

    def send(self, number: signal.Signals) -> None:
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass  # it has ended and was waited for

    def kill(self) -> int:
        """End it as a power cut would, and return how it ended."""
        if self.code is None:
            self.send(signal.SIGKILL)
        return self.wait()

    def until_it_says(self, words: str) -> "Fork":
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said:
            assert time.monotonic() < deadline, self.said
            time.sleep(0.005)
        return self


class Forks:
    """The process that forks."""

    free_port = staticmethod(server.free_port)  # for commands that listen

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.running: list[Fork] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.testing_forks"],
            env={**os.environ, **environment_of_test(), "LOG_LEVEL": "INFO"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()  # once it has read everything

    def run(
        self,
        *command: str,
        raw: bytes = b"",
        database: bool = True,
        largest_file: int = 0,
        environment: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        **mail_in: Any,
    ) -> Fork:
        """Start a command with these bytes as its standard input.

        `mail_in` are settings of MAIL_IN, others stand in `settings`. Without a `database` it finds
        none; a disk that is full takes no more than `largest_file` bytes.
        """
        self.count += 1
        log, given = self.folder / f"{self.count}.log", self.folder / f"{self.count}.in"
        log.touch()
        given.write_bytes(raw)
        world = {
            "log": str(log),
            "given": str(given),
            "largest_file": largest_file,
            "environment": dict(environment or {}),
            "settings": dict(settings or {}),
        }
        pid = self.ask(command=command, mail_in=mail_in, database=database, **world)
        self.running.append(fork := Fork(self, pid, log))
        return fork

    def ask(self, **what: Any) -> int:
        assert self.process.stdin is not None
        print(json.dumps(what), file=self.process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def kill_all(self) -> None:
        while self.running:
            self.running.pop().kill()

    def stop(self) -> None:
        self.kill_all()
        self.process.communicate("")


@pytest.fixture(scope="session")
def _forks(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Generator[Forks]:
    forks = Forks(tmp_path_factory.mktemp("forks"))
    yield forks
    forks.stop()


@pytest.fixture
def forks(_forks: Forks, transactional_db: None) -> Generator[Forks]:
    """`forks.run("mail_in", smtp="127.0.0.1:25")` starts a command that sees what a test sees."""
    yield _forks
    _forks.kill_all()


def main() -> None:
    """Fork and wait as told, until standard input ends."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    for name in IMPORTED:
        __import__(name)
    print(os.getpid(), flush=True)
    running = set()
    for line in sys.stdin:
        what = json.loads(line)
        if "wait" in what:
            pid, status = os.waitpid(what["wait"], 0)
            running.discard(pid)
            print(os.waitstatus_to_exitcode(status), flush=True)
        elif (pid := os.fork()) == 0:
            os._exit(become(what))
        else:
            running.add(pid)
            print(pid, flush=True)
    for pid in running:  # whoever told us is gone
        os.kill(pid, signal.SIGKILL)


def become(what: dict[str, Any]) -> int:
    """Be a command of manage.py, with its own input and output; return its exit code."""
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db import connections

    for number, path, flags in (
        (0, what["given"], os.O_RDONLY),
        (1, what["log"], os.O_WRONLY | os.O_APPEND),
        (2, what["log"], os.O_WRONLY | os.O_APPEND),
    ):
        os.dup2(os.open(path, flags), number)
    sys.stdin = os.fdopen(0)
    os.environ |= what["environment"]
    settings.MAIL_IN = replace(settings.MAIL_IN, **what["mail_in"])
    for name, value in what["settings"].items():
        setattr(settings, name, value)
    if not what["database"]:
        connections.databases["default"] |= {"HOST": "127.0.0.1", "PORT": "1"}
    if what["largest_file"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (what["largest_file"],) * 2)
    try:
        execute_from_command_line(["manage.py", *what["command"]])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # a fork must never go on with its parent's work
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


if __name__ == "__main__":
    main()
