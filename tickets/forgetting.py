"""Where words of a ticket are kept beside the ticket: from there, too, they are removed for good.

What other apps keep of them is removed by the functions of settings.TICKET_COPIES, each called as
`forget(tickets, removed)` with ids in the same transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.html import escape
from django.utils.module_loading import import_string

from tickets.models import (
    Answer,
    CallAttempt,
    Callback,
    Draft,
    Event,
    Message,
    SearchEntry,
    Ticket,
    TurnDraft,
    Viewing,
)

# A line that is shorter than this says too little to be taken for a copy of itself elsewhere.
TELLING = 20
# A shorter word tells nothing by itself, and stands in any other text: it is left alone elsewhere.
LEAST = 4
NOTHING = r"(?!)"
# What an agent types into an unsent form; the rest of it is keys and choices.
TYPED = ("body", "reason")
# What somebody typed of what an event tells; the rest of it is keys, by which promises are counted.
TOLD = {
    Event.Type.OPENED: "filed_after_call",
    Event.Type.LEVEL_CHANGED: "reason",
    Event.Type.CALLED_BACK: "note",
    Event.Type.REDACTED: "why",
}


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
        return cls(sorted({text, *telling}, key=len, reverse=True), mark)

    def out_of(self, value: Any) -> Any:
        """Return a text, or the texts of a list or a dictionary, without these words."""
        if isinstance(value, dict):
            return {name: self.out_of(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.out_of(each) for each in value]
        return self._plain.sub(lambda _found: self.mark, value) if isinstance(value, str) else value

    def out_of_html(self, html: str) -> str:
        """Return HTML whose words are these no more; its tags and style stay as they are."""
        mark = escape(self.mark)
        return self._html.sub(lambda found: found[0] if found["tag"] else mark, html)

    def are_in(self, text: str) -> bool:
        return self._plain.search(text) is not None

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return re.compile(_any_of(self.words))

    @cached_property
    def _html(self) -> re.Pattern[str]:
        words = _any_of(dict.fromkeys(form for each in self.words for form in (each, escape(each))))
        return re.compile(rf"(?P<tag><style.*?</style>|<[^<>]*>)|{words}", re.DOTALL)


def everywhere(ticket: Ticket, removed: Removed) -> None:
    """Remove words of a locked ticket from all that was made of them."""
    SearchEntry.objects.filter(ticket=ticket).delete()  # made anew of what is left
    tickets = _having_copies(ticket)
    _rewrite(TurnDraft.objects.filter(ticket__in=tickets), "data", partial(_typed, removed=removed))
    _rewrite(Draft.objects.filter(follows__in=tickets), "data", removed.out_of)
    _rewrite(Viewing.objects.filter(ticket__in=tickets), "what", removed.out_of)
    quoting = Message.objects.filter(ticket__in=tickets).exclude(quoted="")
    _rewrite(quoting, "quoted", removed.out_of)
    _rewrite(Callback.objects.filter(ticket__in=tickets), "reason", removed.out_of)
    _rewrite(CallAttempt.objects.filter(callback__ticket__in=tickets), "note", removed.out_of)
    _forget_told(tickets, removed)
    _forget_answers(tickets, removed)
    for forget in _elsewhere():
        forget(tickets, removed)


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of these; short ones as whole words, and of no address."""
    telling = (each for each in words if len(each) >= LEAST)
    return "|".join(map(_pattern, telling)) or NOTHING


def _pattern(words: str) -> str:
    # Mails leave one empty line where somebody left several.
    there = re.sub(r"(?:\\\n)+", r"\\n+", re.escape(words))
    return there if len(words) >= TELLING else rf"(?<![\w/]){there}(?![\w/])"


def _having_copies(ticket: Ticket) -> Sequence[int]:
    """Name the tickets that its words may be kept with.

    Those are it, the ones that its messages were taken out of, and whatever was merged with it.
    """
    copied = {ticket.pk, *Ticket.objects.filter(merged_into=ticket).values_list("pk", flat=True)}
    ahead = {ticket.pk}
    while ahead:
        led_to = Q(split_into__in=ahead) | Q(merged_from__in=ahead)
        ahead = {*Ticket.objects.filter(led_to).values_list("pk", flat=True)} - copied
        copied |= ahead
    return sorted(copied)


def _typed(data: dict[str, Any], *, removed: Removed) -> dict[str, Any]:
    return data | {name: removed.out_of(data[name]) for name in TYPED if name in data}


def _forget_told(tickets: Sequence[int], removed: Removed) -> None:
    for event in Event.objects.filter(ticket__in=tickets, type__in=TOLD).select_for_update():
        name = TOLD[Event.Type(event.type)]
        before = event.data.get(name, "")
        after = removed.mark if _is_of(removed, before) else removed.out_of(before)
        if after != before:
            event.data[name] = after
            event.save(update_fields=["data"])


def _is_of(removed: Removed, told: str) -> bool:
    """Whether an event tells again what was removed, as that of a note does of the note."""
    return told in removed.words or (
        len(told) >= TELLING and any(told in words for words in removed.words)
    )


def _forget_answers(tickets: Sequence[int], removed: Removed) -> None:
    """Remove them from answers, of which then only the words stay that were shown."""
    for answer in Answer.objects.filter(ticket__in=tickets).select_for_update():
        after = removed.out_of(answer.display)
        if after != answer.display:
            answer.value, answer.display = [], after
            answer.save(update_fields=["value", "display"])


def _rewrite(rows, column: str, without: Callable[[Any], Any]) -> None:
    for row in rows.select_for_update():
        before = getattr(row, column)
        after = without(before)
        if after != before:
            if isinstance(after, str):
                after = after[: row._meta.get_field(column).max_length]
            setattr(row, column, after)
            row.save(update_fields=[column])


@cache
def _elsewhere():
    return tuple(import_string(path) for path in settings.TICKET_COPIES)
