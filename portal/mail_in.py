"""How mails come in, and how much of one is read: settings of the installation by their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MailIn:
    """What MAIL_IN_… in the environment says; docs/configuration.md tells each in words.

    Boxes are URLs like `imaps://user:password@host/INBOX?brand=key`. Doors are `host:port`, ""
    where nobody listens. The rest bounds what one mail may be, and what reading it may cost.
    """

    boxes: tuple[str, ...]
    smtp: str
    lmtp: str
    certificate: str
    key: str
    poll_seconds: int
    max_bytes: int
    max_parts: int
    max_depth: int
    max_addresses: int
    max_files: int
    cpu_seconds: int
    memory_mb: int
    max_tries: int
    keep_days: int


def mail_in(env: Any) -> MailIn:
    """Read all of it."""
    return MailIn(
        boxes=tuple(env.list("MAIL_IN_BOXES", default=[])),
        smtp=env("MAIL_IN_SMTP", default=""),
        lmtp=env("MAIL_IN_LMTP", default=""),
        certificate=env("MAIL_IN_CERTIFICATE", default=""),
        key=env("MAIL_IN_KEY", default=""),
        poll_seconds=env.int("MAIL_IN_POLL_SECONDS", default=30),
        max_bytes=env.int("MAIL_IN_MAX_BYTES", default=30 * 2**20),
        max_parts=env.int("MAIL_IN_MAX_PARTS", default=200),
        max_depth=env.int("MAIL_IN_MAX_DEPTH", default=50),
        max_addresses=env.int("MAIL_IN_MAX_ADDRESSES", default=100),
        max_files=env.int("MAIL_IN_MAX_FILES", default=50),
        cpu_seconds=env.int("MAIL_IN_CPU_SECONDS", default=10),
        memory_mb=env.int("MAIL_IN_MEMORY_MB", default=512),
        max_tries=env.int("MAIL_IN_MAX_TRIES", default=5),
        keep_days=env.int("MAIL_IN_KEEP_DAYS", default=30),
    )
