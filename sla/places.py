"""A place in the list of breaches: where one page ends, written into the next page's address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
WRITTEN = re.compile(r"(\d{1,17})-([01])-(\d)-(\d{1,17})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Place:
    """How late things are changes as one reads on, so the place keeps when reading began."""

    as_of: datetime
    is_answered: bool
    level: int
    over: timedelta
    pk: int

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Read what `str` wrote; None for anything else, which is the beginning."""
        written = WRITTEN.fullmatch(text)
        if written is None:
            return None
        as_of, is_answered, level, over, pk = map(int, written.groups())
        return cls(EPOCH + as_of * TICK, bool(is_answered), level, over * TICK, pk)

    def __str__(self) -> str:
        as_of = (self.as_of - EPOCH) // TICK
        return f"{as_of}-{self.is_answered:d}-{self.level}-{self.over // TICK}-{self.pk}"
