"""Mails through each door, beside the least that such a door may do: a file on the disk."""

import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import psutil

from bench.servers import Servers
from bench.stopwatch import LOOPBACK, RUNS, Verdict, alternate
from portal.dev import dovecot
from portal.dev.children import spawn, stop
from portal.dev.server import free_port
from portal.testing_mailboxes import Certificates, Dovecot
from tickets.mail.models import InboundEmail

US, SENDERS, CONNECTIONS = "support@support.perfectserve.com", 500, 4
SHARE_SMTP, SHARE_IMAP, PIPE = 0.25, 0.25, 2.0
MEMORY_MIB = 200
PIPES, MAILBOX = 20, 500
WORDS = "The schedule of the night shift shows yesterday's names.\r\n" * 20


def measure(servers: Servers, mails: int) -> list[Verdict]:
    smtp, lmtp = free_port(), free_port()
    doors = {"MAIL_IN_SMTP": f"{LOOPBACK}:{smtp}", "MAIL_IN_LMTP": f"{LOOPBACK}:{lmtp}"}
    process = mail_in(servers, doors)
    servers.doors = (smtp, process)
    verdicts = [by_smtp(servers, smtp, mails)]
    by_lmtp(lmtp, mails // 20)
    verdicts += [by_pipe(servers), *by_imap(servers)]
    print(f"  {'mails taken in all':<54}{InboundEmail.objects.count():>8}")
    return [*verdicts, memory("memory of mail_in (MiB)", process)]


def mail_in(servers: Servers, doors: dict[str, str]) -> subprocess.Popen[bytes]:
    log = servers.home.logs / f"mail_in-{len(list(servers.home.logs.iterdir()))}.log"
    child = spawn(
        [sys.executable, "manage.py", "mail_in"], log=log, env={**doors, "PYTHONUNBUFFERED": "1"}
    )
    servers.stack.callback(stop, child)
    until(lambda: "Mails are taken" in log.read_text())
    return child


def memory(what: str, process: subprocess.Popen[bytes]) -> Verdict:
    held = psutil.Process(process.pid).memory_info().rss / 2**20
    return Verdict(what, held, MEMORY_MIB).tell()


def until(done: Callable[[], bool], *, seconds: float = 900) -> float:
    """Wait until it is so; return how many seconds that took."""
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > seconds:
            raise SystemExit("It did not come about.")
        time.sleep(0.01)
    return time.monotonic() - began


def mails(first: int = 0) -> Iterator[tuple[str, bytes]]:
    """Return one mail after the other, each with its sender."""
    number = first
    while True:
        number += 1
        sender = f"person{number % SENDERS}@clinic{number % 50}.example"
        lines = [
            f"From: {sender}",
            f"To: {US}",
            f"Subject: Request {number}",
            f"Message-ID: <{number}.{os.getpid()}.{time.monotonic_ns()}@clinic.example>",
            "",
            f"{WORDS} ({number})",
            "",
        ]
        yield sender, "\r\n".join(lines).encode()


def by_smtp(servers: Servers, ours: int, count: int) -> Verdict:
    print(f"\n{count} mails by SMTP, over {CONNECTIONS} connections")
    each = max(CONNECTIONS, count // (RUNS + 1))
    with bare_smtp(servers) as bare:
        runs = alternate(lambda: throughput(ours, each), lambda: throughput(bare, each))
    found = [statistics.median(figures) for figures in runs]
    print(f"  {'mails in a second, ours and bare':<54}{found[0]:>8.0f}{found[1]:>8.0f}")
    return Verdict("SMTP, ours / bare", found[0] / found[1], SHARE_SMTP, at_least=True).tell()


@contextmanager
def bare_smtp(servers: Servers) -> Iterator[int]:
    folder, port = servers.home.root / "bare", free_port()
    folder.mkdir(exist_ok=True)
    log = servers.home.logs / "bare.log"
    command = [sys.executable, "-m", "bench.bare_mail", "smtp", str(folder), str(port)]
    child = spawn(command, log=log, env={"PYTHONUNBUFFERED": "1"})
    until(lambda: "ready" in log.read_text())
    try:
        yield port
    finally:
        stop(child)


def throughput(port: int, count: int, *, client: type[smtplib.SMTP] = smtplib.SMTP) -> float:
    """Send so many mails over a few connections that stay open; return mails in a second."""

    def send_some(first: int) -> None:
        with client(LOOPBACK, port, timeout=60) as server:
            server.ehlo()
            for sender, raw in islice(mails(first), count // CONNECTIONS):
                server.sendmail(sender, [US], raw)

    began = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send_some, range(0, CONNECTIONS * 10**6, 10**6)))
    return count / (time.monotonic() - began)


def by_lmtp(port: int, count: int) -> None:
    class Client(smtplib.LMTP):
        def __init__(self, host: str, port: int, timeout: float) -> None:
            super().__init__(host, port)

    count = max(CONNECTIONS, count)
    figure = throughput(port, count, client=Client)
    print(f"  {'mails in a second by LMTP':<54}{figure:>8.0f}")


def by_pipe(servers: Servers) -> Verdict:
    print(f"\n{PIPES} mails by the pipe, one after the other")
    folder = servers.home.root / "bare"
    ours = [sys.executable, "manage.py", "ingest_mail"]
    bare = [sys.executable, "-m", "bench.bare_mail", "pipe", str(folder)]
    coming = mails(9 * 10**6)

    def timed(command: Sequence[str]) -> float:
        _sender, raw = next(coming)
        began = time.monotonic()
        subprocess.run(command, input=raw, check=True)
        return time.monotonic() - began

    times = [(timed(ours), timed(bare)) for _each in range(PIPES)]
    medians = [statistics.median(figures) for figures in zip(*times, strict=True)]
    print(f"  {'seconds for one, ours and bare':<54}{medians[0]:>8.2f}{medians[1]:>8.2f}")
    return Verdict("pipe, ours / bare", medians[0] / medians[1], PIPE).tell()


def by_imap(servers: Servers) -> list[Verdict]:
    program = dovecot.find()
    if program is None:
        print(f"\nLEFT OUT: mailboxes. {dovecot.ADVICE}")
        return []
    print(f"\n{MAILBOX} mails from a mailbox, over TLS")
    certificates = Certificates(servers.home.root)
    server = Dovecot(program, certificates)
    servers.stack.callback(server.remove)
    server.start()
    trusted = {"SSL_CERT_FILE": str(certificates.authority)}
    ours = mailbox(server, "ours", MAILBOX, first=7 * 10**6)
    bare = mailbox(server, "bare", MAILBOX, first=8 * 10**6)
    before = InboundEmail.objects.count()
    began = time.monotonic()
    child = mail_in(servers, trusted | {"MAIL_IN_BOXES": ours})
    until(lambda: InboundEmail.objects.count() == before + MAILBOX)
    found = [MAILBOX / (time.monotonic() - began)]
    stop(child)
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "bench.bare_mail", "imap", str(servers.home.root / "bare")],
        env={**os.environ, **trusted, "MAIL_IN_BOXES": bare},
        check=True,
    )
    found.append(MAILBOX / (time.monotonic() - began))
    print(f"  {'mails in a second, ours and bare':<54}{found[0]:>8.0f}{found[1]:>8.0f}")
    return [Verdict("IMAP, ours / bare", found[0] / found[1], SHARE_IMAP, at_least=True).tell()]


def mailbox(server: Dovecot, user: str, count: int, *, first: int) -> str:
    """Fill a mailbox as a mail server on the same machine does; return its address."""
    new = server.folder / "mails" / user / "new"
    for folder in (new, new.with_name("tmp"), new.with_name("cur")):
        folder.mkdir(parents=True)
    for number, (_sender, raw) in enumerate(islice(mails(first), count)):
        (new / f"{number}.bench").write_bytes(raw)
    for path in (new.parent, *new.parent.rglob("*")):
        os.chown(path, server.owner.pw_uid, server.owner.pw_gid)
    return server.url(user)
