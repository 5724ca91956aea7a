"""The mail server is in trouble for an hour, or the relay is killed: every mail arrives, in order.

At least once, under one Message-ID; a second time only where a relay was killed between sending a
mail and marking it. KILL_ROUNDS and WHERE_KILLED as in test_doors_killed.py.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import socket
import ssl
import sys
import threading
import time as stopwatch
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from tickets import clock, services
from tickets.mail.deliver import LEASE
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run
from tickets.mail.tests.sink import Sink

ROUNDS = int(os.environ.get("KILL_ROUNDS", "20"))
SEED = os.environ.get("WHERE_KILLED") or str(random.randrange(10**6))
HOST = "127.0.0.1"


class Wall:
    """Something that listens at a port, greets with these bytes, and says no more."""

    def __init__(self, port, greeting=b""):
        self.greeting, self.knocks, self.held = greeting, 0, []
        self.listening = socket.create_server((HOST, port))
        self.thread = threading.Thread(target=self._stand, daemon=True)
        self.thread.start()

    def _stand(self):
        while True:
            try:
                client, _address = self.listening.accept()
            except OSError:
                return
            self.knocks += 1
            client.sendall(self.greeting)
            self.held.append(client)

    def fall(self):
        # Closing alone would leave the thread waiting, and the port taken.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()
        for client in self.held:
            client.close()


def refusing(smtp):
    smtp.stop()
    return smtp.start


def instead(greeting):
    def trouble(smtp):
        smtp.stop()
        wall = Wall(smtp.port, greeting)
        return lambda: (wall.fall(), smtp.start())

    return trouble


def at_recipient(smtp):
    smtp.refuse["dana@clinic.example"] = "450 4.2.0 Greylisted"
    return smtp.refuse.clear


def at_data(answer):
    def trouble(smtp):
        smtp.at_data = lambda mail: answer
        return lambda: setattr(smtp, "at_data", lambda mail: None)

    return trouble


def hanging_in_data(smtp):
    def hang(mail):
        stopwatch.sleep(0.6)
        return "451 4.3.0 Too late for you"

    smtp.at_data = hang
    return lambda: setattr(smtp, "at_data", lambda mail: None)


TROUBLES = {
    "refuses connections": refusing,
    "takes connections and hangs": instead(b""),
    "greets with 421": instead(b"421 4.3.2 Busy\r\n"),
    "greets with 554": instead(b"554 5.3.2 Not you\r\n"),
    "4xx for the recipient": at_recipient,
    "4xx for the mail": at_data("451 4.3.0 Later"),
    "421 in the middle": at_data("421 4.3.2 Going down"),
    "hangs over the mail": hanging_in_data,
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_an_hour_of_trouble_costs_no_mail(desk, time, smtp, settings, trouble):
    settings.EMAIL_TIMEOUT = 0.3
    relieve = trouble(smtp)
    tickets = [desk.ticket() for _ in range(3)]
    for minute in range(0, 60, 10):
        run()
        time.pass_by(minutes=10)
        services.reply(tickets[minute % 3], by=desk.agent, body="-")
    assert smtp.mails == []
    assert not OutboundEmail.objects.exclude(state="queued").exists()

    relieve()
    settings.EMAIL_TIMEOUT = 60  # what is taken and not heard of would be sent twice, rightly
    for _minute in range(0, 24 * 60, 30):
        run()
        time.pass_by(minutes=30)

    assert arrived(smtp) == everything()
    for ticket in tickets:
        about = [subject for subject in smtp.subjects if ticket.number in subject]
        assert "Request received" in about[0]


def test_what_is_refused_for_good_arrives_once_somebody_tries_it_again(
    desk, time, smtp, client, make_user
):
    smtp.at_data = lambda mail: "554 5.7.1 Policy"
    desk.ticket()
    run()
    assert OutboundEmail.objects.failed().count() == 1
    smtp.at_data = lambda mail: None

    client.force_login(make_user("Root", is_staff=True, is_superuser=True))
    client.post(
        reverse("admin:mail_outboundemail_changelist"),
        {"action": "try_again", "_selected_action": [OutboundEmail.objects.get().pk]},
    )
    run()

    assert arrived(smtp) == everything()


@pytest.mark.django_db(transaction=True)
def test_fifty_notices_wait_four_hours_for_the_server(desk, time, smtp):
    smtp.stop()
    for _ in range(25):
        services.reply(desk.ticket(), by=desk.agent, body="-")
    for _quarter in range(16):
        run()
        time.pass_by(minutes=15)

    smtp.start()
    run()

    assert len(smtp.mails) == 50
    assert arrived(smtp) == everything()
    firsts = [subject for subject in smtp.subjects if "Request received" in subject]
    for subject in firsts:
        number = subject.partition("]")[0]
        about = [other for other in smtp.subjects if other.startswith(number)]
        assert [other == subject for other in about] == [True, False]


def test_pages_never_speak_to_the_mail_server(desk, time, smtp, settings):
    smtp.stop()
    wall = Wall(smtp.port)

    began = stopwatch.monotonic()
    ticket = desk.ticket()
    services.reply(ticket, by=desk.agent, body="-")

    assert stopwatch.monotonic() - began < settings.EMAIL_TIMEOUT
    assert wall.knocks == 0
    wall.fall()


@pytest.fixture
def tls(certificates, settings):
    """A mail server that takes nothing without TLS, by a certificate for “localhost”."""
    certificate, key = certificates.issue()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    sink = Sink(tls_context=context, require_starttls=True)
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "localhost", sink.port, True
    settings.EMAIL_TIMEOUT = 5
    sink.start()
    yield sink
    sink.stop()


def test_mails_go_over_tls_to_whom_our_authorities_vouch_for(
    desk, time, tls, certificates, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    desk.ticket()

    assert run()[0].sent == 1

    [mail] = tls.mails
    assert mail.session.ssl is not None


def test_nobody_else_gets_a_mail(desk, time, tls):
    desk.ticket()

    assert run()[0].away

    assert tls.mails == []
    assert "CERTIFICATE_VERIFY_FAILED" in OutboundEmail.objects.get().error
    assert OutboundEmail.objects.get().state == "queued"


def test_a_server_that_offers_no_tls_gets_none_either(desk, time, smtp, settings):
    settings.EMAIL_USE_TLS = True
    desk.ticket()

    run()

    assert smtp.mails == []
    assert OutboundEmail.objects.get().state == "queued"


@pytest.mark.django_db(transaction=True)
def test_a_relay_killed_over_and_over_costs_a_copy_each_time_at_most(desk, smtp, forks):
    chance, killed, tickets = random.Random(SEED), 0, []

    def relay():
        """Start one that is killed while, or right after, the server hears a mail."""
        aim, heard = chance.randrange(3), itertools.count()
        fork = forks.run(
            "relay", "--skip-checks", settings={"EMAIL_HOST": HOST, "EMAIL_PORT": smtp.port}
        )

        def hear(mail):
            if next(heard) == aim:
                threading.Timer(chance.uniform(0, 0.06), fork.send, [signal.SIGKILL]).start()
            stopwatch.sleep(0.03)

        smtp.at_data = hear
        return fork

    for _round in range(ROUNDS):
        tickets += [desk.ticket() for _ in range(2)]
        services.reply(tickets[-1], by=desk.agent, body="-")
        killed += relay().wait() == -signal.SIGKILL
        # Its lease would end in a minute and a half.
        OutboundEmail.objects.queued().update(next_try_at=clock.now())
    smtp.at_data = lambda mail: None
    later = clock.now() + LEASE + timedelta(seconds=1)
    with clock.moving_clock(lambda: later):
        run()

    copies = Counter(mail["Message-ID"] for mail in smtp.mails)
    more = sum(copies.values()) - len(copies)
    sys.stdout.write(f"{killed} of {ROUNDS} relays killed, {more} copies more, seed {SEED}\n")
    assert set(copies) == set(OutboundEmail.objects.values_list("message_id", flat=True))
    assert not OutboundEmail.objects.exclude(state="sent").exists()
    assert more <= killed
    assert killed > ROUNDS / 4
    for ticket in tickets:
        about = list(dict.fromkeys(s for s in smtp.subjects if ticket.number in s))
        assert "Request received" in about[0]


def arrived(smtp):
    """The Message-IDs of what arrived; each arrived once."""
    copies = Counter(mail["Message-ID"] for mail in smtp.mails)
    assert set(copies.values()) <= {1}
    return set(copies)


def everything():
    return set(OutboundEmail.objects.values_list("message_id", flat=True))
