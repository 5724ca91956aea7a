"""A huge mail and one to a whole town, among small ones: does anybody wait for them?"""

import base64
import os
import smtplib
import threading
import time

from bench import arriving
from bench.arriving import US, mails
from bench.servers import Servers
from bench.stopwatch import LOOPBACK, Verdict
from tickets.mail.models import InboundEmail

LIMIT_SECONDS = 5
SMALL, EVERY = 60, 0.25
HUGE_BYTES, TOWN = 25 * 2**20, 40_000


def measure(servers: Servers) -> list[Verdict]:
    port, process = servers.doors
    print(f"\n{SMALL} small mails, beside one of 25 MB and one with {TOWN} addresses in Cc")
    brought = [threading.Thread(target=bring, args=(port, raw)) for raw in (huge(), town())]
    last = InboundEmail.objects.order_by("-id").values_list("id", flat=True).first() or 0
    sent: dict[str, float] = {}
    read: dict[str, float] = {}
    over = threading.Event()
    watcher = threading.Thread(target=watch, args=(last, read, over))
    watcher.start()
    for thread in brought:
        thread.start()
    taking = [bring_small(port, sent) for _each in range(SMALL)]
    for thread in brought:
        thread.join()
    waiting = InboundEmail.objects.filter(state=InboundEmail.State.WAITING)
    arriving.until(lambda: not waiting.exists(), seconds=300)
    time.sleep(0.5)
    over.set()
    watcher.join()
    delays = [read[sender] - sent[sender] for sender in sent]
    return [
        Verdict("longest until a small one was taken (s)", max(taking), LIMIT_SECONDS).tell(),
        Verdict("longest until a small one was read (s)", max(delays), LIMIT_SECONDS).tell(),
        arriving.memory("memory of mail_in afterwards (MiB)", process),
    ]


def bring_small(port: int, sent: dict[str, float]) -> float:
    """Bring one, and return how long the answer took."""
    number = len(sent)
    sender = f"small{number}.{os.getpid()}@clinic.example"
    _other, raw = next(mails(10**7 + number))
    began = time.monotonic()
    bring(port, b"From: " + sender.encode() + raw[raw.index(b"\r\n") :], sender=sender)
    sent[sender] = time.monotonic()
    time.sleep(EVERY)
    return sent[sender] - began


def bring(port: int, raw: bytes, *, sender: str = "big@clinic.example") -> None:
    with smtplib.SMTP(LOOPBACK, port, timeout=120) as server:
        server.sendmail(sender, [US], raw)


def watch(last: int, read: dict[str, float], over: threading.Event) -> None:
    """Note when each mail is read."""
    from django.db import connection

    while not over.wait(0.05):
        settled = InboundEmail.objects.filter(pk__gt=last).exclude(state="waiting")
        for sender in settled.values_list("mail_from", flat=True):
            read.setdefault(sender, time.monotonic())
    connection.close()


def huge() -> bytes:
    content = base64.encodebytes(os.urandom(HUGE_BYTES * 3 // 4 - HUGE_BYTES // 60))
    top = (
        f"From: big@clinic.example\r\nTo: {US}\r\nSubject: A film\r\n"
        f"Message-ID: <huge.{os.getpid()}@clinic.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: application/pdf; name="film.pdf"\r\n'
        "Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return top.encode() + content.replace(b"\n", b"\r\n")


def town() -> bytes:
    people = ",\r\n ".join(f"Person {number} <p{number}@town.example>" for number in range(TOWN))
    top = (
        f"From: town@clinic.example\r\nTo: {US}\r\nCc: {people}\r\nSubject: To all\r\n"
        f"Message-ID: <town.{os.getpid()}@clinic.example>\r\n\r\nWords.\r\n"
    )
    return top.encode()
