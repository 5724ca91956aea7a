"""The headers of a mail or of a part of it, read from its bytes and never more than is bearable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from email.utils import collapse_rfc2231_value

from tickets.mail.inbound import decoding

# Letters of one value that are read. Standard parsers take quadratic time, so that 40,000
# addresses in Cc would take minutes; what is cut here stays in the mail as it came.
MOST = 10_000
MOST_VALUES = 200
MOST_FIELDS = 50_000

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_EMPTY = re.compile(rb"\r?\n")
_LAST_LINE = re.compile(rb"\n(?![ \t])")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\r?\n(?=[ \t])")


@dataclass(frozen=True)
class Field:
    """One header: where its value lies in the mail."""

    name: str
    start: int
    end: int


class Headers:
    """Fields in their order, values as text; encoded words are decoded by `words` alone."""

    def __init__(self, raw: bytes, fields: list[Field]) -> None:
        self._raw = raw
        self._fields: dict[str, list[Field]] = {}
        for field in fields:
            self._fields.setdefault(field.name, []).append(field)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._fields

    def all(self, name: str, most: int = MOST) -> list[str]:
        """Return the first values under this name from the top down, each on one line."""
        return [self._value(field, most) for field in self._named(name)[:MOST_VALUES]]

    def first(self, name: str, most: int = MOST) -> str:
        """Return the first value under this name, "" where there is none."""
        fields = self._named(name)
        return self._value(fields[0], most) if fields else ""

    def words(self, name: str) -> str:
        """Return the first value under this name as people read it."""
        return decoding.words_of(self.first(name))

    def count(self, letter: bytes, *names: str) -> int:
        """Count a letter in all values under these names, be they as long as they like."""
        return sum(
            self._raw.count(letter, field.start, field.end)
            for name in names
            for field in self._named(name)
        )

    def is_cut(self, *names: str) -> bool:
        fields = (field for name in names for field in self._named(name))
        return any(field.end - field.start > MOST for field in fields)

    def is_clean(self, name: str) -> bool:
        """Whether nothing hides in the values: readers differ about control characters."""
        return not any(
            _CONTROLS.search(self._raw, field.start, min(field.end, field.start + MOST))
            for field in self._named(name)
        )

    def _named(self, name: str) -> list[Field]:
        return self._fields.get(name.lower(), [])

    def _value(self, field: Field, most: int) -> str:
        raw = self._raw[field.start : min(field.end, field.start + most)]
        return decoding.line_of(_FOLD.sub("", decoding.text_of(raw)))


@dataclass(frozen=True)
class Described:
    """What the headers of a part say it is; the last two are format and DelSp of RFC 3676."""

    content_type: str
    charset: str
    name: str
    disposition: str
    encoding: str
    boundary: bytes
    report: str
    is_flowed: bool
    deletes_space: bool


def read(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """Return the headers from `start` on, and where the body begins.

    A line that is no header begins the body, so that no text is lost where the empty line is.
    """
    fields: list[Field] = []
    at = start + 3 if raw.startswith(b"\xef\xbb\xbf", start) else start
    while at < end and len(fields) < MOST_FIELDS:
        if empty := _EMPTY.match(raw, at, end):
            return Headers(raw, fields), empty.end()
        begins = _FIELD.match(raw, at, end)
        last = _LAST_LINE.search(raw, at, end)
        stop = last.end() if last else end
        if begins:
            fields.append(Field(begins[1].decode("ascii").lower(), begins.end(), stop))
        elif fields or not raw.startswith(b"From ", at):  # as mailboxes write before a mail
            return Headers(raw, fields), at
        at = stop
    return Headers(raw, fields), _after_empty_line(raw, at, end)


def _after_empty_line(raw: bytes, start: int, end: int) -> int:
    found = _EMPTY_LINE.search(raw, max(start - 1, 0), end)
    return found.end() if found else end


def describe(headers: Headers, default: str) -> Described:
    """Read type, charset, name and boundary; what cannot be made out counts as not said."""
    message = Message(policy=compat32)
    message.set_default_type(default)
    for name in ("Content-Type", "Content-Disposition"):
        if value := headers.first(name, 4_000):
            message[name] = value
    return Described(
        content_type=message.get_content_type(),
        charset=_parameter(message, "charset"),
        name=_name(message),
        disposition=_disposition(message),
        encoding=_token(headers.first("Content-Transfer-Encoding")),
        boundary=_parameter(message, "boundary").encode("utf-8", "replace"),
        report=_parameter(message, "report-type").lower(),
        is_flowed=_parameter(message, "format").lower() == "flowed",
        deletes_space=_parameter(message, "delsp").lower() == "yes",
    )


def _token(value: str) -> str:
    return next(iter(re.findall(r"[\w-]+", value)), "").lower()


def _name(message: Message) -> str:
    """The name of a file: the last part of a path, by RFC 2231 or, as many write it, RFC 2047."""
    name = _parameter(message, "filename", "Content-Disposition") or _parameter(message, "name")
    return re.split(r"[/\\]", decoding.words_of(name))[-1].strip()


def _disposition(message: Message) -> str:
    try:
        return (message.get_content_disposition() or "").strip()
    except (ValueError, LookupError, IndexError):
        return ""


def _parameter(message: Message, name: str, header: str = "Content-Type") -> str:
    try:
        value = message.get_param(name, "", header)
        return decoding.line_of(collapse_rfc2231_value(value).rstrip() if value else "")
    except (ValueError, LookupError, TypeError, IndexError):
        return ""  # continued in pieces that do not fit, or in a charset that nobody knows
