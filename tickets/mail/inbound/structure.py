"""What parts a mail has: found by their boundaries, without a copy and without recursion.

The parser of Python's `email` goes down by recursion, which some 1,500 nested parts exhaust, and
writes the mails inside a mail anew. Here a part is a place in the bytes, whatever its depth.
"""

from __future__ import annotations

import binascii
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tickets.mail.inbound import decoding, headers
from tickets.mail.inbound.headers import Described, Headers
from tickets.mail.inbound.mail import Limits, Unreadable

_PLAIN = {"", "7bit", "8bit", "binary"}


@dataclass
class Part:
    """A part: its headers, where its body lies, and the parts in it."""

    headers: Headers
    what: Described
    start: int
    end: int
    parts: list[Part] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """multipart, text, image, …"""
        return self.what.content_type.partition("/")[0]

    @property
    def is_file(self) -> bool:
        return self.what.disposition == "attachment" or bool(self.what.name)


def split(raw: bytes, limits: Limits) -> tuple[Part, set[str]]:
    """Return the whole mail as a part, with a note if not all of its parts are there.

    Raises `Unreadable` where parts are nested deeper than any program nests them.
    """
    whole = _part(raw, 0, len(raw), "text/plain")
    count, ahead = 1, deque([(whole, 1)])
    while ahead:
        part, depth = ahead.popleft()
        if part.kind != "multipart":
            continue
        if depth > limits.max_depth:
            raise Unreadable("too_deep")
        default = "message/rfc822" if part.what.content_type.endswith("digest") else "text/plain"
        for start, end in _sections(raw, part):
            if count >= limits.max_parts:
                return whole, {"parts_cut"}
            count += 1
            part.parts.append(_part(raw, start, end, default))
            ahead.append((part.parts[-1], depth + 1))
        if not part.parts:
            # Without a single boundary it is text, so that nobody's words are lost.
            part.what = replace(part.what, content_type="text/plain")
    return whole, set()


def body_of(raw: bytes, part: Part) -> tuple[bytes, bool]:
    """Return the bytes of a part as they were before transfer, and whether they are whole."""
    body = raw[part.start : part.end]
    if part.what.encoding == "base64":
        return decoding.from_base64(body)
    if part.what.encoding == "quoted-printable":
        return binascii.a2b_qp(body), True
    return body, part.what.encoding in _PLAIN


def text_of(raw: bytes, part: Part) -> tuple[str, bool]:
    """Return the text of a part, and whether it could be decoded; else it is as it stands."""
    body, whole = body_of(raw, part)
    if part.what.encoding == "base64" and not whole:
        body = decoding.from_base64_and_text(raw[part.start : part.end])
    return decoding.text_of(body, part.what.charset), whole


def _part(raw: bytes, start: int, end: int, default: str) -> Part:
    found, body = headers.read(raw, start, end)
    return Part(found, headers.describe(found, default), body, end)


def _sections(raw: bytes, part: Part) -> Iterator[tuple[int, int]]:
    """Where the parts of a multipart lie; the last may lack its end, as the mail may."""
    begins = -1
    for line, after, last in _delimiters(raw, part):
        if begins >= 0:
            yield begins, max(begins, line)
        begins = -1 if last else after
        if last:
            break
    if begins >= 0:
        yield begins, part.end


def _delimiters(raw: bytes, part: Part) -> Iterator[tuple[int, int, bool]]:
    """Each line that is the boundary: where it begins, where it ends, and if it is the last one."""
    if not part.what.boundary:
        return
    # Begins with the letters to look for, which makes searching fast; so does no look-behind.
    line = re.compile(rb"\n--" + re.escape(part.what.boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    at = max(part.start - 1, 0)
    while found := line.search(raw, at, part.end):
        start, end = found.start() + 1, found.end()
        yield _before(raw, start, part.start), end, found[1] is not None
        at = max(end - 1, start)


def _before(raw: bytes, at: int, start: int) -> int:
    """The line end before a boundary belongs to it (RFC 2046, 5.1.1)."""
    for ending in (b"\r\n", b"\n"):
        if raw.endswith(ending, start, at):
            return at - len(ending)
    return at
