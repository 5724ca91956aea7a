"""What became of mails of ours, as the servers of their recipients report it (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tickets.mail.inbound import decoding, headers, structure
from tickets.mail.inbound.headers import Headers
from tickets.mail.inbound.mail import Report
from tickets.mail.inbound.structure import Part

_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_ORIGINAL = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
}
_FATES = {
    "failed": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
_CLASSES = {"2": "delivered", "4": "delayed", "5": "failed"}
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_MOST = 100


def message_ids(value: str) -> list[str]:
    """Return the Message-IDs that a header names, in its order."""
    return _MESSAGE_ID.findall(value)


def reports_of(raw: bytes, whole: Part) -> tuple[Report, ...]:
    """Return a report for each recipient that the mail reports on; none if it is no report."""
    statuses = [part for part in whole.parts if part.what.content_type in _STATUS]
    about = _message_id(raw, whole) if statuses else ""
    if not about:
        return ()
    groups = [group for part in statuses for group in _groups(raw, part)]
    found = (_report(group, about) for group in groups[: _MOST + 1])
    return tuple(report for report in found if report is not None)


def original_of_receipt(raw: bytes, whole: Part) -> list[str]:
    """Return the Message-ID that a receipt is about (RFC 8098)."""
    return [
        message_id
        for part in whole.parts
        if part.what.content_type == "message/disposition-notification"
        for group in _groups(raw, part)
        for message_id in message_ids(group.first("Original-Message-ID"))
    ][:1]


def _message_id(raw: bytes, whole: Part) -> str:
    """The mail that came back names itself; else the report may say what it answers."""
    for part in whole.parts:
        if part.what.content_type in _ORIGINAL:
            body, _ = structure.body_of(raw, part)
            returned, _ = headers.read(body, 0, len(body))
            if found := message_ids(returned.first("Message-ID")):
                return found[0]
    return next(iter(message_ids(whole.headers.first("In-Reply-To"))), "")


def _groups(raw: bytes, part: Part) -> Iterator[Headers]:
    """Fields of the report: those of the mail, then of each recipient, parted by empty lines."""
    body, _ = structure.body_of(raw, part)
    at = 0
    while at < len(body):
        group, after = headers.read(body, at, len(body))
        if after == at:
            break  # what follows is no field
        at = after
        yield group


def _report(group: Headers, about: str) -> Report | None:
    status = group.first("Status")
    action = group.first("Action").lower().partition(" ")[0]
    fate = _FATES.get(action) or _CLASSES.get(status[:1], "")
    recipient = group.first("Original-Recipient") or group.first("Final-Recipient")
    if not fate or not recipient:
        return None
    diagnostic = group.first("Diagnostic-Code").partition(";")[2] or group.first("Diagnostic-Code")
    words = ": ".join(filter(None, (status, decoding.line_of(diagnostic))))
    return Report(
        message_id=about,
        recipient=recipient.rpartition(";")[2].strip(" <>").lower()[:254],
        fate=fate,
        words=words[:500],
    )
