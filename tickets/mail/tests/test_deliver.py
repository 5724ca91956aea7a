"""Mails over a real socket: sent once, tried again, never lost, in order."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

from django.core.mail import get_connection

from tickets import services
from tickets.mail.deliver import LEASE, claim
from tickets.mail.envelope import message
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run, run_once
from tickets.mail.tally import Tally


def states():
    return list(OutboundEmail.objects.order_by("id").values_list("state", "attempts"))


def test_a_mail_arrives_whole(desk, time, smtp, settings):
    ticket = desk.ticket()

    done, more = run()

    assert (done, more) == (Tally(expanded=1, sent=1), False)
    [mail] = smtp.mails
    row = OutboundEmail.objects.get()
    assert (row.state, row.sent_at) == ("sent", time.now)
    assert {name: mail[name] for name in ("From", "To", "Subject", "Message-ID")} == {
        "From": "Acme Support <help@acme.example>",
        "To": "dana@clinic.example",
        "Subject": f"[{ticket.number}] Request received: first reply by Fri 27 Nov, 1:40 pm EST",
        "Message-ID": row.message_id,
    }
    assert {name: mail[name] for name in row.headers} == row.headers
    assert parsedate_to_datetime(mail["Date"]) == time.now
    assert (mail.envelope.mail_from, mail.envelope.rcpt_tos) == (
        "help@acme.example",
        ["dana@clinic.example"],
    )
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == row.text
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n") == row.html


def test_nothing_is_sent_twice(desk, time, smtp):
    desk.ticket()

    assert [run()[0].sent, run()[0].sent] == [1, 0]
    assert len(smtp.mails) == 1


def test_a_batch_shares_one_connection(desk, time, smtp):
    for _ in range(3):
        desk.ticket()

    run()

    assert (len(smtp.mails), smtp.connections) == (3, 1)


def test_a_server_that_is_away_for_hours_loses_and_blames_no_mail(desk, time, smtp):
    smtp.stop()
    tickets = [desk.ticket() for _ in range(3)]
    for ticket in tickets:
        services.reply(ticket, by=desk.agent, body="-")
    for _try in range(10):
        assert run()[0].away
        time.pass_by(minutes=24)
    assert states() == 6 * [("queued", 0)]

    smtp.start()
    done, _more = run()

    assert done == Tally(sent=6)
    assert sorted(smtp.subjects) == sorted(
        f"[{ticket.number}] {words}"
        for ticket in tickets
        for words in ("Request received: first reply by Fri 27 Nov, 1:40 pm EST", "We replied")
    )
    assert [subject for subject in smtp.subjects if tickets[0].number in subject] == [
        f"[{tickets[0].number}] Request received: first reply by Fri 27 Nov, 1:40 pm EST",
        f"[{tickets[0].number}] We replied",
    ]


def test_it_is_asked_again_soon_after_it_was_away(desk, time, smtp):
    smtp.stop()
    desk.ticket()
    run()
    smtp.start()

    time.pass_by(seconds=30)

    assert run()[0] == Tally(sent=1)


def test_an_address_that_does_not_exist_fails_and_holds_up_nobody(desk, time, smtp):
    smtp.refuse["gone@clinic.example"] = "550 5.1.1 No such user"
    desk.ticket(requester=desk.person("gone@clinic.example"))
    desk.ticket()

    done, _more = run()

    assert done == Tally(expanded=2, sent=1, failed=1)
    assert states() == [("failed", 1), ("sent", 0)]
    assert OutboundEmail.objects.failed().get().error == (
        "SMTPRecipientsRefused: {'gone@clinic.example': (550, b'5.1.1 No such user')}"
    )


def test_a_mail_that_is_refused_for_now_is_tried_again_later(desk, time, smtp):
    smtp.refuse["dana@clinic.example"] = "450 4.2.0 Greylisted"
    desk.ticket()
    assert run()[0] == Tally(expanded=1, put_off=1)
    assert OutboundEmail.objects.get().next_try_at == time.now + timedelta(minutes=1)

    smtp.refuse.clear()
    assert run()[0] == Tally()
    time.pass_by(minutes=1)

    assert run()[0] == Tally(sent=1)


def test_a_mail_that_is_refused_for_days_fails_in_the_end(desk, time, smtp):
    smtp.refuse["dana@clinic.example"] = "452 4.2.2 Mailbox full"
    desk.ticket()
    began = time.now

    while OutboundEmail.objects.queued().exists() or not OutboundEmail.objects.exists():
        run()
        time.now = max(time.now, OutboundEmail.objects.get().next_try_at)

    assert time.now - began > timedelta(days=5)
    assert states() == [("failed", 36)]


def test_a_connection_lost_over_one_mail_costs_the_others_nothing(desk, time, smtp):
    def hang_up_on_bad(mail):
        return "421 4.3.2 Closing" if mail["To"] == "bad@clinic.example" else None

    smtp.at_data = hang_up_on_bad
    desk.ticket(requester=desk.person("bad@clinic.example"))
    desk.ticket()
    desk.ticket()

    done, _more = run()

    assert (done.sent, states()) == (2, [("queued", 0), ("sent", 0), ("sent", 0)])


def test_about_one_ticket_nobody_gets_a_later_mail_before_an_earlier(desk, time, smtp):
    smtp.refuse["dana@clinic.example"] = "450 Later"
    ticket, other = desk.ticket(), desk.ticket(requester=desk.person("eve@clinic.example"))
    run()
    smtp.refuse.clear()
    services.reply(ticket, by=desk.agent, body="-")
    services.reply(other, by=desk.agent, body="-")
    run()
    assert smtp.subjects == [
        f"[{other.number}] Request received: first reply by Fri 27 Nov, 1:40 pm EST",
        f"[{other.number}] We replied",
    ]

    time.pass_by(minutes=1)
    run()

    assert smtp.subjects[2:] == [
        f"[{ticket.number}] Request received: first reply by Fri 27 Nov, 1:40 pm EST",
        f"[{ticket.number}] We replied",
    ]


def test_a_mail_that_failed_for_good_lets_the_next_one_go(desk, time, smtp):
    smtp.refuse["dana@clinic.example"] = "550 No"
    ticket = desk.ticket()
    run()
    smtp.refuse.clear()

    services.reply(ticket, by=desk.agent, body="-")
    run()

    assert states() == [("failed", 1), ("sent", 0)]


def test_a_leased_mail_is_nobody_elses_until_the_lease_is_over(desk, time, smtp):
    desk.ticket()
    run_once(time.now, limit=100, until=0)
    assert states() == [("queued", 0)]

    [mail] = claim(time.now, limit=100)
    time.pass_by(seconds=LEASE.total_seconds() - 1)
    assert claim(time.now, limit=100) == []
    time.pass_by(seconds=1)

    assert claim(time.now, limit=100) == [mail]


def test_who_dies_between_sending_and_marking_sends_one_more_copy_of_the_same_id(desk, time, smtp):
    desk.ticket()
    run_once(time.now, until=0)
    [mail] = claim(time.now, limit=100)
    get_connection("django.core.mail.backends.smtp.EmailBackend").send_messages([message(mail)])

    time.pass_by(seconds=LEASE.total_seconds())
    run()
    time.pass_by(days=1)
    run()

    assert [copy["Message-ID"] for copy in smtp.mails] == 2 * [mail.message_id]


def test_what_is_left_when_time_is_up_waits_for_nobody(desk, time, smtp):
    desk.ticket()

    assert run_once(time.now, until=0) == Tally(expanded=1)

    assert run()[0] == Tally(sent=1)


def test_the_number_of_queries_per_mail_is_one_mark(desk, time, smtp, django_assert_num_queries):
    desk.ticket()
    run_once(time.now, until=0)
    with django_assert_num_queries(BATCH_QUERIES + 1):
        run_once(time.now)
    for _ in range(3):
        desk.ticket()
    run_once(time.now, until=0)

    with django_assert_num_queries(BATCH_QUERIES + 3):
        run_once(time.now)


# Savepoint and end, the lock, no notices, none put off; what is to nobody; savepoint and end, the
# claim and its lease.
BATCH_QUERIES = 10
