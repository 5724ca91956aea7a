"""Addresses in headers (RFC 5322), read with care: an address is what a person is known by.

Comments and display names may hold anything, addresses too: `casey@clinic.test(<mallory@evil.test>`
was casey to Python's own parser (CVE-2023-27043). What is not closed or not clear is no address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tickets.mail.inbound import decoding

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # quoted
    r"|\\."
    r"|[()<>,;:]"
    r'|[^"\\()<>,;:]+'
)
_ADDRESS = re.compile(r"[^\s@\"\\()<>,;:\[\]]{1,64}@[^\s@\"\\()<>,;:\[\]]{1,253}")
_DEEPEST = 20
_LONGEST = 254  # RFC 5321, as erratum 1690 counts


class _Unclear(Exception):
    """The header cannot be read in one way only."""


@dataclass
class Mailbox:
    """What stands between two commas."""

    outside: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    angles: int = 0
    colons: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.angles and not "".join(self.outside).strip()

    @property
    def address(self) -> str:
        """The address in small letters, "" where this is none."""
        found = "".join(self.inside if self.angles else self.outside).strip().lower()
        is_one = self.angles <= 1 and not self.colons and len(found) <= _LONGEST
        return found if is_one and _ADDRESS.fullmatch(found) else ""

    @property
    def name(self) -> str:
        text = "".join(map(_unquoted, self.outside)) if self.angles else ""
        return decoding.words_of(text.strip())


def sender_of(values: list[str]) -> tuple[str, str]:
    """Return address and name of the one sender; no address where there is none, or more."""
    if len(values) != 1:
        return "", ""
    try:
        found = [mailbox for mailbox in _mailboxes(values[0]) if not mailbox.is_empty]
    except _Unclear:
        return "", ""
    return (found[0].address, found[0].name) if len(found) == 1 else ("", "")


def addresses_of(values: list[str], most: int) -> tuple[str, ...]:
    """Return the addresses of recipients, each once; what is unclear is left out."""
    found: dict[str, None] = {}
    for value in values:
        try:
            mailboxes = _mailboxes(value, colons=False)
        except _Unclear:
            continue
        found |= {mailbox.address: None for mailbox in mailboxes if mailbox.address}
        if len(found) >= most:
            break
    return tuple(found)[:most]


def _mailboxes(value: str, *, colons: bool = True) -> list[Mailbox]:
    """Read a list; with `colons` a group (`team: a@b;`) is no mailbox, else its members are."""
    found, depth, is_inside = [Mailbox()], 0, False
    for sign in _tokens(value):
        here = found[-1]
        if depth or sign == "(":
            depth += {"(": 1, ")": -1}.get(sign, 0)
            # A comment parts words: none is put together out of what stands around it.
            (here.inside if is_inside else here.outside).append("" if depth else " ")
        elif sign == ")":
            raise _Unclear
        elif sign in "<>":
            if (sign == "<") == is_inside:
                raise _Unclear
            is_inside = sign == "<"
            here.angles += is_inside
        elif is_inside:
            here.inside.append(sign)
        elif sign == ",":
            found.append(Mailbox())
        elif sign in ":;":
            if colons:
                here.colons += 1
            else:
                found.append(Mailbox())
        elif here.angles and sign.strip():
            raise _Unclear  # words behind the address
        elif sign.strip() or here.outside:
            here.outside.append(sign)
        if depth > _DEEPEST:
            raise _Unclear
    if depth or is_inside:
        raise _Unclear
    return found


def _tokens(value: str) -> list[str]:
    tokens = _TOKEN.findall(value)
    if sum(map(len, tokens)) != len(value):
        raise _Unclear  # a quote that is not closed
    return tokens


def _unquoted(sign: str) -> str:
    return re.sub(r"\\(.)", r"\1", sign[1:-1]) if sign.startswith('"') else sign
