"""A whole demo as its user runs it: it starts, tells how to sign in, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import urllib.request

import psutil
import pytest

from portal.dev.people import PASSWORD, PEOPLE
from portal.testing_services import free_port

HAS_DEATH_SIGNAL = sys.platform.startswith("linux")


class Demo:
    """`python -m portal.dev` with a home of its own."""

    def __init__(self, home):
        self.port = free_port()
        given = {"PATH", "HOME", "LANG", "TMPDIR"}
        self.environment = {key: os.environ[key] for key in given & os.environ.keys()} | {
            "PORT": str(self.port),
            "MAILS_PORT": str(free_port()),
            "SMTP_PORT": str(free_port()),
            "MAIL_IN_PORT": str(free_port()),
            "TURNAROUND_HOME": str(home),
            "DEBUG": "on",  # static files need no compressing then
        }

    def start(self):
        """Start it and return what it printed when it was ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.dev"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines = []
        for line in self.process.stdout:
            lines.append(line.strip())
            if line.startswith("Stop with"):
                break
        return lines

    def command(self, *command):
        """Run a command of manage.py on the demo and return what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "portal.dev", *command],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ).stdout

    def everything(self):
        """All its processes, however deep."""
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def end(self, number):
        """Signal the supervisor; return its exit code and what is left of all processes."""
        processes = self.everything()
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.process.stdout.close()
        _gone, left = psutil.wait_procs(processes, timeout=20)
        return code, [process.name() for process in left if process.status() != "zombie"]


@pytest.fixture
def demo(tmp_path):
    demo = Demo(tmp_path / "home")
    yield demo
    if demo.process.poll() is None:
        demo.end(signal.SIGKILL)


@pytest.mark.skipif(not HAS_DEATH_SIGNAL, reason="Only Linux ends children by itself.")
def test_a_demo_starts_survives_kill_9_and_stops_in_order(demo):
    lines = demo.start()

    assert [line for line in lines if line.startswith("READY")] == [
        f"READY http://127.0.0.1:{demo.port}"
    ]
    assert [line.split() for line in lines if "@" in line] == [
        [person.role, person.email, PASSWORD] for person in PEOPLE
    ]
    with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/") as response:
        assert response.status == 200
    assert len(demo.everything()) > 10
    assert demo.command("load_catalog").startswith("There is a catalog already")
    assert demo.end(signal.SIGKILL) == (-signal.SIGKILL, [])

    assert f"READY http://127.0.0.1:{demo.port}" in demo.start()
    assert demo.end(signal.SIGINT) == (0, [])
