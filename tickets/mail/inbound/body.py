"""Which parts of a mail are its text, and which are files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tickets.mail.inbound import content, decoding, flowed, structure
from tickets.mail.inbound.structure import Part

# Read as text where they are no file; every other kind of text is a file (calendars, cards, …).
_PLAIN = {"text/plain", "text/enriched", "text/markdown"}
_HTML = {"text/html", "application/xhtml+xml"}


@dataclass
class Sorted:
    """The parts that make up the text, in their order, and those that are kept as files."""

    texts: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


def sort(raw: bytes, part: Part) -> Sorted:
    """Tell text and files apart; of alternatives the plainest that says something is text."""
    if part.parts and part.what.content_type == "multipart/alternative":
        return _one_of(raw, [sort(raw, each) for each in part.parts])
    if part.parts:
        found = [sort(raw, each) for each in part.parts]
        return Sorted(
            [text for each in found for text in each.texts],
            [file for each in found for file in each.files],
        )
    is_text = part.what.content_type in _PLAIN | _HTML and not part.is_file
    return Sorted([part], []) if is_text else Sorted([], [part])


def read(raw: bytes, texts: list[Part], images: Mapping[str, str]) -> tuple[str, set[str]]:
    """Return the text of a mail, and notes on what of it is not as it was written."""
    pieces, notes = [], set()
    for part in texts:
        text, whole = structure.text_of(raw, part)
        if not whole:
            notes.add("undecodable")
        if part.what.content_type in _HTML:
            if len(text) > content.MOST:
                notes.add("text_cut")
            text, followed = content.text_of(text, images)
            text = decoding.tidy(text)
            if not followed:
                notes.add("flattened")
        elif part.what.is_flowed:
            if len(text) > flowed.MOST:
                notes.add("text_cut")
            text = flowed.unwrap(text[: flowed.MOST], delete_space=part.what.deletes_space)
        pieces.append(text.strip("\n"))
    return "\n\n".join(filter(str.strip, pieces)), notes


def _one_of(raw: bytes, choices: list[Sorted]) -> Sorted:
    """One message in several forms: one text, but all files, be they of whichever form."""
    with_text = [choice for choice in choices if any(_says_something(raw, p) for p in choice.texts)]
    best = min(with_text, key=_layout, default=choices[0])
    return Sorted(best.texts, [file for choice in choices for file in choice.files])


def _layout(choice: Sorted) -> int:
    """0 for plain text, 1 where some of it is HTML; of equal ones `min` takes the first."""
    return int(any(part.what.content_type in _HTML for part in choice.texts))


def _says_something(raw: bytes, part: Part) -> bool:
    return bool(raw[part.start : part.end].strip())
