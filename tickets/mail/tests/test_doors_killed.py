"""Whoever brings or fetches a mail is killed at random moments, and tries again: each comes once.

Commands run in forks, so that a hundred of them take no hundred starts. KILL_ROUNDS says how often,
WHERE_KILLED repeats a run. What was told to be taken is there; what was killed before it could tell
so may be there twice, which the Message-ID and the words of both tell when they are read.
"""

from __future__ import annotations

import os
import random
import signal
import smtplib
import sys
import threading
import time as stopwatch
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from tickets import clock
from tickets.mail.inbound import lost, reading
from tickets.mail.inbound.taking import folder_of
from tickets.mail.models import InboundEmail
from tickets.mail.tests.arriving import DANA, US, hashes, imap, kept, mail
from tickets.models import Ticket

ROUNDS = int(os.environ.get("KILL_ROUNDS", "100"))
SEED = os.environ.get("WHERE_KILLED") or str(random.randrange(10**6))
HOST = "127.0.0.1"
PILE = 8  # mails that wait for each poller

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chance():
    return random.Random(SEED)


def tell(words):
    sys.stdout.write(f"{words}, seed {SEED}\n")


class Mailbox:
    """A mailbox that mails are put into while pollers come and go."""

    def __init__(self, dovecot, certificates):
        self.client = imap(dovecot, certificates, "support")
        self.url = dovecot.url("support")
        self.trusted = {"SSL_CERT_FILE": str(certificates.authority)}
        self.client.select()
        self.raws = []

    def put(self, count):
        for _each in range(count):
            self.raws.append(mail(len(self.raws)))
            self.client.append("INBOX", None, None, self.raws[-1])

    def unseen(self):
        self.client.noop()
        return len(self.client.uid("SEARCH", "UNSEEN")[1][0].split())


@pytest.fixture
def mailbox(dovecot, certificates):
    mailbox = Mailbox(dovecot, certificates)
    yield mailbox
    mailbox.client.logout()


def test_a_poller_killed_at_any_moment_takes_each_mail_once(
    desk, mailbox, forks, chance, eventually
):
    def poll():
        return forks.run("mail_in", boxes=(mailbox.url,), environment=mailbox.trusted)

    moments = Counter()
    for number in range(ROUNDS):
        mailbox.put(PILE - mailbox.unseen())
        before = InboundEmail.objects.count()
        fork = poll().until_it_says("Mails are taken")
        if number % 4:  # among its mails; otherwise somewhere on the way to them
            wait_for_more_than(before)
        stopwatch.sleep(chance.uniform(0, 0.05))
        fork.kill()
        moments[moment(mailbox, before)] += 1
    poll()
    eventually(lambda: mailbox.unseen() == 0)

    tell(f"{ROUNDS} pollers killed of {len(mailbox.raws)} mails: {dict(moments)}")
    assert kept() == hashes(mailbox.raws)
    assert moments["among the mails"] + moments["between row and flag"] > ROUNDS / 10
    forget_what_is_lost()


def wait_for_more_than(rows):
    deadline = stopwatch.monotonic() + 60
    while InboundEmail.objects.count() <= rows:
        assert stopwatch.monotonic() < deadline


def moment(mailbox, before):
    """Where a poller was when it was killed, as far as what it left tells that."""
    rows, unseen = InboundEmail.objects.count(), mailbox.unseen()
    if rows > len(mailbox.raws) - unseen:
        return "between row and flag"
    if unseen == 0:
        return "after the last"
    return "among the mails" if rows > before else "before the first"


def forget_what_is_lost():
    """Killed between file and row it leaves a file, which goes the next day; all others stay."""
    now = clock.now()
    folder = folder_of(now)
    named = set(InboundEmail.objects.values_list("raw", flat=True))

    assert lost.clear(now) == 0
    removed = lost.clear(now + timedelta(days=2))

    tell(f"{removed} files without a row removed, {len(named)} kept")
    assert {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]} <= named
    assert kept()


def each_is_one_ticket(raws, settings):
    """Whatever came twice: read, each mail is one ticket."""
    settings.LIMITS = {**settings.LIMITS, "mail_in": (10**6, 60)}
    reading.run()

    filed = Counter(Ticket.objects.values_list("subject", flat=True))
    assert filed == Counter(subject(raw) for raw in raws)


def subject(raw):
    return raw.decode().partition("Subject: ")[2].partition("\r\n")[0]


def test_a_pipe_killed_at_any_moment_and_tried_again_takes_each_mail(desk, forks, chance, settings):
    began = stopwatch.monotonic()
    assert forks.run("ingest_mail", raw=mail("in peace")).wait() == 0
    whole = stopwatch.monotonic() - began

    raws, codes = [mail("in peace")], Counter()
    for number in range(2 * ROUNDS):
        raws.append(mail(number))
        fork = forks.run("ingest_mail", "--from", DANA, "--to", US, raw=raws[-1])
        stopwatch.sleep(chance.uniform(0, whole))
        code = fork.kill()
        codes[code] += 1
        if code != 0:  # as a mail server does with what was not taken
            assert forks.run("ingest_mail", "--from", DANA, "--to", US, raw=raws[-1]).wait() == 0

    killed = codes[-9]
    tell(f"{2 * ROUNDS} pipes, killed before they could say 0: {killed}; {twice()} came twice")
    assert set(codes) <= {0, -9}
    assert sorted(set(kept())) == hashes(raws)
    assert twice() <= killed
    assert killed > ROUNDS / 10
    forget_what_is_lost()
    each_is_one_ticket(raws, settings)


def test_an_intake_killed_at_any_moment_and_tried_again_takes_each_mail(
    desk, forks, chance, settings
):
    port, rounds = forks.free_port(), ROUNDS * 3 // 10

    def start():
        return forks.run("mail_in", smtp=f"{HOST}:{port}").until_it_says("Mails are taken")

    fork = start()
    began = stopwatch.monotonic()
    assert send(port, mail("in peace"))
    whole = stopwatch.monotonic() - began

    raws, dropped = [mail("in peace")], 0
    for number in range(rounds):
        raws.append(mail(number))
        with killed_after(fork, chance.uniform(0, whole)):
            answered = send(port, raws[-1])
        fork = start()
        if not answered:
            dropped += 1
            assert send(port, raws[-1])

    tell(f"{rounds} intakes killed, {dropped} before they answered; {twice()} came twice")
    assert sorted(set(kept())) == hashes(raws)
    assert twice() <= dropped
    assert dropped > rounds / 10
    forget_what_is_lost()
    each_is_one_ticket(raws, settings)


@contextmanager
def killed_after(fork, seconds):
    """Kill a fork after so many seconds, whatever goes on meanwhile."""
    timer = threading.Timer(seconds, fork.send, [signal.SIGKILL])
    timer.start()
    yield
    timer.join()
    fork.wait()


def send(port, raw):
    """Send a mail as a server does; tell whether it was told that it is taken."""
    try:
        with smtplib.SMTP(HOST, port, timeout=60) as client:
            client.ehlo()
            client.mail(DANA)
            client.rcpt(US)
            return client.data(raw)[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def twice():
    rows = kept()
    return len(rows) - len(set(rows))
