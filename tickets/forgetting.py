"""Where words of a ticket are kept beside the ticket: from there, too, they are removed for good.

What other apps keep of them is removed by the functions of settings.TICKET_COPIES, each called as
`forget(ticket, removed)` in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.module_loading import import_string

from tickets.models import Draft, SearchEntry, Ticket, TurnDraft, Viewing

# A line that is shorter than this says too little to be taken for a copy of itself elsewhere.
TELLING = 20


@dataclass(frozen=True)
class Removed:
    """Words that are gone, and what stands in their place."""

    words: Sequence[str]
    mark: str

    @classmethod
    def of(cls, text: str, *, mark: str) -> Removed:
        """Return a whole text and each of its lines that could be quoted somewhere."""
        lines = [line.strip() for line in text.splitlines()]
        telling = {line for line in lines if len(line) >= TELLING}
        return cls(sorted({text, *telling} - {""}, key=len, reverse=True), mark)

    def out_of(self, value: Any) -> Any:
        """Return a text, or whatever JSON holds, without these words; as plain text or as HTML."""
        if isinstance(value, dict):
            return {name: self.out_of(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.out_of(each) for each in value]
        if not isinstance(value, str):
            return value
        for words in self.words:
            value = value.replace(words, self.mark).replace(escape(words), escape(self.mark))
        return value


def everywhere(ticket: Ticket, removed: Removed) -> None:
    """Remove words of a locked ticket from all that was made of them."""
    SearchEntry.objects.filter(ticket=ticket).delete()  # made anew of what is left
    _rewrite(TurnDraft.objects.filter(ticket=ticket), "data", removed)
    _rewrite(Draft.objects.filter(follows=ticket), "data", removed)
    _rewrite(Viewing.objects.filter(ticket=ticket), "what", removed)
    for forget in _elsewhere():
        forget(ticket, removed)


def _rewrite(rows, column: str, removed: Removed) -> None:
    for row in rows.select_for_update():
        before = getattr(row, column)
        after = removed.out_of(before)
        if after != before:
            if isinstance(after, str):
                after = after[: row._meta.get_field(column).max_length]
            setattr(row, column, after)
            row.save(update_fields=[column])


@cache
def _elsewhere():
    return tuple(import_string(path) for path in settings.TICKET_COPIES)
