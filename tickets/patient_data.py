"""Spot what looks like patient data in a text: few patterns that hardly anything else fits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    SOCIAL_SECURITY_NUMBER = "social security number"
    RECORD_NUMBER = "record number"
    DATE_OF_BIRTH = "date of birth"


@dataclass(frozen=True)
class Finding:
    """Where something stands, by the name of its field, and what it looks like."""

    name: str
    sort: Sort


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = (
    r"(?:[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    rf"|{_MONTH}\.? [0-9]{{1,2}},? [0-9]{{4}}|[0-9]{{1,2}} {_MONTH}\.? [0-9]{{4}})(?![0-9])"
)
_SAYS = r"(?:\s*(?:is|was|no\.?|number|[#:=(-]))*\s*"
# Numbers that were never given out do not count: they stand in examples, and in other numbers.
_SOCIAL = r"(?!000|666|9)[0-9]{3}([ -])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![0-9-])"

PATTERNS: Mapping[Sort, re.Pattern[str]] = {
    Sort.SOCIAL_SECURITY_NUMBER: re.compile(
        rf"(?<![0-9-]){_SOCIAL}|\b(?:ssn|social security number){_SAYS}[0-9]{{9}}(?![0-9])",
        re.IGNORECASE | re.ASCII,
    ),
    Sort.RECORD_NUMBER: re.compile(
        rf"\b(?:mrn|medical record|patient id){_SAYS}[a-z]{{0,2}}[0-9]{{5,12}}(?![0-9])",
        re.IGNORECASE | re.ASCII,
    ),
    Sort.DATE_OF_BIRTH: re.compile(
        rf"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|born(?: on)?){_SAYS}{_DAY}",
        re.IGNORECASE | re.ASCII,
    ),
}


def first_in(texts: Mapping[str, str]) -> Finding | None:
    """Return the first text, in their order, that looks as if it told who a patient is."""
    for name, text in texts.items():
        for sort, pattern in PATTERNS.items():
            if pattern.search(text):
                return Finding(name, sort)
    return None
