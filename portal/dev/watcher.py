"""A process beside the supervisor that ends all services when the supervisor was killed.

On Linux the kernel ends each service by itself (leash.py); this reaches their children too, and
macOS. It holds the home's lock until they are gone, so that the next start finds nothing left.
"""

import os
import signal
import time

GRACE_SECONDS = 5.0
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watcher:
    """The supervisor's end: tells which process groups would have to be ended."""

    def __init__(self) -> None:
        """Fork the watcher; call this before there are threads or children."""
        reading, self.writing = os.pipe()
        if os.fork() == 0:
            os.close(self.writing)
            watch(reading)
            os._exit(0)
        os.close(reading)

    def add(self, group: int, ask: signal.Signals) -> None:
        os.write(self.writing, f"{group} {ask.value}\n".encode())

    def drop(self, group: int) -> None:
        os.write(self.writing, f"{group} 0\n".encode())


def watch(reading: int) -> None:
    """Wait for the supervisor's end of the pipe to close, by whatever death it dies."""
    os.setsid()
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    let_go_of_terminal()
    groups: dict[int, int] = {}
    with os.fdopen(reading) as lines:
        for line in lines:
            group, ask = map(int, line.split())
            groups[group] = ask
    end({group: ask for group, ask in groups.items() if ask})


def let_go_of_terminal() -> None:
    """Whoever reads what the supervisor prints must not wait for us."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)


def end(groups: dict[int, int]) -> None:
    """Ask every group to end, and after a while do not ask any more."""
    left = {group for group, ask in groups.items() if send(group, ask)}
    deadline = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if send(group, 0)}
    for group in left:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Signal a process group; say whether there was one."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
