"""What became of our mails, and which of ours a mail answers."""

from __future__ import annotations

import pytest

from tickets.mail.inbound.mail import Report
from tickets.mail.tests.raw import a_mail, a_part, of_parts, read

RETURNED = a_part("message/rfc822", "Message-ID: <ours@portal.test>\r\nSubject: x\r\n\r\nText")
STATUS = "Reporting-MTA: dns; mx.clinic.test\r\n"


def a_report(*recipients: str, returned: bytes = RETURNED, **headers: str) -> bytes:
    status = a_part("message/delivery-status", "\r\n".join([STATUS, *recipients]))
    return of_parts(
        a_part("text/plain", "It was not delivered."),
        status,
        returned,
        kind="report; report-type=delivery-status",
        **headers,
    )


def recipient(action: str, status: str, **fields: str) -> str:
    given = {"Final-Recipient": "rfc822; casey@clinic.test", "Action": action, "Status": status}
    given |= {name.replace("_", "-"): value for name, value in fields.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)


@pytest.mark.parametrize(
    ("action", "status", "fate"),
    [
        ("failed", "5.1.1", "failed"),
        ("Failed (for good)", "5.1.1", "failed"),
        ("delayed", "4.4.1", "delayed"),
        ("delivered", "2.0.0", "delivered"),
        ("relayed", "2.0.0", "delivered"),
        ("expanded", "2.0.0", "delivered"),
        ("", "5.2.2", "failed"),
        ("unheard-of", "4.2.2", "delayed"),
    ],
)
def test_a_report_tells_the_fate_of_our_mail(action, status, fate):
    mail = read(a_report(recipient(action, status)))

    assert mail.reports == (Report("<ours@portal.test>", "casey@clinic.test", fate, status),)


def test_each_recipient_has_a_report():
    mail = read(
        a_report(
            recipient("failed", "5.1.1", Diagnostic_Code="smtp; 550 no\r\n  such user"),
            recipient("delivered", "2.0.0", Original_Recipient="rfc822;Olga@clinic.test"),
        )
    )

    assert mail.reports == (
        Report("<ours@portal.test>", "casey@clinic.test", "failed", "5.1.1: 550 no such user"),
        Report("<ours@portal.test>", "olga@clinic.test", "delivered", "2.0.0"),
    )


def test_headers_alone_name_our_mail_as_well():
    returned = a_part("text/rfc822-headers", "Message-ID: <ours@portal.test>\r\n")

    (report,) = read(a_report(recipient("failed", "5.1.1"), returned=returned)).reports

    assert report.message_id == "<ours@portal.test>"


def test_a_report_that_returns_nothing_says_what_it_answers():
    raw = a_report(
        recipient("failed", "5.1.1"),
        returned=a_part("text/plain", ""),
        In_Reply_To="<ours@portal.test>",
    )

    assert [report.message_id for report in read(raw).reports] == ["<ours@portal.test>"]


@pytest.mark.parametrize(
    "raw",
    [
        a_report(recipient("failed", "5.1.1"), returned=a_part("text/plain", "")),
        a_report(recipient("", "")),
        a_report(recipient("failed", "5.1.1", Final_Recipient="")),
        a_report("\r\n\r\nno field at all"),
        of_parts(a_part("text/plain", "A person's mail"), RETURNED),
        of_parts(a_part("text/plain", "x"), kind="report; report-type=delivery-status"),
    ],
)
def test_what_names_no_mail_or_no_fate_reports_nothing(raw):
    assert read(raw).reports == ()


def test_a_mail_answers_what_it_names_the_nearest_last():
    mail = read(
        a_mail(References="<a@x> <b@x>\r\n <a@x> broken <c@x", In_Reply_To="<d@x> (of Monday)")
    )

    assert mail.references == ("<b@x>", "<a@x>", "<d@x>")


def test_of_a_long_thread_the_nearest_are_kept():
    mail = read(a_mail(References=" ".join(f"<{number}@x>" for number in range(500))))

    assert mail.references == tuple(f"<{number}@x>" for number in range(400, 500))


def test_a_receipt_answers_the_mail_that_it_is_about():
    receipt = a_part("message/disposition-notification", "Original-Message-ID: <ours@portal.test>")
    raw = of_parts("\r\nRead", receipt, kind="report; report-type=disposition-notification")

    assert (read(raw).references, read(raw).automatic) == (("<ours@portal.test>",), "receipt")


def fingerprint(raw: bytes) -> str:
    return read(raw).fingerprint


def test_the_way_a_mail_came_does_not_change_its_fingerprint():
    raw = a_mail()

    assert fingerprint(b"Received: from mx1\r\nDelivered-To: x\r\n" + raw) == fingerprint(raw)


@pytest.mark.parametrize(
    "other",
    [
        a_mail("Other"),
        a_mail(Message_ID="<two@clinic.test>"),
        a_mail(From="olga@clinic.test"),
        a_mail(Subject="Other"),
    ],
)
def test_another_mail_has_another_fingerprint(other):
    assert fingerprint(other) != fingerprint(a_mail())


def test_without_a_message_id_the_date_tells_mails_apart():
    one, again, two = (
        a_mail(Message_ID="", Date=date) for date in ("Mon, 1 Jan", "Mon, 1 Jan", "Tue, 2 Jan")
    )

    assert fingerprint(one) == fingerprint(again) != fingerprint(two)
