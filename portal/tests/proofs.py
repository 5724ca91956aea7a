"""Tables in documents whose rows name tests: reading them, and asking pytest what there is."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEST = re.compile(r"`([\w/]+\.py::[^`]+)`")


@dataclass(frozen=True)
class Row:
    """A row: its name, the tests in it, and what its last cell says."""

    name: str
    tests: tuple[str, ...]
    last: str


def rows(document: str, *, name: str) -> list[Row]:
    """Return the rows of a document's tables whose first cell is a name like this."""
    found = []
    for line in (ROOT / "docs" / document).read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and re.fullmatch(name, cells[0]):
            found.append(Row(cells[0], tuple(TEST.findall(line)), cells[-1].strip("| ")))
    return found


def unknown(found: list[Row], session: pytest.Session) -> set[str]:
    """Return the tests that are named and that pytest does not collect, with or without case.

    What this session runs it collected; only for others it is asked once more.
    """
    named = {test for row in found for test in row.tests}
    named = without(named, {item.nodeid for item in session.items})
    return without(named, collect(tuple(sorted({test.partition("::")[0] for test in named}))))


def without(named: set[str], collected: Set[str]) -> set[str]:
    return named - collected - {test.partition("[")[0] for test in collected}


@cache
def collect(paths: tuple[str, ...]) -> frozenset[str]:
    """Let pytest collect the tests of these files, in a process of its own."""
    there = [path for path in paths if (ROOT / path).exists()]
    if not there:
        return frozenset()
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *there],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return frozenset(line for line in said.stdout.splitlines() if "::" in line)
