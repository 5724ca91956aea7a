"""Bars as pictures: where each part of each bar lies, for a template to draw as SVG.

Across, places are shares of the width, so that a picture fits a phone and a sheet of paper while
its words keep their size; downwards they are pixels. Each bar has its words above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# How far one bar is below the other, where its words stand, and how thick it is.
STEP, BASELINE, TOP, THICKNESS = 48, 15, 22, 16
PLAIN, MET, BROKEN = "plain", "met", "broken"


@dataclass(frozen=True)
class Amount:
    """One part of a bar: how many, of what kind (its color and pattern), and where they are."""

    number: int
    kind: str = PLAIN
    url: str = ""


@dataclass(frozen=True)
class Given:
    """What one bar shows: its name, its parts from left to right, and the words beside the name.

    `goal` is the share of the bar up to which the first part should reach, from 0 to 1.
    """

    label: str
    amounts: Sequence[Amount]
    words: str = ""
    goal: float | None = None
    url: str = ""


@dataclass(frozen=True)
class Block:
    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    given: Given
    baseline: int
    top: int
    blocks: Sequence[Block]
    goal: str = ""

    @property
    def goal_from(self) -> int:
        return self.top - 3

    @property
    def goal_to(self) -> int:
        return self.top + THICKNESS + 3


@dataclass(frozen=True)
class Point:
    x: str
    y: int


@dataclass(frozen=True)
class Stretch:
    """A straight piece of a line, from one point to the next."""

    start: Point
    end: Point


@dataclass(frozen=True)
class Picture:
    """A figure: `finding` says what it shows, `heads` name the columns of the same as a table.

    `name` is one word, and no other picture of its page has it.
    """

    name: str
    title: str
    finding: str
    heads: Sequence[str]
    bars: Sequence[Bar]
    line: Sequence[Point] = ()
    thickness: int = THICKNESS

    @property
    def height(self) -> int:
        return STEP * len(self.bars)

    @property
    def stretches(self) -> list[Stretch]:
        return [Stretch(*ends) for ends in zip(self.line, self.line[1:], strict=False)]

    @property
    def has_goal(self) -> bool:
        return any(bar.goal for bar in self.bars)


def bars(
    given: Sequence[Given],
    *,
    name: str,
    title: str,
    finding: str,
    heads: Sequence[str],
    with_running_share: bool = False,
) -> Picture:
    """Draw bars below each other, the longest over the whole width.

    With the running share a line tells which part of all amounts each bar and those above it
    make up together, over the whole width (Pareto).
    """
    longest = max((_total(each) for each in given), default=0)
    return Picture(
        name=name,
        title=title,
        finding=finding,
        heads=heads,
        bars=[_bar(each, row, longest) for row, each in enumerate(given)],
        line=list(_running_share(given)) if with_running_share else (),
    )


def _bar(given: Given, row: int, longest: int) -> Bar:
    top, total = row * STEP, _total(given)
    return Bar(
        given=given,
        baseline=top + BASELINE,
        top=top + TOP,
        blocks=list(_blocks(given.amounts, longest)),
        goal="" if given.goal is None or not total else _share(given.goal * total, longest),
    )


def _blocks(amounts: Sequence[Amount], longest: int) -> Iterator[Block]:
    before = 0
    for amount in amounts:
        if amount.number:
            yield Block(amount.kind, _share(before, longest), _share(amount.number, longest))
        before += amount.number


def _running_share(given: Sequence[Given]) -> Iterator[Point]:
    all_of_them, sum_so_far = sum(map(_total, given)), 0
    for row, each in enumerate(given):
        sum_so_far += _total(each)
        yield Point(_share(sum_so_far, all_of_them), row * STEP + TOP + THICKNESS // 2)


def _total(given: Given) -> int:
    return sum(amount.number for amount in given.amounts)


def _share(part: float, whole: int) -> str:
    return f"{100 * part / whole if whole else 0:.2f}%"
