"""All doors of one process: opened together, closed together within seconds."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings

from tickets.mail.inbound import boxes, doors_smtp
from tickets.mail.inbound.doors_imap import Poller
from tickets.mail.inbound.lines import Room
from tickets.mail.models import InboundEmail

# What is under way when it is to stop may come to its end for so long.
GRACE_SECONDS = 3.0


class CannotOpen(Exception):
    """What the settings name cannot be opened; in words, without passwords."""


def stand(*, told: Callable[[str], object]) -> bool:
    """Open what the settings name, say so, and take mails until SIGTERM or SIGINT.

    Returns whether all that was under way came to its end; what did not was not acknowledged.
    """
    # It would log every command of every client, addresses included.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    stopping = threading.Event()
    pollers = _pollers(stopping)
    named = {
        str(InboundEmail.Door.SMTP): settings.MAIL_IN.smtp,
        str(InboundEmail.Door.LMTP): settings.MAIL_IN.lmtp,
    }
    listening = {door: place for door, place in named.items() if place}
    if not (listening or pollers):
        raise CannotOpen("MAIL_IN_SMTP, MAIL_IN_LMTP and MAIL_IN_BOXES name no door to stand at.")
    places = [
        *(f"Mails are taken by {door.upper()} at {place}." for door, place in listening.items()),
        *(f"Mails are taken from {poller.box.place}." for poller in pollers),
    ]
    stand = Stand(pollers, stopping)
    return asyncio.run(stand.until_stopped(listening, opened=lambda: told("\n".join(places))))


def _pollers(stopping: threading.Event) -> list[Poller]:
    try:
        return [Poller(boxes.read(url), stopping) for url in settings.MAIL_IN.boxes]
    except ValueError as error:
        raise CannotOpen(f"MAIL_IN_BOXES: {error}.") from None  # its cause may hold a password


class Stand:
    """Everything that runs while the doors are open."""

    def __init__(self, pollers: Sequence[Poller], stopping: threading.Event) -> None:
        self.stopping = stopping
        self.threads = [threading.Thread(target=each.run, daemon=True) for each in pollers]
        self.pool = ThreadPoolExecutor(doors_smtp.TAKERS, thread_name_prefix="taking")
        self.room = Room(settings.MAIL_IN.max_bytes)

    async def until_stopped(
        self, listening: Mapping[str, str], *, opened: Callable[[], object]
    ) -> bool:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        servers = [await self._listen(door, place) for door, place in listening.items()]
        for thread in self.threads:
            thread.start()
        opened()
        await stop.wait()
        self.stopping.set()
        for server in servers:
            server.close()
        return await self._ended()

    async def _listen(self, door: str, place: str) -> asyncio.Server:
        try:
            return await doors_smtp.listen(door, place, pool=self.pool, room=self.room)
        except (OSError, ValueError) as error:
            raise CannotOpen(f"{door.upper()} cannot be opened at {place}: {error}.") from error

    async def _ended(self) -> bool:
        """Let what is under way end, answers included, for a little while."""
        emptied = threading.Thread(target=self.pool.shutdown, daemon=True)
        emptied.start()
        until = time.monotonic() + GRACE_SECONDS
        while working := any(thread.is_alive() for thread in (*self.threads, emptied)):
            if time.monotonic() > until:
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)  # an answer may still be on its way
        return not working
