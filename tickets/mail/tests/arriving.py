"""Mails that come in, for tests of the doors: plain ones, and whole servers full of them."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from imaplib import IMAP4_SSL

from tickets.mail.models import InboundEmail

US = "help@acme.example"
DANA = "dana@clinic.example"


def mail(number=1, *, headers=(), size=0):
    """Return the bytes of a mail; `size` makes it so large."""
    lines = [
        *headers,
        f"From: Dana <{DANA}>",
        f"To: {US}",
        f"Subject: Mail {number}",
        f"Message-ID: <{number}@clinic.example>",
        "",
        f"Words of mail {number}.",
        ".A line that begins with a dot.",
    ]
    raw = "\r\n".join([*lines, ""]).encode()
    filling = max(0, size - len(raw)) // 78
    return raw + (b"x" * 76 + b"\r\n") * filling


def hashes(raws):
    return sorted(hashlib.sha256(raw).hexdigest() for raw in raws)


def kept():
    """Return what the rows say was taken, and fail where a file is not what its row says."""
    rows = list(InboundEmail.objects.order_by("id"))
    for row in rows:
        with row.raw.open() as file:
            assert hashlib.sha256(file.read()).hexdigest() == row.sha256
    return sorted(row.sha256 for row in rows)


class LMTP(smtplib.LMTP):
    """smtplib's, over a port; it returns the answers for each recipient."""

    def deliver(self, sender, recipients, raw):
        self.ehlo()
        self.mail(sender)
        accepted = [code for code, _words in map(self.rcpt, recipients)]
        if 250 not in accepted:
            return accepted, []
        self.putcmd("data")
        assert self.getreply()[0] == 354
        self.send(smtplib._quote_periods(raw) + b".\r\n")
        return accepted, [self.getreply()[0] for code in accepted if code == 250]


def put(dovecot, certificates, user, raws, *, folder="INBOX"):
    """Bring mails into a mailbox, as another server would."""
    with imap(dovecot, certificates, user) as client:
        client.create(folder)
        for raw in raws:
            client.append(folder, None, None, raw)


def flags(dovecot, certificates, user, *, folder="INBOX"):
    """Return the flags of each mail in a folder, in their order."""
    with imap(dovecot, certificates, user) as client:
        if client.select(folder, readonly=True)[0] != "OK":
            return []
        found = client.uid("SEARCH", "ALL")[1][0].split()
        return [sorted(flag for flag in _flags(client, uid) if flag != r"\Recent") for uid in found]


def imap(dovecot, certificates, user):
    context = ssl.create_default_context(cafile=certificates.authority)
    client = IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=context, timeout=30)
    client.login(user, dovecot.password)
    return client


def _flags(client, uid):
    # The server may tell of other mails, too, and of this one again: what it says last is true.
    lines = client.uid("FETCH", uid, "(FLAGS)")[1]
    said = [line for line in lines if uid in re.findall(rb"UID (\d+)", line)][-1]
    return said.decode().partition("FLAGS (")[2].partition(")")[0].split()
