"""Doors by which tests have mails brought in: each a function of bytes and their envelope.

All mails of the corpus come through each of them (test_corpus.py). A door returns whether the mail
was taken; one that is refused there is nobody's any more.
"""

from __future__ import annotations

import asyncio
import io
import queue
import re
import smtplib
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress

from django.conf import settings
from django.core.management import CommandError, call_command

from tickets.mail.inbound import doors_smtp, taking
from tickets.mail.inbound.lines import Room

Door = Callable[[bytes, str, Sequence[str]], bool]

LOOPBACK = "127.0.0.1"
REFUSED = 65


class Asked(Executor):
    """Has what it is given done by the test's own thread, whose transaction a test sees."""

    def __init__(self) -> None:
        self.waiting: queue.Queue = queue.Queue()

    def submit(self, work, /, *given, **words):
        future: Future = Future()
        self.waiting.put((future, work, given, words))
        return future

    def answer_until(self, over: Future) -> None:
        while not over.done():
            with suppress(queue.Empty):
                future, work, given, words = self.waiting.get(timeout=0.02)
                try:
                    future.set_result(work(*given, **words))
                except Exception as error:
                    future.set_exception(error)


def by_hand(raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> bool:
    """As every door does once it has the whole mail."""
    try:
        taking.take(raw, door="smtp", mail_from=mail_from, rcpt_to=rcpt_to)
    except taking.Refused:
        return False
    return True


def by_pipe(raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> bool:
    given, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(raw))
    try:
        call_command("ingest_mail", "--from", mail_from, "--to", *rcpt_to)
    except CommandError as error:
        if error.returncode != REFUSED:
            raise
        return False
    finally:
        sys.stdin = given
    return True


def by_smtp(raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> bool:
    """Over a real socket: the door has a thread of its own, and asks the database in the test's."""
    asked = Asked()
    with ThreadPoolExecutor(1) as standing:
        brought = standing.submit(asyncio.run, _brought(asked, raw, mail_from, rcpt_to))
        asked.answer_until(brought)
        return brought.result()


async def _brought(asked: Asked, raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> bool:
    room = Room(settings.MAIL_IN.max_bytes)
    server = await doors_smtp.listen("smtp", f"{LOOPBACK}:0", pool=asked, room=room)
    port = server.sockets[0].getsockname()[1]
    try:
        return await asyncio.to_thread(_bring, port, raw, mail_from, rcpt_to)
    finally:
        while room.connections:
            await asyncio.sleep(0.01)
        server.close()


def _bring(port: int, raw: bytes, mail_from: str, rcpt_to: Sequence[str]) -> bool:
    """Send a mail to the byte; smtplib itself mends line ends."""
    with smtplib.SMTP(LOOPBACK, port, timeout=60) as client:
        client.ehlo()
        wide = ["SMTPUTF8"] if not f"{mail_from}{rcpt_to}".isascii() else []
        assert client.mail(mail_from, wide)[0] == 250
        assert {client.rcpt(address)[0] for address in rcpt_to} == {250}
        assert client.docmd("data")[0] == 354
        stuffed = re.sub(rb"(\A|\r\n)\.", rb"\1..", raw)
        end = b".\r\n" if not raw or raw.endswith(b"\r\n") else b"\r\n.\r\n"
        client.send(stuffed + end)
        code, _words = client.getreply()
    assert code == 250 or 500 <= code < 600
    return code == 250


DOORS: dict[str, Door] = {"by hand": by_hand, "by pipe": by_pipe, "by SMTP": by_smtp}
