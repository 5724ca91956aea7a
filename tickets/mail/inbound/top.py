"""The top of a mail, as far as a door must know it: no more than that is read there."""

from __future__ import annotations

import re

MOST_BYTES = 256 * 1024
MOST_ADDRESSES = 100

_END = re.compile(rb"\r?\n\r?\n")
_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*((?:.*)(?:\n[ \t].*)*)", re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>,;:\"()@]{1,64}@[^\s<>,;:\"()@]{1,255}")

# Who received it says its server by one of the first; To is the sender's word, and all that there
# may be. Nobody gains anything by lying here: it only says which brand was written to.
_RECIPIENT = (("delivered-to", "x-original-to", "envelope-to"), ("to", "cc"))


def hops(raw: bytes) -> int:
    """Return through how many servers it says it went."""
    return len(_RECEIVED.findall(_top(raw)))


def envelope_of(raw: bytes) -> tuple[str, list[str]]:
    """Return sender and recipients of the envelope, as far as the mail itself tells them."""
    fields = _fields(raw)
    senders = _ADDRESS.findall(fields.get("return-path", ""))
    for names in _RECIPIENT:
        found = _ADDRESS.findall("\n".join(fields.get(name, "") for name in names))
        if found:
            return _first(senders), list(dict.fromkeys(found))[:MOST_ADDRESSES]
    return _first(senders), []


def _top(raw: bytes) -> bytes:
    top = raw[:MOST_BYTES]
    end = _END.search(top)
    return top[: end.start()] if end else top


def _fields(raw: bytes) -> dict[str, str]:
    """Return what stands in each field of the top, those of one name below each other."""
    text = _top(raw).decode("utf-8", "replace").replace("\r\n", "\n")
    fields: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(text):
        fields.setdefault(name.lower(), []).append(value)
    return {name: "\n".join(values) for name, values in fields.items()}


def _first(addresses: list[str]) -> str:
    return addresses[0] if addresses else ""
