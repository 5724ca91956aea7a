"""Make a model's rows say what is wanted, and report what that took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import models

from tickets.catalog.planning.plans import Values

Row = TypeVar("Row", bound=models.Model)
K = TypeVar("K", bound=Hashable)


@dataclass
class Report:
    """What loading a file did."""

    created: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    left_alone: Counter[str] = field(default_factory=Counter)

    @property
    def anything(self) -> bool:
        return bool(self.created or self.changed)

    def lines(self) -> list[str]:
        """Return the report as lines for people."""
        lines = [f"created {count} {_plural(name, count)}" for name, count in self.created.items()]
        lines += [f"changed {what}" for what in self.changed]
        lines = lines or ["nothing to change"]
        return lines + [
            f"left alone {count} {_plural(name, count)} that the file does not name"
            for name, count in self.left_alone.items()
            if count
        ]


class Syncer:
    """Writes the rows of one model after another, and counts into one report."""

    def __init__(self) -> None:
        self.report = Report()

    def sync(
        self,
        model: type[Row],
        wanted: Mapping[K, Values],
        *,
        key: Callable[[Row], K],
        related: tuple[str, ...] = (),
        name: str = "",
        count_others: bool = True,
    ) -> dict[K, Row]:
        """Make a model's rows say what is wanted, and return the wanted rows by key."""
        name = name or str(model._meta.verbose_name)
        rows = {key(row): row for row in model._default_manager.select_related(*related)}
        if count_others:
            self.report.left_alone[name] += len(rows.keys() - wanted.keys())
        new = {place: model(**values) for place, values in wanted.items() if place not in rows}
        for place, values in wanted.items():
            if place in rows:
                self._change(rows[place], values, what=f"{name} {_path(place)}")
        model._default_manager.bulk_create(new.values())
        if new:
            self.report.created[name] += len(new)
        return {place: rows.get(place) or new[place] for place in wanted}

    def _change(self, row: models.Model, values: Values, *, what: str) -> None:
        differing = [column for column, value in values.items() if getattr(row, column) != value]
        if differing:
            for column in differing:
                setattr(row, column, values[column])
            row.save(update_fields=differing)
            columns = ", ".join(column.removesuffix("_id") for column in differing)
            self.report.changed.append(f"{what}: {columns}")


def _path(place: Hashable) -> str:
    """Return a key as people look for it in the file, like perfectserve/billing/topic."""
    parts = place if isinstance(place, tuple) else (place,)
    return "/".join(str(part) for part in parts if part is not None)


def _plural(name: str, count: int) -> str:
    if count == 1:
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
