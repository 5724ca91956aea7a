"""Reads the bytes of a mail: what it says, who is behind it, and which files it brings."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

from tickets.mail.inbound import addresses, body, quoting, reports, senders, structure
from tickets.mail.inbound.headers import Headers
from tickets.mail.inbound.mail import Envelope, File, Limits, Mail, Unreadable
from tickets.mail.inbound.structure import Part

MOST_TEXT = 100_000
MOST_SUBJECT = 998
MOST_NAME = 150
MOST_REFERENCES = 100

# Without the machine's own lists, so that an ending is the same everywhere.
_ENDINGS = mimetypes.MimeTypes(filenames=())
_WITHOUT_A_NAME = {"message/rfc822": "message.eml", "text/calendar": "invite.ics"}


def parse(
    raw: bytes, *, envelope: Envelope, limits: Limits, folder: Path, authserv_id: str
) -> Mail:
    """Read a mail; its files are written into `folder`. Raises `Unreadable`.

    Nothing that it says of itself is believed: charset, encoding, name and type may all be wrong,
    and every text may be hostile. Nothing is unpacked, and nothing fetched.
    """
    if not raw.strip():
        raise Unreadable("empty")
    if len(raw) > limits.max_bytes:
        raise Unreadable("too_large")
    whole, notes = structure.split(raw, limits)
    if whole.headers.is_cut("From", "To", "Cc", "Subject", "References"):
        notes = notes | {"header_cut"}
    said = _content(raw, whole, limits, folder)
    return Mail(
        **_people(whole.headers, limits, authserv_id),
        **_thread(raw, whole),
        **{**said, "notes": tuple(sorted(notes | said["notes"]))},
        automatic=senders.automatic(whole.headers, whole, envelope),
        reports=reports.reports_of(raw, whole),
    )


def _people(headers: Headers, limits: Limits, authserv_id: str) -> dict[str, Any]:
    values = headers.all("From") if headers.is_clean("From") else []
    sender, name = addresses.sender_of(values)
    return {
        "sender": sender,
        "sender_name": name[:MOST_NAME],
        "to": _recipients(headers, "To", limits),
        "cc": _recipients(headers, "Cc", limits),
        # Each address has its @, so that they are counted without being read.
        "addressed": headers.count(b"@", "To", "Cc"),
        "check": senders.check_of(headers.all("Authentication-Results"), authserv_id, sender),
    }


def _recipients(headers: Headers, name: str, limits: Limits) -> tuple[str, ...]:
    values = headers.all(name)
    if headers.is_cut(name):
        # The last one may be the beginning of an address.
        values = [value.rpartition(",")[0] for value in values]
    return addresses.addresses_of(values, limits.max_addresses)


def _thread(raw: bytes, whole: Part) -> dict[str, Any]:
    headers = whole.headers
    named = [
        *reports.message_ids(" ".join(headers.all("References")[:10])),
        *reports.original_of_receipt(raw, whole),
        *reports.message_ids(headers.first("In-Reply-To")),
    ]
    # The nearest last, each once where it stands last.
    references = list(dict.fromkeys(reversed(named)))[:MOST_REFERENCES]
    message_id = _message_id(headers)
    return {
        "message_id": message_id,
        "references": tuple(reversed(references)),
        "fingerprint": _fingerprint(raw, whole, message_id),
    }


def _message_id(headers: Headers) -> str:
    value = headers.first("Message-ID")
    return next(iter(reports.message_ids(value)), value[:255])


def _fingerprint(raw: bytes, whole: Part, message_id: str) -> str:
    """The same for the same mail by whichever way it came: Received lines do not count."""
    headers = whole.headers
    sent = message_id or headers.first("Date")
    digest = hashlib.sha256()
    for value in (sent, headers.first("From"), headers.first("Subject")):
        digest.update(value.encode() + b"\0")
    digest.update(memoryview(raw)[whole.start :])
    return digest.hexdigest()


def _content(raw: bytes, whole: Part, limits: Limits, folder: Path) -> dict[str, Any]:
    found = body.sort(raw, whole)
    files, notes = _write(raw, found.files[: limits.max_files], folder)
    images = {file.content_id: file.name for file in files if file.content_id}
    text, more = body.read(raw, found.texts, images)
    subject = whole.headers.words("Subject")
    new, quoted = quoting.split(text[: 4 * MOST_TEXT], subject)
    if max(len(new), len(quoted), len(text) / 4) > MOST_TEXT:
        more.add("text_cut")
    if len(found.files) > limits.max_files:
        more.add("files_cut")
    return {
        "subject": subject[:MOST_SUBJECT],
        "text": new[:MOST_TEXT],
        "quoted": quoted[:MOST_TEXT],
        "files": files,
        "notes": notes | more,
    }


def _write(raw: bytes, parts: list[Part], folder: Path) -> tuple[tuple[File, ...], set[str]]:
    """Write files under names that are ours: nothing of a mail chooses a path."""
    files, notes = [], set()
    for number, part in enumerate(parts, start=1):
        data, whole = structure.body_of(raw, part)
        if not whole:
            notes.add("undecodable")
        path = folder / f"file-{number}"
        path.write_bytes(data)
        files.append(
            File(
                name=part.what.name or _name_of(part, number),
                content_type=part.what.content_type,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                path=str(path),
                content_id=part.headers.first("Content-ID").strip(" <>"),
            )
        )
    return tuple(files), notes


def _name_of(part: Part, number: int) -> str:
    """A name for a file that has none."""
    kind = part.what.content_type
    ending = _ENDINGS.guess_extension(kind) or ".bin"
    return _WITHOUT_A_NAME.get(kind, f"file-{number}{ending}")
