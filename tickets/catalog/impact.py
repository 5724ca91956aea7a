"""The table that turns consequences into a level, and what it must not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

# From harmless to bad.
AFFECTED = ("nobody", "one", "some", "most")
ABILITY = ("yes", "partly", "no")
URGENT = (False, True)
CASES = tuple(product(AFFECTED, ABILITY, URGENT))

Case = tuple[str, str, bool]


def problems(levels: Mapping[Case, int]) -> Iterator[tuple[Case, str]]:
    """Yield each case that is missing or less urgent than a more harmless one.

    Level 1 is the most urgent, so its number may only fall as things get worse.
    """
    for case in CASES:
        if case not in levels:
            yield case, f"{in_words(case)} has no level"
            continue
        for milder in _milder(case):
            if milder in levels and levels[case] > levels[milder]:
                yield (
                    case,
                    (
                        f"{in_words(case)} gives level {levels[case]}, less urgent than "
                        f"level {levels[milder]} for {in_words(milder)}"
                    ),
                )


def in_words(case: Case) -> str:
    affected, ability, urgent = case
    return f"{affected} affected, can work: {ability}{', urgent' if urgent else ''}"


def _milder(case: Case) -> Iterator[Case]:
    """Yield the neighbors of a case, one step more harmless on one axis."""
    affected, ability, urgent = case
    if affected != AFFECTED[0]:
        yield AFFECTED[AFFECTED.index(affected) - 1], ability, urgent
    if ability != ABILITY[0]:
        yield affected, ABILITY[ABILITY.index(ability) - 1], urgent
    if urgent:
        yield affected, ability, False
