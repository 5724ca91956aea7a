"""Mailboxes that are read by IMAP, as MAIL_IN_BOXES names them."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"imaps": 993, "imap": 143}
SWITCHES = {"brand", "done", "starttls"}


@dataclass(frozen=True)
class Box:
    """One folder of one account. `done` is the folder that mails go to once they are kept."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: str = "tls"  # "tls" from the start, "starttls", or "" for none
    brand: str = ""
    done: str = ""

    @property
    def place(self) -> str:
        """Where it is, without the password."""
        return f"{self.user}@{self.host}/{self.folder}"


def read(url: str) -> Box:
    """Read `imaps://user:password@host:port/FOLDER?brand=key&done=FOLDER`.

    Raises ValueError in words, without the password.
    """
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme not in PORTS or not (parts.hostname and parts.username):
        raise ValueError("a mailbox is written imaps://user:password@host/FOLDER")
    place = f"{unquote(parts.username)}@{parts.hostname}"
    if unknown := asked.keys() - SWITCHES:
        raise ValueError(f"{place}: there is no {', '.join(sorted(unknown))}")
    starttls = asked.get("starttls") == "on"
    return Box(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls="tls" if parts.scheme == "imaps" else "starttls" if starttls else "",
        brand=asked.get("brand", ""),
        done=asked.get("done", ""),
    )
