"""SMTP and LMTP, as other mail servers speak them to us: a process of its own answers."""

from __future__ import annotations

import signal
import smtplib
import socket
import ssl
import threading
import time as stopwatch

import pytest

from tickets.mail.models import InboundEmail
from tickets.mail.tests.arriving import DANA, LMTP, US, hashes, kept, mail

HOST = "127.0.0.1"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door(desk, forks):
    """Open a door of a process of its own; returns its port."""

    def open_door(name="smtp", **given):
        port = forks.free_port()
        fork = forks.run("mail_in", **{name: f"{HOST}:{port}"}, **given)
        fork.until_it_says("Mails are taken")
        return port, fork

    return open_door


def client(port):
    return smtplib.SMTP(HOST, port, timeout=60)


def send(port, raw, *, sender=DANA, to=US):
    """Send one mail, and return the answer to it."""
    with client(port) as server:
        server.ehlo()
        server.mail(sender)
        code, words = server.rcpt(to)
        return server.data(raw) if code == 250 else (code, words)


def test_a_mail_is_kept_before_it_is_answered(door):
    port, _fork = door()
    raw = mail(1)

    assert send(port, raw) == (250, b"2.0.0 Taken")

    assert kept() == hashes([raw])
    row = InboundEmail.objects.get()
    assert (row.door, row.mail_from, row.rcpt_to, row.size, row.state) == (
        "smtp",
        DANA,
        [US],
        len(raw),
        "waiting",
    )


def test_only_our_addresses_have_a_mailbox_here(door):
    port, _fork = door()

    answers = {
        address: send(port, mail(), to=address)[0]
        for address in (US, US.upper(), "Help+tag.1@Acme.example", "nobody@acme.example", DANA)
    }

    assert list(answers.values()) == [250, 250, 250, 550, 550]
    assert send(port, mail(), to="x@acme.example") == (550, b"5.1.1 No such mailbox here")


def test_nobody_as_the_sender_is_kept_as_nobody(door):
    port, _fork = door()

    assert send(port, mail(), sender="")[0] == 250

    assert InboundEmail.objects.get().mail_from == ""


def test_what_is_too_large_empty_or_going_in_circles_is_refused_for_good(door):
    port, _fork = door(max_bytes=100_000)
    circling = mail(headers=["Received: from a by b"] * 51)

    answers = [send(port, raw) for raw in (mail(size=150_000), b"", circling)]

    assert answers == [
        (552, b"5.3.4 The mail is too large"),
        (554, b"5.6.0 The mail is empty"),
        (554, b"5.4.6 The mail goes round in circles"),
    ]
    with client(port) as server:
        server.ehlo()
        assert server.mail(DANA, ["SIZE=150000"])[0] == 552
    assert send(port, mail(headers=["Received: from a by b"] * 50))[0] == 250
    assert InboundEmail.objects.count() == 1


def test_lines_may_be_long_and_a_bare_line_feed_ends_nothing(door):
    port, _fork = door()
    raw = mail() + b"y" * 300_000 + b"\r\n\n.\r\nMAIL FROM:<evil@x.example>\r\n"

    with client(port) as server:
        server.ehlo()
        server.mail(DANA)
        server.rcpt(US)
        server.putcmd("data")
        server.getreply()
        server.send(raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        assert server.getreply()[0] == 250

    assert kept() == hashes([raw])


def test_tls_is_offered_where_there_is_a_certificate(door, certificates):
    certificate, key = certificates.issue()
    port, _fork = door(certificate=str(certificate), key=str(key))

    with client(port) as server:
        server._host = "localhost"
        server.starttls(context=ssl.create_default_context(cafile=certificates.authority))
        server.ehlo()
        assert "auth" not in server.esmtp_features
        server.sendmail(DANA, [US], mail())

    assert kept() == hashes([mail()])


def test_lmtp_answers_for_each_recipient_and_keeps_one_row(door):
    port, _fork = door("lmtp")
    recipients = [US, "nobody@acme.example", "help+tag@acme.example"]

    with LMTP(HOST, port) as server:
        answers = server.deliver(DANA, recipients, mail())

    assert answers == ([250, 550, 250], [250, 250])
    assert InboundEmail.objects.get().rcpt_to == [US, "help+tag@acme.example"]


def test_without_a_database_everything_may_be_tried_again(desk, forks):
    port = forks.free_port()
    fork = forks.run("mail_in", smtp=f"{HOST}:{port}", database=False)
    fork.until_it_says("Mails are taken")

    assert send(port, mail()) == (451, b"4.3.0 Cannot take mails now, try again later")


def test_a_full_disk_is_no_reason_to_lose_a_mail(door):
    port, _fork = door(largest_file=5000)

    assert send(port, mail(size=50_000))[0] == 451
    assert send(port, mail())[0] == 250
    assert kept() == hashes([mail()])


def test_who_hangs_or_brings_much_keeps_nobody_waiting(door):
    port, _fork = door()
    hanging = [socket.create_connection((HOST, port)) for _ in range(30)]
    for each in hanging[:15]:
        each.sendall(
            b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@acme.example>\r\nDATA\r\n"
        )
    large = threading.Thread(target=send, args=(port, mail(99, size=25 * 2**20)))
    large.start()

    longest = 0.0
    for number in range(20):
        began = stopwatch.monotonic()
        assert send(port, mail(number))[0] == 250
        longest = max(longest, stopwatch.monotonic() - began)
    large.join()

    assert longest < 5
    assert InboundEmail.objects.count() == 21
    for each in hanging:
        each.close()


def test_it_ends_in_peace_with_clients_at_its_door(door):
    port, fork = door()
    with socket.create_connection((HOST, port)) as waiting:
        waiting.recv(100)
        began = stopwatch.monotonic()
        fork.send(signal.SIGTERM)

        assert fork.wait() == 0
    assert stopwatch.monotonic() - began < 5


def test_a_process_without_any_door_says_so(forks):
    fork = forks.run("mail_in", smtp="", lmtp="", boxes=())

    assert fork.wait() == 1
    assert fork.said == (
        "CommandError: MAIL_IN_SMTP, MAIL_IN_LMTP and MAIL_IN_BOXES name no door to stand at.\n"
    )
