"""What is about to break: promises that have not ended, counted by level and time left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla import lists
from sla.forms import LEVELS
from sla.list_forms import LATE, LATER, NOT_CALLED, PAUSED, SoonFilterForm
from tickets import counting
from tickets.catalog.models import Brand

# By what the list behind a cell is asked for.
COLUMNS: Mapping[str, str | Promise] = {
    LATE: _("Late"),
    "30m": _("Under 30 min"),
    "1h": _("30 min to 1 h"),
    "4h": _("1 to 4 h"),
    "24h": _("4 to 24 h"),
    LATER: _("Later"),
    PAUSED: _("Paused"),
}
# Counting ends here: a cell costs so many rows of an index at most.
MOST = 1000
# From how many on a cell is filled one step more.
STEPS = (1, 5, 20, 100)


class Counted(Subquery):
    """How many rows a query has that ends somewhere."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Cell:
    """How many there are, and the address of the list of just these."""

    label: str | Promise
    count: int
    params: Mapping[str, Any]

    @property
    def shown(self) -> str:
        return counting.in_words(self.count, most=MOST)

    @property
    def step(self) -> int:
        return sum(self.count >= step for step in STEPS)


@dataclass(frozen=True)
class Matrix:
    """`rows` are by level; `not_called` counts urgent ones that wait though nobody called."""

    columns: Sequence[str | Promise]
    rows: Mapping[int, Sequence[Cell]]
    not_called: Cell


def matrix(form: SoonFilterForm, *, now: datetime) -> Matrix:
    """Count every cell in one query, each as far as its limit."""
    chosen = form.chosen()
    levels = [chosen["level"]] if "level" in chosen else LEVELS
    asked = dict(_asked(form, levels, now=now))
    counts = dict(zip(asked, _count(list(asked.values())), strict=True))
    cells = {
        (level, left): Cell(
            COLUMNS.get(left, ""), counts[level, left], {**chosen, **_level(level), "left": left}
        )
        for level, left in asked
    }
    return Matrix(
        columns=list(COLUMNS.values()),
        rows={level: [cells[level, left] for left in COLUMNS] for level in levels},
        not_called=cells[None, NOT_CALLED],
    )


def _asked(form: SoonFilterForm, levels: Sequence[int], *, now: datetime) -> Iterator[Any]:
    """Yield by level and time left what the list behind each cell has."""
    for left in (*COLUMNS, NOT_CALLED):
        params = {**form.chosen(), "left": left}
        _form, listing = lists.DUE.ask(params, scope=form.scope, now=now)
        for level in [None] if left == NOT_CALLED else levels:
            yield (level, left), listing.found.filter(**_level(level)).order_by()


def _level(level: int | None) -> dict[str, int]:
    return {} if level is None else {"level": level}


def _count(asked: Sequence[Any]) -> Sequence[int]:
    """Count the rows of each query in one; it hangs on a row that there always is."""
    counts = [Counted(rows.values("pk")[:MOST]) for rows in asked]
    [found] = Brand.objects.order_by("pk").values_list(*counts)[:1]
    return [count or 0 for count in found]
