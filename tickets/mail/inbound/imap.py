"""One connection to one mailbox, in the few words of IMAP that we use; nothing is parsed here."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from time import monotonic
from typing import Any

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from tickets.mail.inbound.boxes import Box

ANSWER_SECONDS = 60.0
LONGEST_HEAD = 64 * 2**10
LONGEST_SOURCE = 240
SEEN, REFUSED, DELETED = r"(\Seen)", r"(\Seen \Flagged)", r"(\Deleted)"
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class NotDone(Exception):
    """The server answered a command with NO, or with nothing that answers it."""


class Session:
    """A folder that is open. Nothing but `mark_seen` and `mark_refused` changes what is in it."""

    def __init__(self, box: Box, connected: BaseMailBox) -> None:
        self.box, self.connected, self.client = box, connected, connected.client
        connected.folder.set(box.folder)
        _name, [validity] = self.client.response("UIDVALIDITY")
        if not validity:
            raise NotDone("The server gives mails no lasting numbers (UIDVALIDITY)")
        self.validity = validity.decode()
        # After the sign-in a server may say more than it did before.
        _status, [words] = self.client.capability()
        self.can = set(words.decode().upper().split())

    def unseen(self) -> list[str]:
        """Return the UIDs of mails that nobody has seen, the oldest first."""
        return self.connected.uids("UNSEEN", charset=None)

    def source_of(self, uid: str) -> str:
        """Name a mail for good: its server gives the same number to no other."""
        end = f";{self.validity};{uid}"
        return f"imap:{self.box.place}"[: LONGEST_SOURCE - len(end)] + end

    def size_of(self, uid: str) -> int:
        for part in self._uid("FETCH", uid, "(RFC822.SIZE)"):
            line = part[0] if isinstance(part, tuple) else part or b""
            if found := _SIZE.search(line):
                return int(found[1])
        raise NotDone("It is not there any more")

    def bytes_of(self, uid: str) -> bytes:
        """Fetch a mail whole, without a mark that somebody did (PEEK)."""
        return self._fetched(uid, "(BODY.PEEK[])")

    def head_of(self, uid: str) -> bytes:
        """Fetch what stands above a mail's text, or the beginning of that."""
        return self._fetched(uid, f"(BODY.PEEK[HEADER]<0.{LONGEST_HEAD}>)")

    def mark_seen(self, uid: str) -> None:
        """Mark it as done, and put it where its box says that such go.

        Not by the library's own verbs: they expunge what others marked as deleted.
        """
        self._uid("STORE", uid, "+FLAGS.SILENT", SEEN)
        if self.box.done:
            self._move(uid)

    def mark_refused(self, uid: str) -> None:
        """Mark it so that a person who opens the mailbox sees it."""
        self._uid("STORE", uid, "+FLAGS.SILENT", REFUSED)

    def wait(self, seconds: float, *, step: float, stopping: threading.Event) -> None:
        """Return when the server tells of something new, or when the time is over."""
        if "IDLE" not in self.can:
            stopping.wait(seconds)
            return
        until, told = monotonic() + seconds, False
        with self.connected.idle as idle:
            while not (told or stopping.is_set()) and monotonic() < until:
                told = bool(idle.poll(timeout=step))

    def _fetched(self, uid: str, what: str) -> bytes:
        for part in self._uid("FETCH", uid, what):
            if isinstance(part, tuple):
                return part[1]
        raise NotDone("It is not there any more")

    def _move(self, uid: str) -> None:
        if not self.connected.folder.exists(self.box.done):
            self.connected.folder.create(self.box.done)
        folder = self.client._quote(self.box.done)
        if "MOVE" in self.can:
            self._uid("MOVE", uid, folder)
            return
        self._uid("COPY", uid, folder)
        self._uid("STORE", uid, "+FLAGS.SILENT", DELETED)
        if "UIDPLUS" in self.can:  # otherwise whoever tidies up removes it
            self._uid("EXPUNGE", uid)

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        status, answer = self.client.uid(command, *arguments)
        if status != "OK":
            raise NotDone(f"{command}: {answer!r}"[:200])
        return answer


@contextmanager
def signed_in(box: Box) -> Iterator[Session]:
    """Connect, sign in and open the folder; raises OSError, IMAP4.error or ImapToolsError.

    Certificates are verified by the system's authorities, or by those that SSL_CERT_FILE names.
    """
    connected = _connect(box)
    try:
        if box.password.isascii() and box.user.isascii():
            connected.login(box.user, box.password, initial_folder=None)
        else:
            connected.login_utf8(box.user, box.password, initial_folder=None)
        yield Session(box, connected)
        with suppress(OSError, IMAP4.error, ImapToolsError):
            connected.logout()
    finally:
        with suppress(OSError):
            connected.client.shutdown()


def _connect(box: Box) -> BaseMailBox:
    if box.tls == "tls":
        context = ssl.create_default_context()
        return MailBox(box.host, box.port, timeout=ANSWER_SECONDS, ssl_context=context)
    if box.tls == "starttls":
        context = ssl.create_default_context()
        return MailBoxStartTls(box.host, box.port, timeout=ANSWER_SECONDS, ssl_context=context)
    return MailBoxUnencrypted(box.host, box.port, timeout=ANSWER_SECONDS)
