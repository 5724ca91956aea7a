"""Runs tests beside each other, a process on each core, and those marked `alone` by themselves.

pytest-xdist hands them out in their order: no process goes back to plain tests after those that
empty every table. What is marked `alone` is handed out last, and while it runs all others wait.
"""

import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScheduling
from xdist.workermanage import WorkerController

from portal.testing import WORKER

# So much is left when files are cut at last, lest the longest of them keeps one process waiting.
LAST_PART = 4


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One on each core that is ours: `-n auto` itself counts two threads of a core as one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScheduling | None:
    return WholeFiles(config, log) if config.getvalue("dist") == "load" else None


class WholeFiles(LoadScheduling):
    """Keeps the tests of a file in one process, as they may share what is costly to make."""

    def _send_tests(self, node: WorkerController, num: int) -> None:
        while self._is_cut_at(num):
            num += 1
        super()._send_tests(node, num)

    def _is_cut_at(self, num: int) -> bool:
        names = self.collection or []
        if not 0 < num < len(self.pending) - len(names) // LAST_PART:
            return False
        before, after = (names[self.pending[place]] for place in (num - 1, num))
        return before.partition("::")[0] == after.partition("::")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=is_alone)


def is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let a test run beside others, or wait until it is alone."""
    if WORKER not in os.environ:
        return (yield)
    with turn(Path(item.config.option.basetemp).parent / "turn", alone=is_alone(item)):
        return (yield)


@contextmanager
def turn(file: Path, *, alone: bool) -> Iterator[None]:
    """Hold what all processes may hold at once, or one by itself."""
    with file.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Tell what ran where, and the exit code, right above what failed and pytest's own counts."""
    ran = [
        report
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
    ]
    alone = sum("alone" in report.keywords for report in ran)
    where = f"in {len(config.option.tx)} processes, {alone} alone" if config.option.tx else "in one"
    terminalreporter.write_sep("=", f"{len(ran)} ran {where}; exit code {int(exitstatus)}")
