"""The door that we go out of ourselves: mailboxes, read by IMAP.

A mail is fetched, committed, and only then marked as seen: who is killed between the last two
finds it again under the same number, which is one row.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from django.conf import settings
from django.db import close_old_connections
from imap_tools import MailboxLoginError

from tickets.catalog import store
from tickets.mail.inbound import imap, taking
from tickets.mail.inbound.boxes import Box
from tickets.mail.inbound.top import envelope_of
from tickets.mail.models import InboundEmail

logger = logging.getLogger(__name__)

# Seconds after each try in vain; the last one over and over. A refused password waits that at once,
# lest the server shuts the account.
WAITS = (1, 2, 5, 15, 60, 300)
STEP = 0.5  # seconds within which it hears that it is to stop
# One mail that cannot be taken stops no other; after so many on end it is not the mails.
PATIENCE = 3


@dataclass
class Poller:
    """Reads one mailbox until `stopping`."""

    box: Box
    stopping: threading.Event
    failures: int = 0
    left: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Look, wait, look again; connect anew, more slowly each time, where that fails."""
        while not self.stopping.is_set():
            try:
                with imap.signed_in(self.box) as session:
                    self._look_after(session)
            except MailboxLoginError as error:
                self._tell("does not let us in", error)
                self.stopping.wait(WAITS[-1])
            except Exception as error:  # whatever it is passes, or is told over and over
                self._tell("cannot be read now", error)
                self.stopping.wait(WAITS[min(self.failures, len(WAITS) - 1)])
                self.failures += 1

    def _look_after(self, session: imap.Session) -> None:
        """Take what is new, then wait for more: told by the server, or by the time."""
        while not self.stopping.is_set():
            self._take_all(session)
            self.failures = 0
            session.wait(settings.MAIL_IN.poll_seconds, step=STEP, stopping=self.stopping)

    def _take_all(self, session: imap.Session) -> None:
        in_vain = 0
        # What could not be taken the last time comes last: newer ones do not wait for it.
        for uid in sorted(session.unseen(), key=self.left.__contains__):
            if self.stopping.is_set():
                return
            try:
                self._take(session, uid)
                self.left.discard(uid)
                in_vain = 0
            except Exception as error:  # of this mail, or of all: after some in a row it is said
                self.left.add(uid)
                in_vain += 1
                if in_vain == PATIENCE:
                    raise
                self._tell(f"has a mail ({uid}) that cannot be taken now", error)

    def _take(self, session: imap.Session, uid: str) -> None:
        source = session.source_of(uid)
        close_old_connections()
        try:
            if taking.was_taken(source) or self._fetch(session, uid, source=source):
                session.mark_seen(uid)
        finally:
            close_old_connections()

    def _fetch(self, session: imap.Session, uid: str, *, source: str) -> bool:
        """Keep what lies there, or leave it there with a flag; tell whether it is kept.

        Nobody told its sender that a mail is too large, so staff hear of it: its head is kept. That
        is another row than the mail, which may be fetched once larger ones are taken.
        """
        size = session.size_of(uid)
        try:
            if size > settings.MAIL_IN.max_bytes:
                head = taking.HEAD + source
                self._keep(session.head_of(uid), source=head, size=size)
                raise taking.TooLarge
            self._keep(session.bytes_of(uid), source=source)
        except taking.Refused as refused:
            words = refused.words
            logger.warning("Mail %s of %r stays there with a flag: %s", uid, self.box.place, words)
            session.mark_refused(uid)
            return False
        return True

    def _keep(self, raw: bytes, *, source: str, size: int | None = None) -> None:
        mail_from, rcpt_to = envelope_of(raw)
        to = [*rcpt_to, *self._own_address()]
        door = InboundEmail.Door.IMAP
        taking.take(raw, door=door, mail_from=mail_from, rcpt_to=to, source=source, size=size)

    def _own_address(self) -> list[str]:
        """Return the address of the brand whose mailbox this is, where it is said."""
        brands = store.current().brands if self.box.brand else ()
        return [brand.mail_address for brand in brands if brand.key == self.box.brand]

    def _tell(self, what: str, error: Exception) -> None:
        """Log what went wrong, in one line and without the password."""
        words = f"{type(error).__name__}: {error}"
        if self.box.password:
            words = words.replace(self.box.password, "…")
        logger.warning("The mailbox %r %s: %r", self.box.place, what, words[:300])
