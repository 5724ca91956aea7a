"""What customers ask and what they are answered: the stories of the files beside this one.

A story is one kind of request with everything that may be said about it. Its texts name whoever
and whatever it is about in braces; `casting` fills those in. Answers are given as a browser would
send them; "+3d" or "-2h" stands for a date or time that long after or before the filing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

# The parser in C is ten times as fast; not every build of PyYAML has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = Path(__file__).with_name("stories")


@dataclass(frozen=True)
class Story:
    """One kind of request; `times` says how often it comes in a quarter.

    `reply` is an agent's first answer, `ask` a question back and `told` the customer's answer
    to it, `done` the solution. `files` come with the request, `encloses` with the solution.
    """

    key: str
    type: str
    kind: str
    impact: tuple[str, str]
    subject: str
    description: str
    reply: str
    ask: str
    told: str
    done: str
    about: str = ""
    urgent: bool = False
    times: int = 1
    answers: Mapping[str, Any] = field(default_factory=dict)
    note: str = "Called to say that we are on it; nobody waits for anything else."
    files: tuple[str, ...] = ()
    encloses: tuple[str, ...] = ()
    by_mail: bool = False


@cache
def stories() -> Mapping[str, Story]:
    """Return all stories by their key, in the order of the files."""
    told = [
        Story(**{**given, "impact": tuple(given["impact"]), "by_mail": path.stem == "by_mail"})
        for path in sorted(FOLDER.glob("*.yaml"))
        for given in yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 (safe)
    ]
    return {story.key: story for story in told}
