"""What promises came to in figures: how many were met, how long they took, by how much over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

# Below that a percentage says more about chance than about the desk.
ENOUGH = 10
# As many groups as somebody reads; the others make one row.
SHOWN = 25

# What names one part of something; None stands for all that are told together.
Key = int | str | None


@dataclass(frozen=True)
class Tally:
    """How many promises were met, and how many broken."""

    met: int = 0
    broken: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.met + other.met, self.broken + other.broken)

    @property
    def number(self) -> int:
        return self.met + self.broken

    @property
    def permille(self) -> int | None:
        """Return how many of 1,000 were met: none and all of them only where it is so."""
        if not self.number:
            return None
        rounded = (2000 * self.met + self.number) // (2 * self.number)
        least, most = (1 if self.met else 0), (999 if self.broken else 1000)
        return min(max(rounded, least), most)

    @property
    def is_too_few(self) -> bool:
        return self.number < ENOUGH

    def change_from(self, before: Tally) -> int | None:
        """Return how many more of 1,000 than before, as a reader would subtract what is shown."""
        if self.permille is None or before.permille is None:
            return None
        return self.permille - before.permille


@dataclass(frozen=True)
class Spread:
    """Half of them took at most `p50` seconds, nine of ten at most `p90`."""

    p50: float | None = None
    p90: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Row:
    """One group's promises of one kind, or of all kinds where `metric` is empty.

    `targets` are the shortest and the longest that was promised, in seconds.
    """

    key: Key
    metric: str
    tally: Tally = field(default_factory=Tally)
    before: Tally = field(default_factory=Tally)
    took: Spread = field(default_factory=Spread)
    over: Spread = field(default_factory=Spread)
    targets: tuple[int, int] | None = None


@dataclass(frozen=True)
class Group:
    """Everything of one brand, team, week or whatever else: a row for each kind of promise."""

    key: Key
    rows: Sequence[Row]

    @property
    def tally(self) -> Tally:
        return total(row.tally for row in self.rows)


@dataclass(frozen=True)
class Breakdown:
    """Groups in their order, those that too many would hide each in one, and how many these are."""

    groups: Sequence[Group]
    rest: Sequence[Row] = ()
    number_of_rest: int = 0

    @property
    def rows(self) -> list[Row]:
        return [*(row for group in self.groups for row in group.rows), *self.rest]


def total(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def grouped(rows: Iterable[Row]) -> list[Group]:
    """Put the rows of each group together, in the order in which they come."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return [Group(key, mine) for key, mine in found.items()]


def worst_first(groups: Sequence[Group], *, names: Mapping[Key, str]) -> list[Group]:
    """Order groups by their share met; what is too few to judge comes after, by name."""

    def place(group: Group):
        tally, name = group.tally, names.get(group.key, "")
        if tally.is_too_few:
            return (1, 0, 0, name)
        return (0, tally.permille or 0, -tally.broken, name)

    return sorted(groups, key=place)


def broken_down(groups: Sequence[Group], *, whole: bool = False) -> Breakdown:
    """Show the first groups each; where but one more would be hidden, nothing is gained by it."""
    if whole or len(groups) <= SHOWN + 1:
        return Breakdown(groups)
    hidden = groups[SHOWN:]
    return Breakdown(groups[:SHOWN], _together(hidden), len(hidden))


def _together(groups: Iterable[Group]) -> list[Row]:
    """Add groups up by kind of promise. How long theirs took cannot be told from their medians."""
    found: dict[str, Row] = {}
    for row in (row for group in groups for row in group.rows):
        so_far = found.setdefault(row.metric, Row(None, row.metric))
        found[row.metric] = replace(
            so_far, tally=so_far.tally + row.tally, before=so_far.before + row.before
        )
    return list(found.values())
