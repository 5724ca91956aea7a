"""Files from outside: which are accepted, and under which names they are kept."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

# What is accepted, and the type each is served with (never the sender's word for it).
TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "ics": "text/calendar",
    "log": "text/plain",
}

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")


@dataclass(frozen=True)
class Fingerprint:
    size: int
    sha256: str


def server_name(instance, filename: str) -> str:
    """Return a random storage name: nothing from outside chooses a path."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


def clean_name(name: str) -> str:
    """Return a file name that is safe to show and to offer for saving.

    Normalized first (NFKC), checked after: control, format and bidi characters go, and
    so does anything that looks like a path. At most 150 characters, the ending kept.
    """
    name = unicodedata.normalize("NFKC", name)
    name = "".join(c for c in name if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    name = _UNSAFE.sub("_", name).strip(" .") or "file"
    path = PurePosixPath(name)
    return name if len(name) <= 150 else path.stem[: 150 - len(path.suffix)] + path.suffix


def ending(name: str) -> str:
    """Return the file name's ending in lower case, without the dot."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


def content_type(name: str) -> str | None:
    """Return the type a file of this name is served with; None where it is not accepted."""
    return TYPES.get(ending(name))


def size_in_words(size: int) -> str:
    """Return a number of bytes as people say it: 20 MB, 1.5 MB, 512 KB, 100 bytes."""
    for unit, factor in (("MB", 2**20), ("KB", 2**10)):
        if size >= factor:
            return f"{round(size / factor, 1):g} {unit}"
    return f"{size} bytes"


def fingerprint(chunks: Iterable[bytes]) -> Fingerprint:
    """Return size (bytes) and SHA-256 of a file, reading it once."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return Fingerprint(size=size, sha256=digest.hexdigest())
