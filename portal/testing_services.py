"""Fixtures that run the real worker and beat against the test database, and a real mail server."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from portal.dev import mailbox, sink
from portal.dev.children import kill_group, spawn, stop
from portal.dev.server import free_port
from portal.dev.services import LOOPBACK, beat, worker

PATIENCE_SECONDS = 120.0  # a machine that is busy with more than this takes its time


class CeleryServices:
    """A worker and a beat as processes of their own; `log` holds what they say."""

    def __init__(self, folder: Path) -> None:
        self.log, self.schedule = folder / "celery.log", folder / "schedule"
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start both, reading the settings as the test has them at this moment."""
        environment = environment_of_test()
        for command in (worker(1), beat(self.schedule)):
            child = spawn([sys.executable, "-m", *command], log=self.log, env=environment)
            self.running.append(child)

    def stop(self) -> None:
        """Let both end in peace."""
        while self.running:
            stop(self.running.pop())

    def kill(self) -> None:
        """End both as a power cut would, in the middle of whatever they do."""
        while self.running:
            kill_group(self.running.pop())


class SmtpSink:
    """A mail server on this machine that keeps what it gets."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.controller = sink.receive(folder, port=self.port)

    @property
    def messages(self) -> list[EmailMessage]:
        """All mails so far, the oldest first."""
        names = sorted(path.stem for path in self.folder.glob("*.eml"))
        return [
            message_from_bytes(mailbox.raw(self.folder, name), policy=policy.default)
            for name in names
        ]

    def stop(self) -> None:
        self.controller.stop()


@pytest.fixture
def celery_services(furnished: None, tmp_path: Path) -> Generator[CeleryServices]:
    """A running worker and beat on the test database, with `start`, `stop` and `kill`."""
    services = CeleryServices(tmp_path)
    services.start()
    yield services
    services.stop()
    print(services.log.read_text())  # pytest shows it when the test failed


@pytest.fixture
def smtp_sink(settings: Any, tmp_path: Path) -> Generator[SmtpSink]:
    """A mail server that all mails go to; ask for it before `celery_services`."""
    folder = tmp_path / "mails"
    folder.mkdir()
    server = SmtpSink(folder)
    settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, server.port
    settings.EMAIL_BACKEND = "tickets.mail.backend.OutboxBackend"  # Django's test runner swaps it
    yield server
    server.stop()


@pytest.fixture
def eventually() -> Callable[..., None]:
    """`eventually(condition)` returns as soon as it holds, and fails when it does not in time."""

    def wait(condition: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"It did not come about within {seconds} s."
            time.sleep(0.05)

    return wait


@pytest.fixture
def environment_of_processes(transactional_db: None) -> dict[str, str]:
    """What `environment_of_test` returns, for tests of apps that may not import the portal."""
    return environment_of_test()


def environment_of_test() -> dict[str, str]:
    """What a process of its own must read to see what the test sees."""
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "EMAIL_HOST": django_settings.EMAIL_HOST,
        "EMAIL_PORT": str(django_settings.EMAIL_PORT),
        "INSECURE_HTTP": "on",
        "PYTHONUNBUFFERED": "1",
    }
