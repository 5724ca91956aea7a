"""The least that taking a mail may be: each is a file that is on the disk before it is answered.

usage: python -m bench.bare_mail smtp FOLDER PORT   (until it is ended)
       python -m bench.bare_mail pipe FOLDER        (one mail from standard input)
       python -m bench.bare_mail imap FOLDER        (a mailbox, as MAIL_IN_BOXES names it)
"""

import asyncio
import imaplib
import os
import ssl
import sys
import uuid
from pathlib import Path

from aiosmtpd.controller import Controller


def keep(folder: Path, raw: bytes) -> None:
    descriptor = os.open(folder / uuid.uuid4().hex, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    os.write(descriptor, raw)
    os.fsync(descriptor)
    os.close(descriptor)


class Keeper:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server, session, envelope):
        await asyncio.to_thread(keep, self.folder, envelope.content)
        return "250 OK"


def smtp(folder: Path, port: int) -> None:
    controller = Controller(Keeper(folder), hostname="127.0.0.1", port=port, data_size_limit=None)
    controller.start()
    print("ready", flush=True)
    controller._thread.join()


def pipe(folder: Path) -> None:
    """As much of Django as any command starts with, and a file."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    django.setup()
    keep(folder, sys.stdin.buffer.read())


def imap(folder: Path) -> None:
    from tickets.mail.inbound.boxes import read  # only thinks

    box = read(os.environ["MAIL_IN_BOXES"])
    client = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=ssl.create_default_context())
    client.login(box.user, box.password)
    client.select(box.folder)
    for uid in client.uid("SEARCH", "UNSEEN")[1][0].decode().split():
        keep(folder, client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1])
        client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")


if __name__ == "__main__":
    door, folder = sys.argv[1], Path(sys.argv[2])
    {"smtp": smtp, "pipe": pipe, "imap": imap}[door](folder, *map(int, sys.argv[3:]))
