"""Mails that were taken are read by a worker of its own: how fast, and in how much memory."""

import subprocess
import sys
import threading
import time

import psutil

from bench.arriving import until
from bench.servers import ROOT, Servers
from bench.stopwatch import Verdict
from tickets.mail.models import InboundEmail

AT_LEAST, MEMORY_MIB = 10.0, 400
TURN_SECONDS, PAUSE = 20, 0.1


def measure(servers: Servers) -> list[Verdict]:
    waiting = InboundEmail.objects.filter(state=InboundEmail.State.WAITING)
    count = waiting.count()
    print(f"\n{count} mails are read")
    child = start(servers)
    with Watched(child) as watched:
        seconds = until(lambda: not waiting.exists(), seconds=7200)
    print(f"  {'states':<54}{states()}")
    return [
        Verdict("mails read in a second", count / seconds, AT_LEAST, at_least=True).tell(),
        Verdict("memory of the reader, at most (MiB)", watched.most, MEMORY_MIB).tell(),
    ]


def start(servers: Servers) -> subprocess.Popen:
    child = subprocess.Popen(
        [sys.executable, "bench/mail.py", "--read"], cwd=ROOT, stdin=subprocess.PIPE
    )
    servers.stack.callback(child.wait)
    servers.stack.callback(child.stdin.close)
    return child


def states() -> dict[str, int]:
    rows = InboundEmail.objects.values_list("state", flat=True)
    return {state: list(rows).count(state) for state in InboundEmail.State.values}


class Watched:
    """Looks at a process and all below it, ten times in a second; `most` is in MiB."""

    def __init__(self, child: subprocess.Popen) -> None:
        self.child, self.most, self.over = child, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Watched":
        self.thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self.over.set()
        self.thread.join()

    def _watch(self) -> None:
        process = psutil.Process(self.child.pid)
        while not self.over.wait(0.1):
            self.most = max(self.most, sum(map(held, family(process))) / 2**20)


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def held(process: psutil.Process) -> int:
    """What a process alone holds: forks share most of what they have."""
    try:
        return process.memory_full_info().uss
    except psutil.Error:
        return 0  # it has ended meanwhile


def read_on() -> None:
    """Read whatever comes, until standard input ends."""
    from tickets.mail.inbound import reading

    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.is_set():
        _words, more = reading.run(seconds=TURN_SECONDS)
        if not more:
            time.sleep(PAUSE)
