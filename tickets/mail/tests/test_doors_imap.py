"""Mailboxes of a real Dovecot, over TLS: every mail once, and nothing marked that is not kept."""

from __future__ import annotations

import signal
import time as stopwatch
from dataclasses import replace

import pytest

from tickets.catalog.models import Brand
from tickets.mail.inbound import holding, reading
from tickets.mail.models import InboundEmail
from tickets.mail.tests.arriving import DANA, US, flags, hashes, imap, kept, mail, put

SEEN = [r"\Seen"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trusted(certificates, monkeypatch):
    """Have new processes trust the tests' authority, as SSL_CERT_FILE says it."""
    return {"SSL_CERT_FILE": str(certificates.authority)}


@pytest.fixture
def poll(desk, forks, trusted):
    """Read mailboxes in a process of its own, looking every so many seconds."""

    def start(*boxes, seconds=600, environment=trusted, **given):
        return forks.run(
            "mail_in", environment=environment, boxes=boxes, poll_seconds=seconds, **given
        )

    return start


@pytest.fixture
def box(dovecot, certificates):
    return Box(dovecot, certificates)


class Box:
    """The mailbox “support” as its owner sees it."""

    def __init__(self, dovecot, certificates, user="support"):
        self.at = (dovecot, certificates, user)
        self.url = dovecot.url(user)

    def put(self, *raws, **where):
        put(*self.at, raws, **where)

    def flags(self, **where):
        return flags(*self.at, **where)

    def unsee(self, number):
        with imap(*self.at) as client:
            client.select("INBOX")
            client.store(str(number), "-FLAGS", r"(\Seen)")


def test_mails_are_fetched_over_tls_and_marked_once_they_are_kept(box, poll, eventually):
    raws = [mail(number) for number in range(3)]
    box.put(*raws)

    poll(box.url)

    eventually(lambda: box.flags() == [SEEN] * 3)
    assert kept() == hashes(raws)
    row = InboundEmail.objects.first()
    assert (row.door, row.rcpt_to) == ("imap", [US])
    assert row.source.startswith("imap:support@localhost/INBOX;")


def test_where_the_server_tells_of_mails_nobody_waits_for_the_next_look(box, poll, eventually):
    poll(box.url, seconds=600)
    box.put(mail(1))
    eventually(lambda: box.flags() == [SEEN])
    stopwatch.sleep(1)  # it waits again

    box.put(mail(2))

    eventually(lambda: box.flags() == [SEEN] * 2, seconds=30)
    assert kept() == hashes([mail(1), mail(2)])


def test_a_server_that_cannot_tell_is_asked_again_and_again(box, dovecot, poll, eventually):
    dovecot.stop()
    dovecot.start(capability="IMAP4rev1 AUTH=PLAIN")
    poll(box.url, seconds=1)
    box.put(mail(1))
    eventually(lambda: box.flags() == [SEEN])

    box.put(mail(2))

    eventually(lambda: box.flags() == [SEEN] * 2, seconds=30)


@pytest.mark.parametrize(
    "capability", ["", "IMAP4rev1 AUTH=PLAIN UIDPLUS"], ids=["moved", "copied"]
)
def test_what_is_kept_goes_where_the_address_says(
    box, dovecot, poll, eventually, capability, certificates
):
    dovecot.stop()
    dovecot.start(capability=capability)
    box.put(mail(1), mail(2))
    with imap(dovecot, certificates, "support") as client:
        client.select()
        client.store("2", "+FLAGS", r"(\Deleted \Seen)")  # by somebody else, who may want it back

    poll(dovecot.url("support", asked="done=Old+mails&brand=acme"))

    eventually(lambda: box.flags(folder='"Old mails"') == [SEEN])
    assert box.flags() == [[r"\Deleted", r"\Seen"]]
    assert kept() == hashes([mail(1)])


def test_a_server_that_is_not_whom_we_trust_gets_no_password(box, poll, eventually):
    box.put(mail(1))

    fork = poll(box.url, environment={})

    eventually(lambda: "CERTIFICATE_VERIFY_FAILED" in fork.said)
    assert (kept(), box.flags()) == ([], [[]])


def test_tls_may_start_later_and_is_verified_all_the_same(box, dovecot, poll, eventually):
    box.put(mail(1))
    later = dovecot.url("support", scheme="imap", asked="starttls=on")

    refused = poll(later, environment={})
    eventually(lambda: "CERTIFICATE_VERIFY_FAILED" in refused.said)
    refused.kill()
    assert kept() == []
    poll(later)

    eventually(lambda: box.flags() == [SEEN])


def test_a_wrong_password_is_told_without_it_and_stops_no_other_box(box, poll, eventually, dovecot):
    box.put(mail(1))
    wrong = box.url.replace("ours", "theirs")

    fork = poll(wrong, box.url)

    eventually(lambda: box.flags() == [SEEN])
    eventually(lambda: "does not let us in" in fork.said)
    assert "AUTHENTICATIONFAILED" in fork.said
    assert "boxes/theirs" not in fork.said


def test_a_mail_that_is_too_large_stays_with_a_flag_and_holds_up_no_other(box, poll, eventually):
    box.put(mail(1), mail(2, size=50_000), mail(3))

    fork = poll(box.url, max_bytes=20_000)

    eventually(lambda: box.flags() == [SEEN, [r"\Flagged", r"\Seen"], SEEN])
    assert "Mail 2 of 'support@localhost/INBOX' stays there with a flag" in fork.said
    head = mail(2, size=50_000).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert sorted(kept()) == sorted(hashes([mail(1), head, mail(3)]))


def test_of_a_mail_that_is_too_large_staff_hear_and_may_ask_for_less(
    box, poll, eventually, settings, alex
):
    poll(box.url, max_bytes=20_000)
    box.put(mail(2, size=50_000))
    eventually(lambda: box.flags() == [[r"\Flagged", r"\Seen"]])

    settings.MAIL_IN = replace(settings.MAIL_IN, max_bytes=20_000)
    reading.run()
    row = InboundEmail.objects.get()
    assert (row.state, row.reason, row.sender) == ("quarantined", "left_there", DANA)
    assert row.size > 40_000

    ticket = holding.release(row, by=alex)
    assert ticket.messages.get().body == (
        "[This mail is larger than mails that are taken: nobody has read it.]"
    )


def test_a_mail_that_was_too_large_is_fetched_once_larger_ones_are_taken(box, poll, eventually):
    fork = poll(box.url, max_bytes=20_000)
    box.put(large := mail(2, size=50_000))
    eventually(lambda: box.flags() == [[r"\Flagged", r"\Seen"]])
    assert hashes([large]) != kept()

    fork.kill()
    box.unsee(1)
    poll(box.url)

    eventually(lambda: hashes([large])[0] in kept())
    assert InboundEmail.objects.count() == 2


def test_a_server_that_went_away_is_found_again(box, dovecot, poll, eventually):
    fork = poll(box.url, seconds=1)
    box.put(mail(1))
    eventually(lambda: box.flags() == [SEEN])

    dovecot.stop()
    eventually(lambda: "cannot be read now" in fork.said)
    dovecot.start()
    box.put(mail(2))

    eventually(lambda: box.flags() == [SEEN] * 2)
    assert kept() == hashes([mail(1), mail(2)])


def test_a_full_disk_leaves_mails_where_they_are(box, poll, eventually):
    box.put(mail(1, size=50_000))

    fork = poll(box.url, seconds=1, largest_file=10_000)
    eventually(lambda: "cannot be taken now" in fork.said)
    fork.kill()
    assert (kept(), box.flags()) == ([], [[]])
    poll(box.url)

    eventually(lambda: box.flags() == [SEEN])


def test_mails_that_cannot_be_taken_do_not_keep_newer_ones_waiting(box, poll, eventually):
    box.put(*(mail(number, size=50_000) for number in range(1, 5)), mail(5))

    poll(box.url, seconds=1, largest_file=10_000)

    eventually(lambda: box.flags() == [[], [], [], [], SEEN])
    assert kept() == hashes([mail(5)])


def test_the_envelope_is_what_our_own_server_wrote_above_the_mail(box, poll, eventually, dovecot):
    Brand.objects.filter(key="acme").update(mail_address="other@acme.example")
    tops = [f"Return-Path: <{DANA}>", "Delivered-To: help+tag@acme.example"]
    box.put(mail(1, headers=tops))

    poll(dovecot.url("support", asked="brand=acme"))

    eventually(lambda: box.flags() == [SEEN])
    row = InboundEmail.objects.get()
    assert (row.mail_from, row.rcpt_to[0]) == (DANA, "help+tag@acme.example")


def test_it_ends_in_peace_while_it_waits(box, poll, eventually):
    fork = poll(box.url)
    box.put(mail(1))
    eventually(lambda: box.flags() == [SEEN])
    began = stopwatch.monotonic()

    fork.send(signal.SIGTERM)

    assert fork.wait() == 0
    assert stopwatch.monotonic() - began < 5


@pytest.mark.parametrize(
    "url",
    ["https://u:secret@host/", "imaps://host/INBOX", "imaps://u:secret@host/INBOX?brnd=acme"],
)
def test_an_address_that_is_none_is_told_without_the_password(forks, url):
    fork = forks.run("mail_in", boxes=(url,))

    assert fork.wait() == 1
    assert "MAIL_IN_BOXES: " in fork.said
    assert "secret" not in fork.said
