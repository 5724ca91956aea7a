"""Rows as a CSV file that a spreadsheet opens rightly, and in which nothing is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO

Cell = str | int | None

# Without it Excel reads UTF-8 as the computer's old code page, and every umlaut is broken.
BOM = "\ufeff"
# What makes a spreadsheet calculate, or run, what somebody wrote into a ticket; the last four are
# the wide forms that East Asian versions take for the same.
FORMULA = "=+\\-@＝＋－＠"
# A cell begins where the text does, and after what parts cells in other countries, or lines: a
# spreadsheet that expects semicolons does not know our quotes, and begins a cell inside of them.
BEGINS_ONE = re.compile(rf'\A(?=[{FORMULA}\t\r\n])|(?<=[;|\t\r\n])(?="*[{FORMULA}])')


def inert(cell: Cell) -> Cell:
    """Return text that no spreadsheet takes for a formula: an apostrophe in front makes it text."""
    return BEGINS_ONE.sub("'", cell) if isinstance(cell, str) else cell


def written(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as lines of CSV (RFC 4180)."""
    text = StringIO()
    csv.writer(text).writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue()
