"""SMTP and LMTP as mails come in: aiosmtpd's, but for how a mail's lines are read and answered.

What differs: lines may be as long as they are (mails are full of such), a mail of our size is held
once in memory, all mails together have a bound, and LMTP answers for each recipient (RFC 2033).
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

# Whoever needs longer for a command, or for a whole mail, is hung up on.
COMMAND_SECONDS, MAIL_SECONDS = 120, 600
MOST_CONNECTIONS = 200
# A mail that is too large is heard to its end, so that its sender hears why; but not for ever.
PATIENCE = 4


class Room:
    """How much all connections of the process may hold at once; `bytes` and `connections` do."""

    def __init__(self, largest: int) -> None:
        self.most_bytes = 8 * largest
        self.bytes = self.connections = 0


class _Incoming(SMTP):
    """What both protocols have in common."""

    # While a client is there, so are both.
    envelope: Any
    transport: Any

    def __init__(self, handler: Any, *, room: Room, largest: int, **words: Any) -> None:
        super().__init__(
            handler,
            ident="ready",  # which program it is, with its version, is nobody's business
            data_size_limit=largest,
            enable_SMTPUTF8=True,
            timeout=COMMAND_SECONDS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            **words,
        )
        self.room, self.largest, self.held = room, largest, 0

    async def _handle_client(self) -> None:
        if self.room.connections >= MOST_CONNECTIONS:
            await self.push("421 4.7.0 Too many connections, try again later")
            self._writer.close()
            return
        self.room.connections += 1
        try:
            await super()._handle_client()
        finally:
            self.room.connections -= 1

    async def smtp_AUTH(self, arg: str) -> None:
        """Nobody signs in here; mails come from servers."""
        await self.push("502 5.5.1 Not offered")

    async def smtp_VRFY(self, arg: str) -> None:
        """Say the same of every address."""
        await self.push("252 2.1.5 Send it, and see")

    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Send RCPT first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._reset_timeout(MAIL_SECONDS)
        try:
            answer = await self._taken()
        finally:
            self._let_go()
        for _each in range(self._answers()):
            await self.push(answer)
        self._set_post_data_state()

    def _answers(self) -> int:
        return 1

    async def _taken(self) -> str:
        raw = bytearray()
        refused = await self._read(raw)
        if refused:
            return refused
        self.envelope.content = bytes(raw)
        raw.clear()
        self._reset_timeout()
        return await self._call_handler_hook("DATA")

    async def _read(self, raw: bytearray) -> str:
        """Read a mail to its end; return why it cannot be held, "" where it is.

        Only a dot between two CRLF ends it: whoever lets bare line feeds end one, too, lets two
        mails be smuggled in as one.
        """
        heard, refused, at_start = 0, "", True
        while heard <= PATIENCE * self.largest:
            try:
                line = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as long:
                line = await self._reader.read(long.consumed)
            if at_start and line == b".\r\n":
                return refused
            ends = line.endswith(b"\r\n")
            line = line[1:] if at_start and line.startswith(b".") else line
            at_start, heard = ends, heard + len(line)
            refused = refused or self._refusal(heard, len(line))
            if refused:
                raw.clear()
                self._let_go()
            else:
                raw += line
                self._hold(len(line))
        return await self._hang_up()

    def _refusal(self, heard: int, more: int) -> str:
        if heard > self.largest:
            return "552 5.3.4 The mail is too large"
        if self.room.bytes + more > self.room.most_bytes:
            return "452 4.3.1 Too many mails at once, try again later"
        return ""

    def _hold(self, more: int) -> None:
        self.held += more
        self.room.bytes += more

    def _let_go(self) -> None:
        self.room.bytes -= self.held
        self.held = 0

    async def _hang_up(self) -> str:
        self.transport.abort()
        await asyncio.sleep(COMMAND_SECONDS)  # losing the connection ends this
        return ""


class IncomingSMTP(_Incoming):
    """SMTP (RFC 5321), as another mail server speaks it to us."""


class IncomingLMTP(_Incoming, LMTP):
    """LMTP (RFC 2033): as SMTP, with an answer for each recipient that was accepted."""

    def _answers(self) -> int:
        return len(self.envelope.rcpt_tos)
