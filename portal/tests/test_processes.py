"""Web, worker and beat start singly, each by the command that docs/operation.md gives."""

from __future__ import annotations

import json
import re
import shlex
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings as installation

from portal.dev.children import kill_group, spawn, stop
from portal.testing_services import environment_of_test, free_port

SECONDS_TO_STOP = 30
OPERATION = Path(installation.BASE_DIR) / "docs/operation.md"
COMMANDS = dict(re.findall(r"^\| (web|worker|beat) \| `([^`]+)` \|", OPERATION.read_text(), re.M))
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


class Process:
    """One process of the site, alone, started as documented."""

    def __init__(self, name, folder, **environment):
        command = COMMANDS[name].replace("FILE", str(folder / "schedule"))
        self.port, self.log = free_port(), folder / f"{name}.log"
        self.child = spawn(
            [sys.executable, "-m", *shlex.split(command)],
            log=self.log,
            env=environment_of_test()
            | {"GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{self.port} --no-control-socket"}
            | environment,
        )

    def says(self, words):
        return words in self.log.read_text()

    def answers(self, path, headers=()):
        """Status and text of a page; None while nobody answers."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers=dict(headers)
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return None

    def stop(self):
        """Ask it to end; returns its exit code, and kills what is left of it."""
        began = time.monotonic()
        stop(self.child, seconds=SECONDS_TO_STOP)
        assert time.monotonic() - began < SECONDS_TO_STOP, self.log.read_text()
        return self.child.returncode


@pytest.fixture
def start(furnished, tmp_path):
    """Start processes; whatever is left of them is killed at the end."""
    started = []

    def start(name, **environment):
        started.append(Process(name, tmp_path, **environment))
        return started[-1]

    yield start
    for process in started:
        kill_group(process.child)
        sys.stdout.write(process.log.read_text())  # pytest shows it when the test failed


def test_all_three_are_documented():
    assert sorted(COMMANDS) == ["beat", "web", "worker"]


def test_web_alone_serves_and_says_that_workers_are_missing(start, eventually):
    web = start("web", REDIS_URL=NOBODY_LISTENS)

    eventually(lambda: web.answers("/healthz") == (200, "ok\n"))
    status, said = web.answers("/readyz")
    assert (status, json.loads(said)) == (
        200,
        {"status": "degraded", "database": "ok", "worker": "late"},
    )
    assert web.stop() == 0


def test_web_without_a_database_lives_and_is_not_ready(start, eventually):
    web = start("web", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    eventually(lambda: web.answers("/healthz") == (200, "ok\n"))
    for headers in ({}, {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}):
        status, said = web.answers("/readyz", headers)
        assert (status, json.loads(said)) == (503, {"database": "unavailable"})
    assert web.stop() == 0


def test_worker_alone_waits_for_messages(start, eventually):
    worker = start("worker")

    eventually(lambda: worker.says("ready."))
    assert worker.stop() == 0


def test_beat_alone_sends_them(start, eventually, queue):
    beat = start("beat", RELAY_SECONDS="1")

    eventually(lambda: beat.says("Sending due task send waiting mails"))
    eventually(queue)  # it says so before it does: ended in between, it ends in the middle of it
    assert beat.stop() == 0
