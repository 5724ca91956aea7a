"""Each mail of the corpus is read as its expectations say."""

from __future__ import annotations

import hashlib

import pytest

from tickets.mail.inbound.mail import Mail, Unreadable
from tickets.mail.tests import corpus
from tickets.mail.tests.raw import read

NOT_READABLE = {"M06": "too_deep", "M09": "empty"}
READABLE = sorted(corpus.MAILS.keys() - NOT_READABLE)

SENDERS = {
    "M34": "",
    "M37": "mallory@evil.test",
    "M93": "monitor@hospital.invalid",
    "M94": "mailer-daemon@mx.hospital.invalid",
    "M95": "mailer-daemon@mx.hospital.invalid",
    "M99": "list@lists.invalid",
    "M100": "support@portal.test",
    "M106": "mallory@evil.test",
    "M110": "agent@portal.test",
    "M111": "agent@portal.test",
}
AUTOMATIC = {
    "M34": "nobody",
    "M90": "auto-replied",
    "M93": "auto-generated",
    "M94": "report",
    "M95": "report",
    "M98": "receipt",
    "M99": "list",
    "M100": "auto-generated",
}
QUOTING = ("M116", "M117", "M118", "M121")
ANSWERS = {"M90", "M98", "M100", "M103", "M108", *QUOTING, "M124"}
NOTES = {
    "M15": ("undecodable",),
    "M17": ("undecodable",),
    "M50": ("header_cut",),
    "M55": ("header_cut",),
}


@pytest.fixture(scope="module")
def mails() -> dict[str, Mail]:
    return {id: read_of_corpus(id) for id in READABLE}


def read_of_corpus(id: str) -> Mail:
    return read(corpus.fill(id), envelope=corpus.envelope(id))


@pytest.mark.parametrize("given", corpus.MAILS.values(), ids=corpus.MAILS)
def test_the_files_are_kept_to_the_byte(given):
    template = corpus.template(given.file)

    assert len(template) == given.bytes
    assert hashlib.sha256(template).hexdigest() == given.sha256_template


@pytest.mark.parametrize("id", READABLE)
def test_its_words_are_found(mails, id):
    expect, mail = corpus.MAILS[id].expect, mails[id]
    words = expect.get("body_contains", []) + expect.get("body_contains_all", [])

    assert [each for each in words if each not in mail.text] == []
    assert any(each in mail.text for each in expect.get("body_contains_any", [""]))
    assert expect.get("subject_contains", "") in mail.subject


@pytest.mark.parametrize("id", [id for id in READABLE if "attachments" in corpus.MAILS[id].expect])
def test_its_files_are_found(mails, id):
    expected = corpus.MAILS[id].expect["attachments"]

    assert [(file.name, file.size, file.sha256) for file in mails[id].files] == [
        (file["shown_name"], file["bytes"], file["sha256"]) for file in expected
    ]


@pytest.mark.parametrize("id", READABLE)
def test_its_sender_is_who_wrote_it(mails, id):
    assert mails[id].sender == SENDERS.get(id, "casey@clinic.test")


def test_machines_are_told_from_people(mails):
    assert {id: mail.automatic for id, mail in mails.items() if mail.automatic} == AUTOMATIC


def test_only_mails_that_answer_one_of_ours_name_it(mails):
    assert {id for id, mail in mails.items() if "<none@portal.test>" in mail.references} == ANSWERS


def test_a_quotation_is_folded_and_what_is_new_is_not(mails):
    assert {id for id, mail in mails.items() if mail.quoted} == set(QUOTING)
    for id in QUOTING:
        assert "QUOTED-ORIGINAL" in mails[id].quoted
        assert "QUOTED-ORIGINAL" not in mails[id].text


def test_what_was_left_out_is_noted(mails):
    assert {id: mail.notes for id, mail in mails.items() if mail.notes} == NOTES


def test_bounces_are_reports_on_our_mail(mails):
    reports = {id: mail.reports for id, mail in mails.items() if mail.reports}

    assert {id: (report.fate, report.words) for id, (report,) in reports.items()} == {
        "M94": ("failed", "5.1.1: 550 5.1.1 no such user"),
        "M95": ("delayed", "4.4.1: connect timed out"),
    }
    for (report,) in reports.values():
        assert (report.message_id, report.recipient) == ("<none@portal.test>", "casey@clinic.test")


def test_no_name_of_a_file_leads_anywhere(mails):
    names = [file.name for file in mails["M70"].files]

    assert names == ["x", "win.ini", "settings.py", "sh.py"]


def test_nothing_of_html_runs_or_loads(mails):
    assert mails["M62"].text == "Visible Marker-ZOO-62\n\nll2 Sign in again"
    assert mails["M64"].text == "Marker-CSS-64\n\nx\n\nx <https://example.org>"


def test_a_line_end_in_a_subject_begins_no_header(mails):
    assert mails["M56"].subject == "Hello Bcc: mallory@evil.test X-Evil: 1"


def test_an_invitation_without_a_name_is_a_file(mails):
    assert [(file.name, file.content_type) for file in mails["M85"].files] == [
        ("invite.ics", "text/calendar")
    ]


def test_a_file_of_no_bytes_is_one(mails):
    assert [(file.name, file.size) for file in mails["M77"].files] == [("empty.log", 0)]


@pytest.mark.parametrize(("id", "reason"), NOT_READABLE.items())
def test_what_cannot_be_read_says_why(id, reason):
    with pytest.raises(Unreadable) as unreadable:
        read_of_corpus(id)

    assert unreadable.value.reason == reason
