"""Bytes of mails as text, whatever they are said to be; no letter is dropped in silence."""

from __future__ import annotations

import binascii
import codecs
import re
from itertools import takewhile

# Python's codecs that are no charsets of mails; idna and punycode take quadratic time as well.
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs"}
# What is said, and what is meant: each is the larger one that senders really use.
_MEANT = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "iso2022_jp": "iso2022_jp_ext",
    "euc_kr": "cp949",
}
_UNLIKE_ASCII = ("iso2022", "utf-16", "utf-32", "utf-7", "hz")
_ALIASES = {"iso-8859-8-i": "iso-8859-8", "windows-874": "cp874", "x-sjis": "cp932"}

_ENCODED_WORD = re.compile(r"=\?([^?*\s]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]{0,5000}?)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_WHOLE_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


def text_of(raw: bytes, charset: str = "") -> str:
    """Decode as is declared, else as UTF-8, else as what Windows writes; at last with marks.

    A charset that nobody knows counts as none.
    """
    declared = _codec(charset)
    if declared.startswith(_UNLIKE_ASCII):
        # Taken for UTF-8 their escapes would be letters.
        return tidy(raw.decode(declared, "replace"))
    for name in filter(None, (declared, "utf-8")):
        try:
            return tidy(raw.decode(name))
        except (LookupError, ValueError):
            continue  # it is something else, or damaged
    return tidy(_with_marks(raw))


def tidy(text: str) -> str:
    """Line ends are \\n; control characters go, and what no database or JSON can hold."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line_of(text: str) -> str:
    """Text of a header as one line, so that it cannot begin another header anywhere."""
    return " ".join(tidy(text).split())


def words_of(value: str) -> str:
    """Decode the encoded words of a header (RFC 2047); what is broken stays as it stands."""
    value = _BETWEEN.sub(r"\1\2", value)
    pieces, end = [], 0
    for run in _runs(value):
        start = run[0].start()
        pieces += [value[end:start], text_of(b"".join(map(_word, run)), run[0][1])]
        end = run[-1].end()
    return line_of("".join([*pieces, value[end:]]))


def from_base64(raw: bytes) -> tuple[bytes, bool]:
    """Return what can be decoded, and whether that was all of it."""
    compact = raw.translate(None, b" \t\r\n")
    whole = _WHOLE_BASE64.fullmatch(compact) is not None and len(compact) % 4 == 0
    if whole:
        return binascii.a2b_base64(compact), True
    # Padding within: several encodings in a row, as long as they are few.
    pieces = re.split(rb"=+", _NOT_BASE64.sub(b"", compact), maxsplit=100)
    return b"".join(_unpadded(piece.replace(b"=", b"")) for piece in pieces), False


def from_base64_and_text(raw: bytes) -> bytes:
    """Decode the lines that are base64, as far as they go, and keep what follows as it stands."""
    lines = raw.splitlines(keepends=True)
    coded = list(takewhile(lambda line: _WHOLE_BASE64.fullmatch(line.strip()), lines))
    rest = b"".join(lines[len(coded) :])
    return from_base64(b"".join(coded))[0] + (b"\n" + rest if rest.strip() else b"")


def _unpadded(piece: bytes) -> bytes:
    """Decode base64 that lacks its end; a single letter over holds less than a byte."""
    piece = piece[:-1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(piece + b"=" * (-len(piece) % 4))


def _with_marks(raw: bytes) -> str:
    """UTF-8 that is damaged, if most of what is no ASCII is that; else what Windows writes."""
    text = raw.decode("utf-8", "replace")
    marks = text.count("\ufffd")
    letters = len(text) - len(text.encode("ascii", "ignore")) - marks
    return text if letters > marks else raw.decode("cp1252", "replace")


def _codec(charset: str) -> str:
    name = charset.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return "" if found.replace("_", "-") in _NO_CHARSETS else _MEANT.get(found, found)


def _runs(value: str) -> list[list[re.Match[str]]]:
    """Encoded words side by side in one charset: a letter may begin in one and end in the next."""
    runs: list[list[re.Match[str]]] = []
    for word in _ENCODED_WORD.finditer(value):
        before = runs[-1][-1] if runs else None
        if before and before.end() == word.start() and before[1].lower() == word[1].lower():
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _word(word: re.Match[str]) -> bytes:
    content = word[3].encode("utf-8", "replace")
    if word[2] in "bB":
        return from_base64(content)[0]
    return binascii.a2b_qp(content, header=True)
