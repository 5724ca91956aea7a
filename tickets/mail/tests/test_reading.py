"""Mails are read one by one: a bad one waits or is set aside, and none is done twice."""

import threading
from collections import Counter

from django.core.files.storage import default_storage
from django.db import connection

from tickets import clock
from tickets.mail.inbound import clearing, reading, taking
from tickets.mail.models import InboundEmail
from tickets.mail.tests import corpus
from tickets.mail.tests.came_in import SUPPORT
from tickets.models import Ticket

SENDER = "casey@clinic.example"


def take(id="M01", **values):
    given = {"SUPPORT": SUPPORT, "CUSTOMER": SENDER, **values}
    return taking.take(corpus.fill(id, **given), door="smtp", mail_from=SENDER, rcpt_to=[SUPPORT])


def states():
    return Counter(InboundEmail.objects.values_list("state", "outcome"))


def test_what_waits_is_read_and_said_so(db, time):
    take(RUN="a")
    take(RUN="b")

    assert reading.run() == ("2 read: 2 opened", False)
    assert reading.run() == ("0 read", False)


def test_where_time_is_over_there_is_more(db, time):
    take(RUN="a")
    take(RUN="b")

    assert reading.run(seconds=0) == ("1 read: 1 opened", True)


def test_a_mail_that_lies_in_a_storage_elsewhere_is_read_too(db, time, settings, tmp_path):
    elsewhere = {
        "BACKEND": "tickets.mail.tests.elsewhere.Elsewhere",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = {**settings.STORAGES, "default": elsewhere}
    take(RUN="a")

    assert reading.run() == ("1 read: 1 opened", False)
    assert "Marker-BASE-01" in Ticket.objects.get().messages.get().body


def test_a_mail_that_fails_holds_up_no_other_and_is_tried_again(db, time, caplog):
    bad = take(RUN="a")
    default_storage.delete(bad.raw.name)
    take(RUN="b")

    assert reading.run() == ("2 read: 1 opened, 1 put off", False)
    assert "casey" not in caplog.text


def test_after_five_tries_it_lies_where_staff_see_why(db, time):
    bad = take()
    default_storage.delete(bad.raw.name)
    tries = 0
    while InboundEmail.objects.waiting().exists():
        reading.run()
        time.pass_by(days=1)
        tries += 1

    bad.refresh_from_db()
    assert (tries, bad.attempts, bad.state, bad.reason) == (5, 5, "quarantined", "failed")
    assert "FileNotFoundError" in bad.error


def test_what_cannot_be_read_for_good_is_set_aside_at_once(db, time):
    take("M06")
    reading.run()

    mail = InboundEmail.objects.get()
    assert (mail.state, mail.reason, mail.attempts) == ("quarantined", "too_deep", 1)


def test_a_reader_that_dies_has_tried(db, time):
    mail = take()
    for _try in range(5):
        assert reading.claim(clock.now()).pk == mail.pk  # and never comes back
        assert reading.claim(clock.now()) is None
        time.pass_by(minutes=2)

    assert reading.run() == ("1 read: 1 in quarantine", False)
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == ("quarantined", "gave_up")


def test_two_readers_at_once_do_each_mail_once_and_each_pair_as_one(furnished):
    for number in range(6):
        for _twin in range(2):
            take(RUN=f"r{number}", CUSTOMER=f"c{number}@clinic.example")

    def work():
        reading.run()
        connection.close()

    readers = [threading.Thread(target=work) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert states() == {("done", "opened"): 6, ("done", "double"): 6}
    assert Ticket.objects.count() == 6


def test_bytes_of_what_came_to_nothing_go_after_a_while_and_the_row_stays(db, time):
    kept, opened = take(RUN="a"), take(RUN="b")
    reading.run()
    InboundEmail.objects.filter(pk=kept.pk).update(outcome="kept")
    time.pass_by(days=29)
    assert clearing.clear_kept(time.now) == ("0 mails cleared", False)
    time.pass_by(days=2)
    assert clearing.clear_kept(time.now) == ("1 mails cleared", False)
    assert clearing.clear_kept(time.now) == ("0 mails cleared", False)

    assert not default_storage.exists(kept.raw.name)
    assert default_storage.exists(opened.raw.name)
    assert InboundEmail.objects.get(pk=kept.pk).sha256 == kept.sha256
