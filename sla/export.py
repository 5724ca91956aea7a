"""The managers' lists as files: every line that the list has, and the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.lines import Line
from tickets.spreadsheet import BOM, Cell, written

# Each column's name, and what it shows of a line in the reader's zone.
Columns = Sequence[tuple[str | Promise, Callable[[Line, tzinfo], Cell]]]

TICKET: Columns = (
    (gettext_lazy("Ticket"), lambda line, zone: line.number),
    (gettext_lazy("Subject"), lambda line, zone: line.subject),
    (gettext_lazy("Request type"), lambda line, zone: line.request_type),
    (gettext_lazy("Subcategory"), lambda line, zone: line.subcategory),
    (gettext_lazy("Organization"), lambda line, zone: line.organization),
    (gettext_lazy("Brand"), lambda line, zone: line.brand),
    (gettext_lazy("Agent"), lambda line, zone: line.agent),
    (gettext_lazy("Team"), lambda line, zone: line.team),
    (gettext_lazy("Level"), lambda line, zone: line.level),
    (gettext_lazy("Not called"), lambda line, zone: _("not called") if line.not_called else ""),
    (gettext_lazy("Promise"), lambda line, zone: line.metric),
    (gettext_lazy("State"), lambda line, zone: line.state or _state(line)),
    (gettext_lazy("Due"), lambda line, zone: _iso(line.due, zone)),
)
TOUCHED: Columns = ((gettext_lazy("Last touch"), lambda line, zone: _iso(line.touched, zone)),)
REASONS: Columns = (
    (gettext_lazy("Reason"), lambda line, zone: _reason(line)),
    (gettext_lazy("Action"), lambda line, zone: line.action),
)
BREACHED: Columns = (
    *TICKET,
    (gettext_lazy("Ended"), lambda line, zone: _iso(line.ended, zone)),
    (gettext_lazy("Over by"), lambda line, zone: line.words),
    (gettext_lazy("Over by (seconds)"), lambda line, zone: _seconds(line.over)),
    *TOUCHED,
    *REASONS,
)
# Two columns of seconds, for a cell with a minus in front would start like a formula.
DUE: Columns = (
    *TICKET,
    (gettext_lazy("Left"), lambda line, zone: line.words),
    (gettext_lazy("Left (seconds)"), lambda line, zone: _seconds(line.left)),
    (gettext_lazy("Late by (seconds)"), lambda line, zone: _seconds(line.over)),
    *TOUCHED,
)
UNANSWERED: Columns = (
    *TICKET,
    (gettext_lazy("Ended"), lambda line, zone: _iso(line.ended, zone)),
    (gettext_lazy("First response"), lambda line, zone: line.words),
    (gettext_lazy("Late by (seconds)"), lambda line, zone: _seconds(line.over)),
    *TOUCHED,
)
DECIDED: Columns = (
    *TICKET,
    (gettext_lazy("Ended"), lambda line, zone: _iso(line.ended, zone)),
    (gettext_lazy("Result"), lambda line, zone: _("Met") if line.badge == "met" else _("Broken")),
    (gettext_lazy("Took (seconds)"), lambda line, zone: _seconds(line.took)),
    (gettext_lazy("Over by (seconds)"), lambda line, zone: _seconds(line.over)),
    *TOUCHED,
    *REASONS,
)


def csv(batches: Iterable[Sequence[Line]], *, columns: Columns, zone: tzinfo) -> Iterator[str]:
    """Yield a file in pieces: its head, then the lines of each batch.

    The zone is handed in, for a file is still written when its request, and what is active in
    it, is over.
    """
    yield head(columns)
    for lines in batches:
        yield body(lines, columns=columns, zone=zone)


def head(columns: Columns) -> str:
    """Return the line that names the columns, behind the mark that every file begins with."""
    return BOM + written([[str(name) for name, _read in columns]])


def body(lines: Sequence[Line], *, columns: Columns, zone: tzinfo) -> str:
    return written([read(line, zone) for _name, read in columns] for line in lines)


def _state(line: Line) -> str:
    if line.over is not None:
        return _("Late")
    return _("Running") if line.due else _("Paused")


def _reason(line: Line) -> str:
    return _("not acknowledged") if line.breach and not line.reason else line.reason


def _iso(at: datetime | None, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(seconds=1)
