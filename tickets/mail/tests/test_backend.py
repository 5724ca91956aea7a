"""What Django and allauth send becomes rows; only the relay sends them."""

from __future__ import annotations

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction

from tickets.mail.backend import OutboxBackend
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run
from tickets.mail.tally import Tally

LINK = "https://help.acme.example/accounts/password/reset/key/canary/"
FROM = "Acme Support <help@acme.example>"


@pytest.fixture
def outbox(settings, db, time):
    settings.EMAIL_BACKEND = "tickets.mail.backend.OutboxBackend"


def letter(**changes):
    mail = EmailMultiAlternatives(
        **{
            "subject": "Set your password",
            "body": f"Open {LINK}",
            "from_email": FROM,
            "to": ["dana@clinic.example"],
            **changes,
        }
    )
    mail.attach_alternative(f'<a href="{LINK}">Open</a>', "text/html")
    return mail


def test_a_message_becomes_a_row_that_waits(outbox, time):
    assert letter(headers={"X-Tag": "a", "Message-ID": "<own@x>"}).send() == 1

    mail = OutboundEmail.objects.get()
    assert (mail.kind, mail.state, mail.sender, mail.recipient, mail.subject) == (
        "account",
        "queued",
        FROM,
        "dana@clinic.example",
        "Set your password",
    )
    assert (mail.text, mail.html) == (f"Open {LINK}", f'<a href="{LINK}">Open</a>')
    assert mail.headers == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Tag": "a",
    }
    assert mail.message_id.endswith("@acme.example>")
    assert (mail.created_at, mail.next_try_at) == (time.now, time.now)


def test_it_is_sent_by_the_relay_and_its_text_is_gone_then(outbox, smtp):
    letter().send()

    run()

    [sent] = smtp.mails
    assert LINK in sent.get_body(("plain",)).get_content()
    assert LINK in sent.get_body(("html",)).get_content()
    mail = OutboundEmail.objects.get()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")


def test_its_text_stays_while_it_waits_and_when_it_failed(outbox, smtp, time):
    smtp.refuse["dana@clinic.example"] = "450 Later"
    letter().send()
    run()
    assert OutboundEmail.objects.get().text == f"Open {LINK}"

    smtp.refuse["dana@clinic.example"] = "550 Never"
    time.pass_by(minutes=1)
    run()

    mail = OutboundEmail.objects.get()
    assert (mail.state, mail.text) == ("failed", f"Open {LINK}")


def test_each_recipient_gets_a_mail_of_their_own(outbox, smtp):
    letter(
        to=["a@x.example", "b@x.example"], cc=["c@x.example"], bcc=["d@x.example", "a@x.example"]
    ).send()

    run()

    assert [(mail["To"], mail["Cc"], mail.envelope.rcpt_tos) for mail in smtp.mails] == [
        (f"{name}@x.example", None, [f"{name}@x.example"]) for name in "abcd"
    ]


def test_a_message_to_nobody_is_written_like_any_other_and_never_sent(outbox, smtp):
    OutboxBackend().send_messages([letter(to=[])])
    written = list(OutboundEmail.objects.values_list("recipient", "state", "text"))

    done, more = run()

    assert written == [("", "queued", f"Open {LINK}")]
    assert (done, more, smtp.connections) == (Tally(dropped=1), False, 0)
    assert not OutboundEmail.objects.exists()


def test_a_message_of_html_alone_is_kept_as_that(outbox):
    mail = EmailMessage("Hello", "<p>Hello</p>", FROM, ["dana@clinic.example"])
    mail.content_subtype = "html"

    mail.send()

    kept = OutboundEmail.objects.get()
    assert (kept.text, kept.html) == ("", "<p>Hello</p>")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\nBcc: eve@x.example"},
        {"from_email": "Acme <help@acme.example>\nBcc: eve@x.example"},
        {"headers": {"X-Tag": "a\r\nBcc: eve@x.example"}},
        {"to": ["dana@clinic.example\nBcc: eve@x.example"]},
    ],
)
def test_a_line_break_in_a_header_is_refused(outbox, changes):
    with pytest.raises(BadHeaderError):
        letter(**changes).send()

    assert OutboundEmail.objects.count() == 0


def test_a_file_is_refused(outbox):
    mail = letter()
    mail.attach("a.txt", "text", "text/plain")

    with pytest.raises(ValueError, match="Mails carry no files"):
        mail.send()


def test_a_mail_of_a_transaction_that_fails_is_never_sent(outbox):
    with transaction.atomic():
        send_mail("Hello", "text", FROM, ["dana@clinic.example"])
        transaction.set_rollback(True)

    assert OutboundEmail.objects.count() == 0
