"""Starts everything in order, keeps it running, and stops it in the opposite order."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from portal.dev.children import kill_group, last_lines, spawn, stop
from portal.dev.home import Home
from portal.dev.postgres import Postgres
from portal.dev.server import DidNotStart, ended_on_error, wait_until
from portal.dev.services import Service
from portal.dev.valkey import Valkey
from portal.dev.watcher import Watcher

LONGEST_PAUSE = 30.0  # seconds between two tries to start something again
LONG_ENOUGH = 60.0  # seconds after which a process counts as having started well
LOOK_EVERY = 0.2


@dataclass
class Running:
    """One process that is to stay up, and how to start and stop it."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    ask: signal.Signals
    child: subprocess.Popen[bytes]
    log: Path
    since: float = field(default_factory=time.monotonic)
    pause: float = 1.0
    again_at: float | None = None


class Supervisor:
    def __init__(self, home: Home, *, environment: dict[str, str], watcher: Watcher) -> None:
        self.home = home
        self.environment = environment
        self.watcher = watcher
        self.running: list[Running] = []

    def start_server(self, server: Postgres | Valkey, *, name: str) -> None:
        self.keep(name, server.start, ask=server.ask, log=server.log)

    def run_step(self, *command: str, name: str) -> None:
        """Run something that ends by itself, or raise DidNotStart with the end of its log."""
        log = self.home.logs / f"{name}.log"
        child = spawn(command, log=log, env=self.environment)
        with ended_on_error(child):
            if child.wait() != 0:
                raise DidNotStart(f"“{name}” failed. The end of {log}:\n{last_lines(log)}")

    def start_service(self, service: Service) -> None:
        log = self.home.logs / f"{service.name}.log"
        start = partial(
            spawn, service.command, log=log, env=self.environment, death_signal=service.death
        )
        self.keep(service.name, start, ask=service.ask, log=log)

    def keep(
        self,
        name: str,
        start: Callable[[], subprocess.Popen[bytes]],
        *,
        ask: signal.Signals,
        log: Path,
    ) -> None:
        child = start()
        self.watcher.add(child.pid, ask)
        self.running.append(Running(name, start, ask, child, log))

    def wait_for(self, name: str, ready: Callable[[], bool]) -> None:
        """Return when `ready()`; raise DidNotStart when this service dies before or never is."""
        watched = next(running for running in self.running if running.name == name)
        wait_until(ready, child=watched.child, name=f"“{name}”", log=watched.log)

    def keep_running(self) -> None:
        """Start again whatever dies, more slowly each time; ends only by an exception."""
        while True:
            for running in self.running:
                self.look_after(running)
            time.sleep(LOOK_EVERY)

    def look_after(self, running: Running) -> None:
        now = time.monotonic()
        if running.again_at is not None:
            if now >= running.again_at:
                self.start_again(running)
        elif running.child.poll() is not None:
            if now - running.since > LONG_ENOUGH:
                running.pause = 1.0
            running.again_at = now + running.pause
            kill_group(running.child)
            self.watcher.drop(running.child.pid)
            self.tell(running, f"ended (exit code {running.child.returncode})")

    def start_again(self, running: Running) -> None:
        running.pause = min(running.pause * 2, LONGEST_PAUSE)
        try:
            running.child = running.start()
        except DidNotStart:
            running.again_at = time.monotonic() + running.pause
            self.tell(running, "did not start")
            return
        running.again_at, running.since = None, time.monotonic()
        self.watcher.add(running.child.pid, running.ask)

    def tell(self, running: Running, what: str) -> None:
        pause = f"Starting it again in {running.pause:.0f} s."
        print(f"“{running.name}” {what}. {pause} Log: {running.log}", file=sys.stderr, flush=True)

    def stop(self) -> None:
        """Stop everything, the last started first."""
        while self.running:
            running = self.running[-1]
            stop(running.child, ask=running.ask)
            self.watcher.drop(running.child.pid)
            self.running.pop()
