"""Mails as bytes, made for a test, and what reading them comes to."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tickets.mail.inbound.mail import Envelope, Limits, Mail
from tickets.mail.inbound.parse import parse

HEADERS = {
    "From": "Casey <casey@clinic.test>",
    "To": "support@portal.test",
    "Subject": "Pager",
    "Message-ID": "<one@clinic.test>",
}
FROM_CASEY = Envelope(mail_from="casey@clinic.test", rcpt_to=("support@portal.test",))


def a_mail(body: bytes | str = "Hello", **headers: str | bytes) -> bytes:
    """Return a mail; `Content_Type="…"` gives a header, "" leaves one out."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        name.encode() + b": " + in_bytes(value)
        for name, value in {**HEADERS, **given}.items()
        if value
    ]
    return b"\r\n".join([*lines, b"", in_bytes(body)])


def of_parts(*parts: bytes | str, kind: str = "mixed", **headers: str) -> bytes:
    """Return a mail of parts, each with its own headers."""
    body = b"".join(b"--frontier\r\n" + in_bytes(part) + b"\r\n" for part in parts)
    return a_mail(
        body + b"--frontier--\r\n",
        Content_Type=f'multipart/{kind}; boundary="frontier"',
        **headers,
    )


def a_part(content_type: str, body: bytes | str = "", **headers: str) -> bytes:
    given = {"Content-Type": content_type}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}".encode() for name, value in given.items()]
    return b"\r\n".join([*lines, b"", in_bytes(body)])


def read(
    raw: bytes,
    *,
    envelope: Envelope = FROM_CASEY,
    limits: Limits | None = None,
    authserv_id: str = "portal.test",
) -> Mail:
    """Read a mail; its files are gone once it is read."""
    with tempfile.TemporaryDirectory() as folder:
        return parse(
            raw,
            envelope=envelope,
            limits=limits or Limits(),
            folder=Path(folder),
            authserv_id=authserv_id,
        )


def in_bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text
