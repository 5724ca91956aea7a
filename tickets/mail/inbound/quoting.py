"""What a mail quotes, told apart from what is new in it; no line of either is ever lost.

Of mail-parser-reply we take what it knows: how mail programs introduce a quotation in a dozen
languages. We do not take its replies, which have lost indents, signatures and disclaimers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailparser_reply.constants import MAIL_LANGUAGES
from mailparser_reply.parser import EmailMessage

# Its patterns take quadratic time on long lines, so that it is shown no more of each than this, and
# no more lines than these: introductions, or fields of one, within the first lines.
_LONGEST_LINE = 250
_MOST_CANDIDATES = 100
_MOST_LINES = 5_000

_INTRODUCTION = EmailMessage(text="", languages=list(MAIL_LANGUAGES)).HEADER_REGEX
_QUOTED = re.compile(r"\s*>")
_FIELD = re.compile(
    r"[>*\s]{0,40}[^\W\d][^:\n]{0,25}:|[\s\[-]{0,10}Original Message", re.IGNORECASE
)
_ENDING = re.compile(r"[:：]\s*$")
_PRECISE = re.compile(r"@|\d{4}|\d[:.]\d\d")
_FORWARDS = re.compile(
    r"forward|weitergeleitet|transf[eé]r|transmis|inoltrat|reenviad|doorgestuurd|vidarebefordra"
    r"|videresend|przekazan|přeposlan|転送|전달|转发",
    re.IGNORECASE,
)
_FORWARDING_SUBJECT = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|i|enc|vb|vs|pd)\s*:|転送|转发", re.IGNORECASE
)


def split(text: str, subject: str = "") -> tuple[str, str]:
    """Return what is new and what is quoted: the lines of the first, then those of the second.

    Answers between quoted lines stay where they are, with what they answer. What is forwarded is
    what the mail is about. A quotation with nothing before it is the whole mail.
    """
    if _FORWARDING_SUBJECT.match(subject):
        return text, ""
    lines = text.split("\n")
    at = _start(lines)
    new = "\n".join(lines[:at]).rstrip()
    if at == len(lines) or not new.strip():
        return text, ""
    return new, "\n".join(lines[at:]).strip("\n")


def _start(lines: list[str]) -> int:
    """The line that the quotation begins with; as many as there are where nothing is quoted."""
    for first, last in _introductions(lines):
        above = _above(lines, first)
        if any(_FORWARDS.search(line) for line in lines[above : last + 1]):
            return len(lines)
        begins = above if _is_ruler(lines[above].strip()) else first
        if _is_quotation(lines[first : last + 1], lines[last + 1 :]):
            return begins
    return _trailing_quote(lines)


def _is_ruler(line: str) -> bool:
    """Whether a line parts what is older: dashes, perhaps with words between, or a long line."""
    is_dashes = line.startswith("---") and line.endswith("---")
    return is_dashes or (len(line) >= 20 and not line.strip("_"))


def _introductions(lines: list[str]) -> list[tuple[int, int]]:
    """First and last line of each introduction: `On … wrote:`, or From:, Sent:, To:, Subject:."""
    text = "\n".join(_candidates(lines[:_MOST_LINES]))
    found = []
    for match in _INTRODUCTION.finditer(text):
        start = match.start() + len(match[0]) - len(match[0].lstrip("\n"))
        found.append((text.count("\n", 0, start), text.count("\n", 0, match.end())))
    return found


def _candidates(lines: list[str]) -> Iterator[str]:
    """The lines, with a letter for each that can be no part of an introduction."""
    left = _MOST_CANDIDATES
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        could_be = _FIELD.match(line) or any(
            _ENDING.search(each[-20:]) for each in (line, following)
        )
        if could_be and line.strip():
            left -= 1
        if left < 0:
            return
        yield line.strip()[:_LONGEST_LINE] if could_be else "x" * bool(line.strip())


def _is_quotation(introduction: list[str], after: list[str]) -> bool:
    """Whether all that follows is quoted, so that nothing new is folded away with it."""
    if _QUOTED.match(introduction[0]):
        return False  # it introduces what the quoted mail quotes
    marked = [bool(_QUOTED.match(line)) for line in after if line.strip()]
    if any(marked):
        return all(marked)
    # People write "On Monday Kim wrote:" as well; a mail program says the date or the address.
    is_block = sum(":" in line for line in introduction) >= 3
    return is_block or (
        len(introduction) <= 2 and _PRECISE.search(" ".join(introduction)) is not None
    )


def _above(lines: list[str], first: int) -> int:
    """The nearest line above an introduction: a ruler or a heading, perhaps."""
    above = first - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    return max(above, 0)


def _trailing_quote(lines: list[str]) -> int:
    """Quoted lines at the end, with a line above that says whose they are in whatever words."""
    at = _before_marked(lines, len(lines))
    has_marks = any(_QUOTED.match(line) for line in lines[at:])
    is_interleaved = any(_QUOTED.match(line) for line in lines[:at])
    if not has_marks or is_interleaved:
        return len(lines)
    is_introduced = (
        at > 0 and _PRECISE.search(lines[at - 1]) and lines[at - 1].rstrip()[-1:] in ":："
    )
    return at - 1 if is_introduced else at


def _before_marked(lines: list[str], at: int) -> int:
    while at and (not lines[at - 1].strip() or _QUOTED.match(lines[at - 1])):
        at -= 1
    return at
