"""Whose mail it is: one clear address, what our own server says of it, and no machine's."""

from __future__ import annotations

import pytest

from tickets.mail.inbound.mail import Envelope
from tickets.mail.tests.raw import a_mail, of_parts, read


@pytest.mark.parametrize(
    ("value", "sender", "name"),
    [
        ("casey@clinic.test", "casey@clinic.test", ""),
        ("Casey <Casey@Clinic.TEST>", "casey@clinic.test", "Casey"),
        ('"Customer, Casey" <casey@clinic.test>', "casey@clinic.test", "Customer, Casey"),
        ("casey@clinic.test (Casey)", "casey@clinic.test", ""),
        ("<casey@clinic.test>", "casey@clinic.test", ""),
        ("=?utf-8?q?J=C3=BCrgen?= <j@clinic.test>", "j@clinic.test", "Jürgen"),
        ("Jürgen Müller <j@clinic.test>", "j@clinic.test", "Jürgen Müller"),
        (b"J\xfcrgen <j@clinic.test>", "j@clinic.test", "Jürgen"),
        ("c\u0430sey@clinic.test", "c\u0430sey@clinic.test", ""),
        ("用户@例子.测试", "用户@例子.测试", ""),
        # Names and remarks may look like addresses, and are not.
        ('"agent@portal.test" <mallory@evil.test>', "mallory@evil.test", "agent@portal.test"),
        ("agent@portal.test <mallory@evil.test>", "mallory@evil.test", "agent@portal.test"),
        ("=?utf-8?q?agent=40portal.test?= <m@evil.test>", "m@evil.test", "agent@portal.test"),
        ("=?utf-8?q?a=40portal=2Etest=3E=2C?= <m@evil.test>", "m@evil.test", "a@portal.test>,"),
    ],
)
def test_the_sender_is_the_one_address_in_from(value, sender, name):
    mail = read(a_mail(From=value))

    assert (mail.sender, mail.sender_name) == (sender, name)


@pytest.mark.parametrize(
    "value",
    [
        "casey@clinic.test(<mallory@evil.test>",
        "casey@clinic.test)<mallory@evil.test>",
        "casey@clinic.test, mallory@evil.test",
        "<casey@clinic.test>, <mallory@evil.test>",
        "<casey@clinic.test> <mallory@evil.test>",
        "<mallory@evil.test> casey@clinic.test",
        '"casey@clinic.test <mallory@evil.test>',
        "<casey@clinic.test\0@evil.test>",
        "cas\0ey@clinic.test",
        "casey@clinic.test\r.evil.test",
        "casey(x)@clinic.test",
        "casey@clinic.test(x).evil.test",
        "<@evil.test:casey@clinic.test>",
        "<<casey@clinic.test>>",
        "team: casey@clinic.test;",
        '"casey clinic"@clinic.test',
        "casey@clinic.test@evil.test",
        "casey@[127.0.0.1]",
        "=?utf-8?q?casey=40clinic=2Etest?=",
        "undisclosed",
        "<>",
        "casey@" + "clinic." * 40 + "test",
        "(" * 3000 + "casey@clinic.test" + ")" * 3000,
    ],
)
def test_an_unclear_from_is_nobody(value):
    assert read(a_mail(From=value)).sender == ""


def test_two_headers_from_are_nobody():
    assert read(b"From: mallory@evil.test\r\n" + a_mail()).sender == ""


def test_recipients_are_read_once_each_and_counted():
    mail = read(
        a_mail(
            To="Support <support@portal.test>, team: a@clinic.test, b@clinic.test;",
            Cc="SUPPORT@portal.test, broken, <c@clinic.test>",
        )
    )

    assert mail.to == ("support@portal.test", "a@clinic.test", "b@clinic.test")
    assert mail.cc == ("support@portal.test", "c@clinic.test")
    assert mail.addressed == 5


def checked(*results: str, authserv_id: str = "portal.test", **headers: str) -> str:
    top = "".join(f"Authentication-Results: {result}\r\n" for result in results)
    return read(top.encode() + a_mail(**headers), authserv_id=authserv_id).check


@pytest.mark.parametrize(
    ("result", "check"),
    [
        ("portal.test; dmarc=pass", "pass"),
        ("Portal.Test 1; spf=fail; DMARC = Pass (p=none) header.from=clinic.test", "pass"),
        ('"portal.test"; dkim=pass header.d=clinic.test; dmarc=fail', "fail"),
        ("portal.test;\r\n\tdmarc=fail (p=reject dis=none) header.from=clinic.test", "fail"),
        ("portal.test; dmarc=pass header.from=evil.test", ""),
        ("portal.test; dmarc=pass; dmarc=fail", "fail"),
        ("portal.test; dmarc=none", ""),
        ("portal.test; dmarc=temperror", ""),
        ("portal.test; spf=pass smtp.mailfrom=clinic.test", ""),
        ("portal.test; none", ""),
        ("portal.test; spf=pass (dmarc=pass)", ""),
        ('portal.test; spf=pass reason="; dmarc=pass"', ""),
        ('portal.test; spf=pass smtp.mailfrom="; dmarc=pass', ""),
        ("portal.test; spf=pass (; dmarc=pass", ""),
        ("portal.test; dmarc=fail (p=none", "fail"),
        ("portal.test.evil.test; dmarc=pass", ""),
        ("evil.test (portal.test); dmarc=pass", ""),
        ("(x) evil.test; dmarc=pass; portal.test", ""),
    ],
)
def test_what_our_own_server_says_of_the_sender_counts(result, check):
    assert checked(result) == check


def test_nobody_elses_check_counts():
    assert checked("evil.test; dmarc=pass") == ""
    assert checked("evil.test; dmarc=pass", "portal.test; dmarc=fail") == "fail"


def test_a_forged_check_below_ours_does_not_count():
    assert checked("portal.test; dmarc=fail", "portal.test; dmarc=pass") == "fail"
    assert checked("portal.test; dmarc=none", "portal.test; dmarc=pass") == ""


def test_without_a_name_of_our_server_no_check_counts():
    assert checked("portal.test; dmarc=pass", authserv_id="") == ""
    assert checked("; dmarc=pass", authserv_id="") == ""


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, ""),
        ({"Auto_Submitted": "no"}, ""),
        ({"Auto_Submitted": "No (a person)"}, ""),
        ({"Auto_Submitted": "auto-replied"}, "auto-replied"),
        ({"Auto_Submitted": "auto-generated; owner-email=x"}, "auto-generated"),
        ({"Auto_Submitted": "auto-notified"}, "auto-generated"),
        ({"X_Autoreply": "yes"}, "auto-replied"),
        ({"X_Autorespond": "away"}, "auto-replied"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"Precedence": "Junk"}, "bulk"),
        ({"Precedence": "list"}, "list"),
        ({"Precedence": "auto_reply"}, "auto-replied"),
        ({"Precedence": "first-class"}, ""),
        ({"List_Id": "<nurses.lists.test>"}, "list"),
        ({"List_Unsubscribe": "<https://lists.test/u>"}, "list"),
        ({"List_Post": "<mailto:l@lists.test>"}, "list"),
        ({"X_Auto_Response_Suppress": "All"}, ""),
    ],
)
def test_a_machine_says_so_in_its_headers(headers, automatic):
    assert read(a_mail(**headers)).automatic == automatic


@pytest.mark.parametrize(
    ("report", "automatic"),
    [("delivery-status", "report"), ("disposition-notification", "receipt"), ("feedback", "")],
)
def test_reports_are_no_letters(report, automatic):
    raw = of_parts("\r\nText", kind=f"report; report-type={report}")

    assert read(raw).automatic == automatic


@pytest.mark.parametrize(
    ("envelope", "return_path", "automatic"),
    [
        (Envelope(mail_from=""), "", "nobody"),
        (Envelope(mail_from="casey@clinic.test"), "<>", ""),
        (Envelope(known=False), "", ""),
        (Envelope(known=False), "<>", "nobody"),
        (Envelope(known=False), "<casey@clinic.test>", ""),
    ],
)
def test_an_empty_envelope_sender_waits_for_no_answer(envelope, return_path, automatic):
    assert read(a_mail(Return_Path=return_path), envelope=envelope).automatic == automatic
