"""What a mail says, as values: what reading its bytes comes to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class File:
    """A part that is kept as a file; its bytes lie at `path` until they are stored."""

    name: str
    content_type: str
    size: int
    sha256: str
    path: str
    content_id: str = ""


@dataclass(frozen=True)
class Report:
    """What became of a mail of ours, as its recipient's side says it (RFC 3464)."""

    message_id: str
    recipient: str
    fate: str  # "delivered", "delayed" or "failed"
    words: str


@dataclass(frozen=True)
class Mail:
    """A mail that was read. Every text may be hostile; none holds NUL or a lone surrogate.

    `sender` is the one address of From in small letters, "" where there is none or more than one.
    `references` are the Message-IDs that it says it answers, the last one the nearest. `automatic`
    says why no machine may answer it, "" where a person wrote it: auto-replied, auto-generated,
    bulk, list, receipt, report or nobody (an empty envelope sender). `check` is "pass", "fail" or
    "" as our own server found out (RFC 8601). `addressed` counts To and Cc; of more than are read
    neither is whole. `notes` are codes of what was left out or could not be read (reasons.py).
    """

    message_id: str = ""
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    addressed: int = 0
    subject: str = ""
    text: str = ""
    quoted: str = ""
    files: tuple[File, ...] = ()
    automatic: str = ""
    check: str = ""
    reports: tuple[Report, ...] = ()
    fingerprint: str = ""
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Mail:
        """Return what `as_json` gave, after a way through JSON."""
        parts = {
            "files": tuple(File(**each) for each in data["files"]),
            "reports": tuple(Report(**each) for each in data["reports"]),
        }
        lists = {name: tuple(data[name]) for name in ("references", "to", "cc", "notes")}
        return cls(**{**data, **lists, **parts})
