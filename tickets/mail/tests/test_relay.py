"""The relay as people and the worker run it: several at once, killed, without a broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings as installation
from django.core.management import call_command
from django.db import connection

from tickets import clock
from tickets.mail.deliver import LEASE
from tickets.mail.models import Notice, OutboundEmail
from tickets.mail.relay import run, run_once
from tickets.mail.tasks import relay


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_send_each_mail_once(desk, smtp):
    tickets = [desk.ticket() for _ in range(20)]
    start = threading.Barrier(2)

    def work():
        try:
            start.wait()
            while OutboundEmail.objects.filter(state="sent").count() < len(tickets):
                run()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert Counter(subject.partition(":")[0] for subject in smtp.subjects) == {
        f"[{ticket.number}] Request received": 1 for ticket in tickets
    }


@pytest.mark.django_db(transaction=True)
def test_a_relay_killed_while_it_sends_costs_one_more_copy_at_most(desk, smtp):
    tickets = [desk.ticket() for _ in range(3)]
    run_once(clock.now(), until=0)
    processes = []

    def kill_after_the_second(mail):
        if len(smtp.mails) == 1:
            processes[0].kill()

    smtp.at_data = kill_after_the_second
    processes.append(
        subprocess.Popen(
            [sys.executable, "manage.py", "relay"],
            cwd=installation.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "DATABASE_URL": address_of_test_database(),
                "DEMO": "on",
                "EMAIL_HOST": "127.0.0.1",
                "EMAIL_PORT": str(smtp.port),
            },
        )
    )
    assert processes[0].wait(timeout=60) == -signal.SIGKILL
    smtp.at_data = lambda mail: None

    later = clock.now() + LEASE + timedelta(seconds=1)
    with clock.moving_clock(lambda: later):
        run()

    copies = Counter(mail["Message-ID"] for mail in smtp.mails)
    assert set(copies) == set(OutboundEmail.objects.values_list("message_id", flat=True))
    assert sorted(copies.values()) == [1, 1, 2]
    assert OutboundEmail.objects.filter(state="sent").count() == len(tickets)


def test_the_command_says_what_it_did(desk, time, smtp, capsys):
    smtp.refuse["gone@clinic.example"] = "550 No such user"
    desk.ticket()
    desk.ticket(requester=desk.person("gone@clinic.example"))

    call_command("relay")

    assert capsys.readouterr().out == "2 notices expanded, 1 mails sent, 0 put off, 1 failed.\n"


def test_the_command_says_that_the_server_is_away(desk, time, smtp, capsys):
    smtp.stop()
    desk.ticket()

    call_command("relay")

    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "1 notices expanded, 0 mails sent, 1 put off, 0 failed.\n",
        "The mail server does not take mails; they wait.\n",
    )


def test_the_task_does_the_same(desk, time, smtp):
    desk.ticket()

    relay()

    assert len(smtp.mails) == 1


def test_a_run_without_time_leaves_the_rest_and_says_so(desk, time, smtp):
    desk.ticket()

    _done, more = run(seconds=0)

    assert (more, Notice.objects.get().expanded_at) == (True, None)


def test_a_hundred_notices_arrive_without_any_message_of_a_queue(desk, time, smtp):
    for _ in range(101):
        desk.ticket()

    done, more = run()

    assert (done.expanded, done.sent, more, len(smtp.mails)) == (101, 101, False, 101)


def address_of_test_database():
    """The address of the database that this test runs on, for another process."""
    server, _slash, _name = os.environ["DATABASE_URL"].partition("?")[0].rpartition("/")
    return f"{server}/{connection.settings_dict['NAME']}"
