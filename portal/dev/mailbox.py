"""A folder of received mails, one .eml file each, read for the mail sink's pages."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

NAME = re.compile(r"\d{19}-[0-9a-f]{8}")
LONGEST_TEXT = 200_000  # characters shown of one mail


@dataclass(frozen=True)
class Mail:
    """What a page shows of a mail; every text may be hostile."""

    id: str
    sender: str
    to: str
    subject: str
    date: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str | None
    attachments: tuple[str, ...]


def store(folder: Path, content: bytes) -> str:
    """Keep one mail and return its id; ids sort by time of arrival."""
    name = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
    draft = folder / f".{name}"
    draft.write_bytes(content)
    draft.rename(folder / f"{name}.eml")
    return name


def newest(folder: Path, *, limit: int) -> Iterator[Mail]:
    """The latest mails, newest first, one at a time so that memory holds only one."""
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True)
    return (read(folder, name) for name in names[:limit])


def read(folder: Path, name: str) -> Mail:
    """One mail by its id.

    Raises FileNotFoundError for an id that is none, whatever path it might spell.
    """
    message = message_from_bytes(raw(folder, name), policy=policy.default)
    return Mail(
        id=name,
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        date=date_of(message, name),
        headers=tuple((key, str(value)) for key, value in message.items()),
        text=part(message, "plain") or "",
        html=part(message, "html"),
        attachments=tuple(
            attached.get_filename() or attached.get_content_type()
            for attached in message.iter_attachments()
        ),
    )


def raw(folder: Path, name: str) -> bytes:
    if not NAME.fullmatch(name):
        raise FileNotFoundError(name)
    return (folder / f"{name}.eml").read_bytes()


def date_of(message: EmailMessage, name: str) -> str:
    """The mail's own date in ISO form, else its arrival's."""
    try:
        return parsedate_to_datetime(str(message["Date"])).isoformat()
    except (TypeError, ValueError):
        arrived = int(name.partition("-")[0]) // 1_000_000_000
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(arrived))


def part(message: EmailMessage, kind: str) -> str | None:
    """The text of the body of this kind, "plain" or "html", cut to what a page can bear."""
    body = message.get_body((kind,))
    if body is None:
        return None
    try:
        content = str(body.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows
        content = bytes(body.get_payload(decode=True)).decode("latin-1")
    return content[:LONGEST_TEXT].replace("\r\n", "\n")
