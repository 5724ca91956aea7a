"""What the tools find on the desk in Django's own markup, and why it stands; nothing on the portal.

The report counts these apart and prints the reasons. Whatever is not named here, or is found on a
page of the portal, is a target missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

DESK = "/admin/"
Finding = tuple[str, str, str]  # tool, page, what is wrong


@dataclass(frozen=True)
class Excuse:
    """One rule of one tool, for lines that match whole; `rule` is what the report calls it."""

    tool: str
    rule: str
    line: str
    why: str

    def covers(self, finding: Finding) -> bool:
        tool, page, line = finding
        return (
            tool == self.tool
            and page.startswith(DESK)
            and re.fullmatch(self.line, line, re.DOTALL) is not None
        )


NOTHING_TO_SEND = (
    "a list without actions and a form that may only be read stand in a form of Django's in which "
    "there is nothing to send; its template would have to be copied whole to take it away"
)
EXCUSES = (
    Excuse(
        "HTML_CodeSniffer",
        "H32.2, form without a submit button",
        r"WCAG2AA\.Principle3\.Guideline3_2\.3_2_2\.H32\.2: .*"
        r'<form (id="changelist-form" method="post"|method="post" id="\w+_form").*',
        NOTHING_TO_SEND,
    ),
    Excuse(
        "html-validate",
        "wcag/h32, form without a submit button",
        r"wcag/h32: .* #(changelist-form|\w+_form)",
        NOTHING_TO_SEND,
    ),
    Excuse(
        "html-validate",
        "no-redundant-for, a label that names the box inside it",
        r"no-redundant-for: .* #id_\w+ > div(:nth-child\(\d+\))? > label",
        "Django's list of boxes puts each into its label and names it there too; both say the same",
    ),
)


def sorted_out(found: Iterable[Finding]) -> tuple[list[Finding], list[tuple[Excuse, int]]]:
    """Return what counts, and how often each excuse was needed."""
    counting: list[Finding] = []
    times = dict.fromkeys(EXCUSES, 0)
    for tool, page, line in found:
        finding = (tool, page, line)
        excuse = next((each for each in EXCUSES if each.covers(finding)), None)
        if excuse is None:
            counting.append(finding)
        else:
            times[excuse] += 1
    return counting, list(times.items())
