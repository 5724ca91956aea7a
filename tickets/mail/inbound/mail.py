"""What a mail says, as values: what reading its bytes comes to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

# The note of a mail that is too large: its head is all that was taken.
LEFT_THERE = "left_there"


class Unreadable(Exception):
    """A mail that cannot be read, with a code of reasons.py and where Python stood."""

    def __init__(self, reason: str, traceback: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.traceback = traceback


class ReadingFailed(Exception):
    """The machine could not read a mail now, through no fault of the mail's."""


@dataclass(frozen=True)
class Envelope:
    """From whom and to whom a mail was handed over; it need not agree with its headers.

    Over SMTP an empty sender says that nobody waits for an answer. A pipe or a mailbox does not
    tell the envelope (`known` is False), and nothing follows from an empty one.
    """

    mail_from: str = ""
    rcpt_to: tuple[str, ...] = ()
    known: bool = True

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Envelope:
        """Return what `asdict` gave, after a way through JSON."""
        return cls(**{**data, "rcpt_to": tuple(data["rcpt_to"])})


@dataclass(frozen=True)
class Limits:
    """How much of one mail is read, and what that may cost."""

    max_bytes: int = 30 * 2**20
    max_parts: int = 200
    max_depth: int = 50
    max_addresses: int = 100
    max_files: int = 50
    cpu_seconds: int = 10
    memory_mb: int = 512

    @classmethod
    def of(cls, settings: Any) -> Limits:
        """Take from settings.MAIL_IN what concerns reading."""
        return cls(**{field.name: getattr(settings, field.name) for field in fields(cls)})


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
    neither is whole. `notes` are codes of what was left out, or made of it as well as it went
    (reasons.py).
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
