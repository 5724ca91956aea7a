"""What becomes of a mail, rule by rule."""

from dataclasses import replace

import pytest

from tickets.mail.inbound import deciding
from tickets.mail.inbound.deciding import Decision, Facts, Place, decide
from tickets.mail.inbound.mail import Mail, Report
from tickets.mail.inbound.reasons import WORDS

DANA = Mail(sender="dana@clinic.example", text="It is broken.")
REPORT = Report("<a@ours>", "dana@clinic.example", "failed", "550 no such user")
ANSWERED = Place(17, "answers_our_mail", is_theirs=True, is_own=True)
SIGNED = replace(ANSWERED, by="reply_tag")
TAGGED = replace(ANSWERED, by="tag")
FOREIGN = Place(17, "answers_our_mail")
CLOSED = replace(ANSWERED, is_closed=True)


def mail(**said):
    return replace(DANA, **said)


def opened(reason, **more):
    return Decision("opened", reason, **{"acknowledge": True, **more})


def quiet(reason, **more):
    return Decision("opened", reason, **more)


def quarantined(reason):
    return Decision("quarantined", reason)


CASES = {
    "a first mail": (DANA, Facts(), opened("new")),
    "an answer on a mail of ours": (
        DANA,
        Facts(names=ANSWERED),
        Decision("added", "answers_our_mail", 17),
    ),
    "an answer to the signed address": (
        DANA,
        Facts(names=SIGNED),
        Decision("added", "reply_tag", 17),
    ),
    "a ticket's number alone": (DANA, Facts(names=TAGGED), opened("tag_only", mentions=17)),
    "somebody else's ticket": (DANA, Facts(names=FOREIGN), opened("outsider", mentions=17)),
    "an answer on a closed ticket": (DANA, Facts(names=CLOSED), opened("closed", follows=17)),
    "a sender who is not who they claim, on a ticket": (
        mail(check="fail", cc=("mallory@evil.example",)),
        Facts(names=ANSWERED),
        Decision("held", "check_failed", 17),
    ),
    "the same by the number alone": (
        mail(check="fail"),
        Facts(names=TAGGED),
        Decision("held", "check_failed", 17),
    ),
    "the same on a closed ticket": (
        mail(check="fail"),
        Facts(names=CLOSED),
        quiet("check_failed", mentions=17),
    ),
    "the same on somebody else's": (
        mail(check="fail"),
        Facts(names=FOREIGN),
        quiet("check_failed", mentions=17),
    ),
    "the same without a ticket": (mail(check="fail"), Facts(), quiet("check_failed")),
    "one of the staff": (DANA, Facts(is_staff=True, names=ANSWERED), quarantined("agent")),
    "who claims to be one of the staff": (
        mail(check="fail"),
        Facts(is_staff=True),
        quarantined("agent"),
    ),
    "ourselves": (DANA, Facts(is_own=True, names=ANSWERED), Decision("discarded", "own_address")),
    "who was shut out": (DANA, Facts(is_shut_out=True), quarantined("shut_out")),
    "a mail of which only the head was taken": (
        mail(notes=("left_there",)),
        Facts(names=ANSWERED),
        quarantined("left_there"),
    ),
    "the same, let out": (
        mail(notes=("left_there",)),
        Facts(names=ANSWERED, released=True),
        Decision("added", "answers_our_mail", 17),
    ),
    "nobody": (mail(sender=""), Facts(names=ANSWERED), quarantined("no_sender")),
    "the same mail again": (DANA, Facts(double_of=3, names=ANSWERED), Decision("double", "double")),
    "many mails in a short time": (
        DANA,
        Facts(too_many=True, names=ANSWERED),
        quarantined("too_many"),
    ),
    "an absence, on a ticket": (
        mail(automatic="auto-replied"),
        Facts(names=ANSWERED),
        Decision("kept", "auto_reply", 17),
    ),
    "an absence, of nothing": (
        mail(automatic="auto-replied"),
        Facts(),
        Decision("kept", "auto_reply"),
    ),
    "an absence, on somebody else's ticket": (
        mail(automatic="auto-replied"),
        Facts(names=FOREIGN),
        Decision("kept", "auto_reply"),
    ),
    "a receipt": (
        mail(automatic="receipt"),
        Facts(names=ANSWERED),
        Decision("kept", "receipt", 17),
    ),
    "an absence of who is not who they claim": (
        mail(automatic="auto-replied", check="fail"),
        Facts(names=ANSWERED),
        Decision("kept", "auto_reply", 17),
    ),
    "a machine that reports by itself": (
        mail(automatic="auto-generated"),
        Facts(),
        quiet("machine"),
    ),
    "a machine that answers on a ticket": (
        mail(automatic="auto-generated"),
        Facts(names=ANSWERED),
        Decision("kept", "auto_reply", 17),
    ),
    "an envelope of nobody": (mail(automatic="nobody"), Facts(), quarantined("nobody")),
    "a list": (mail(automatic="list"), Facts(), quarantined("list")),
    "a mail to very many": (mail(automatic="bulk"), Facts(), quarantined("bulk")),
    "a report on a mail of ours": (
        mail(automatic="report", reports=(REPORT,), sender="mailer-daemon@mx.example"),
        Facts(reported=5),
        Decision("reported", "report"),
    ),
    "a report on a mail that we do not know": (
        mail(automatic="report", reports=(REPORT,)),
        Facts(),
        Decision("kept", "report_of_nothing"),
    ),
    "a report that says nothing": (
        mail(automatic="report"),
        Facts(),
        Decision("kept", "report_of_nothing"),
    ),
    "one of the staff, let out": (
        DANA,
        Facts(is_staff=True, released=True),
        opened("agent"),
    ),
    "a list, let out": (mail(automatic="list"), Facts(released=True), quiet("machine")),
    "many mails, let out": (
        DANA,
        Facts(too_many=True, names=ANSWERED, released=True),
        Decision("added", "answers_our_mail", 17),
    ),
    "who was shut out, let out": (
        DANA,
        Facts(is_shut_out=True, released=True),
        quarantined("shut_out"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_becomes_of(case):
    said, facts, expected = CASES[case]

    assert decide(said, facts) == expected


def test_every_decision_has_a_reason_in_words():
    codes = {expected.reason for _mail, _facts, expected in CASES.values()}

    assert codes <= set(WORDS)


def test_whom_a_vouched_for_sender_copies_is_asked():
    said = mail(check="pass", cc=("b@clinic.example", "us@ours.example", "b@clinic.example"))
    facts = Facts(asked=frozenset({"us@ours.example"}))

    assert decide(said, facts).copies == ("b@clinic.example",)
    assert decide(said, replace(facts, names=ANSWERED)).copies == ("b@clinic.example",)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"check": ""}, None),
        ({"check": "fail"}, None),
        ({"addressed": deciding.ADDRESSED_AT_MOST + 1}, None),
        ({"automatic": "auto-generated"}, None),
        # It is for whose ticket it is to say who else reads it.
        ({}, replace(ANSWERED, is_own=False)),
    ],
)
def test_nobody_else_is_asked(said, names):
    copied = mail(**{"check": "pass", "cc": ("b@clinic.example",), **said})

    assert decide(copied, Facts(names=names)).copies == ()
