"""The doors at which other mail servers knock: SMTP and LMTP.

A mail is answered with 250 after it is committed, with 4xx where that cannot be done now. Who is
written to must be a brand's address; that nobody else has a mailbox here is all that is told.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection

from accounts.querysets import normal_email
from tickets.mail.inbound import taking
from tickets.mail.inbound.facts import our_addresses
from tickets.mail.inbound.lines import IncomingLMTP, IncomingSMTP, Room
from tickets.mail.inbound.tags import without_tag
from tickets.mail.models import InboundEmail

logger = logging.getLogger(__name__)

# Mails that are written to disk and database at once; what comes meanwhile waits its turn.
TAKERS = 4
NOT_NOW = "451 4.3.0 Cannot take mails now, try again later"
NO_MAILBOX = "550 5.1.1 No such mailbox here"
REFUSALS = {
    taking.TooLarge: "552 5.3.4",
    taking.Empty: "554 5.6.0",
    taking.Looping: "554 5.4.6",
}
MOST_RECIPIENTS = 100


class Door:
    """What aiosmtpd calls for the commands of one protocol."""

    def __init__(self, name: str, *, pool: Executor) -> None:
        self.name, self.pool = name, pool

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not await self._in_thread(is_ours, address):
            return NO_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        return await self._in_thread(
            _taken, self.name, envelope.content, envelope.mail_from, tuple(envelope.rcpt_tos)
        )

    async def handle_exception(self, error: Exception) -> str:
        logger.error("A mail could not be taken: %s", type(error).__name__)
        return NOT_NOW

    async def _in_thread(self, work: Callable[..., Any], *given: Any) -> Any:
        """Let a thread ask the database: whoever waits for it stops nobody else."""
        run = partial(_with_connection, work, *given)
        return await asyncio.get_running_loop().run_in_executor(self.pool, run)


def is_ours(address: str) -> bool:
    """Whether it is a brand's address, with a tag behind a plus or without, in any letters."""
    return without_tag(normal_email(address)) in our_addresses()


async def listen(door: str, at: str, *, pool: Executor, room: Room) -> asyncio.Server:
    """Open a door at `host:port`; raises OSError or ValueError where that cannot be."""
    host, port = place_of(at)
    protocol = IncomingLMTP if door == InboundEmail.Door.LMTP else IncomingSMTP
    make = partial(
        protocol,
        Door(door, pool=pool),
        room=room,
        largest=settings.MAIL_IN.max_bytes,
        tls_context=tls_context(),
        loop=asyncio.get_running_loop(),
    )
    return await asyncio.get_running_loop().create_server(make, host, port)


def place_of(at: str) -> tuple[str, int]:
    """Read `host:port`, `[::1]:port` or `:port`."""
    host, _colon, port = at.rpartition(":")
    if not port.isdecimal():
        raise ValueError(f"“{at}” is not written host:port")
    return host.strip("[]"), int(port)


def tls_context() -> ssl.SSLContext | None:
    """Return what STARTTLS is answered with; None where there is no certificate."""
    if not settings.MAIL_IN.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.MAIL_IN.certificate, settings.MAIL_IN.key or None)
    return context


def _with_connection(work: Callable[..., Any], *given: Any) -> Any:
    """Work with a connection that is still good; a broken one is closed, and made anew later."""
    _tidy_up()
    try:
        return work(*given)
    finally:
        _tidy_up()


def _tidy_up() -> None:
    if not connection.in_atomic_block:  # as it is in a test: then the connection is not ours
        close_old_connections()


def _taken(door: str, raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> str:
    try:
        taking.take(raw, door=door, mail_from=mail_from, rcpt_to=rcpt_to)
    except taking.Refused as refused:
        return f"{REFUSALS[type(refused)]} {refused.words}"
    except Exception as error:  # whatever it is, the mail stays with who brings it
        logger.error("A mail could not be taken: %s", type(error).__name__)
        return NOT_NOW
    return "250 2.0.0 Taken"
