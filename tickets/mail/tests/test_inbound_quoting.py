"""What a mail quotes is told from what is new, in many languages, and no line is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.mail.inbound import quoting

INTRODUCTIONS = [
    "On Mon, Nov 23, 2026 at 9:00 AM Support <s@portal.test> wrote:",
    "On Mon, Nov 23, 2026 at 9:00 AM Support with a long name\n<s@portal.test> wrote:",
    "Am 23.11.2026 um 09:00 schrieb Support <s@portal.test>:",
    "Support <s@portal.test> schrieb am Mo. 23. Nov. 2026 um 09:00:",
    "Le 23 nov. 2026 à 09:00, Support <s@portal.test> a écrit :",
    "2026年11月23日(月) 9:00 Support <s@portal.test>:",
    "El lun, 23 nov 2026 a las 9:00, Support (<s@portal.test>) escribió:",
    "Il giorno lun 23 nov 2026 alle ore 09:00 Support <s@portal.test> ha scritto:",
    "Op ma 23 nov 2026 om 09:00 schreef Support <s@portal.test>:",
    "Dnia 23.11.2026 Support <s@portal.test> napisał(a):",
    "Den mån 23 nov. 2026 kl 09:00 skrev Support <s@portal.test>:",
    "2026년 11월 23일 (월) 오전 9:00, Support <s@portal.test>님이 작성:",
    "2026年11月23日 09:00，Support <s@portal.test> 写道：",
]
BLOCKS = [
    "From: Support\nSent: Monday, November 23, 2026 9:00 AM\nTo: Casey\nSubject: Pager",
    "________________________________\nFrom: Support\nSent: Monday\nTo: Casey\nSubject: Pager",
    "---\nFrom: Support <s@portal.test>\nSent: Monday\nTo: Casey\nSubject: Pager",
    "-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Casey\nSubject: Pager",
    "-----Ursprüngliche Nachricht-----\nVon: Support\nGesendet: Montag\nAn: Casey\nBetreff: Pager",
    "De : Support\nEnvoyé : lundi\nÀ : Casey\nObjet : Pager",
    "Van: Support\nVerzonden: maandag\nAan: Casey\nOnderwerp: Pager",
    "Da: Support\nInviato: lunedì\nA: Casey\nOggetto: Pager",
    "发件人: Support\n发送时间: 2026年\n收件人: Casey\n主题: Pager",
]
FORWARDED = "From: Dr. Lee\nDate: Monday\nSubject: Pager\nTo: Casey"


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_a_quotation_with_marks_is_folded_with_its_introduction(introduction):
    text = f"It is still broken.\n\n-- \nCasey, Ward 3\n\n{introduction}\n\n> Try again.\n> Support"

    new, quoted = quoting.split(text)

    assert new == "It is still broken.\n\n-- \nCasey, Ward 3"
    assert quoted == f"{introduction}\n\n> Try again.\n> Support"


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_headers_begins_what_is_quoted(block):
    text = f"It is still broken.\n\n{block}\n\nTry again.\nSupport"

    assert quoting.split(text) == ("It is still broken.", f"{block}\n\nTry again.\nSupport")


def test_without_a_quotation_all_is_new():
    text = "Steps:\n1. sign in\n2. page\n\nBest regards,\nCasey\nSent from my iPhone"

    assert quoting.split(text) == (text, "")


def test_answers_between_quoted_lines_stay_with_them():
    text = "On 23.11.2026 Support <s@portal.test> wrote:\n> Which floor?\nThree.\n> Since when?"
    introduced = f"Hello,\n{text}"

    assert quoting.split(introduced) == (introduced, "")


def test_an_answer_below_the_quotation_stays():
    text = "On 23.11.2026 Support <s@portal.test> wrote:\n> Which floor?\n\nThree."

    assert quoting.split(text) == (text, "")


def test_a_mail_that_only_quotes_is_kept_whole():
    text = "On 23.11.2026 Support <s@portal.test> wrote:\n> Which floor?"

    assert quoting.split(text) == (text, "")


@pytest.mark.parametrize(
    "heading",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------- Message transféré ---------",
    ],
)
def test_what_is_forwarded_is_what_the_mail_is_about(heading):
    text = f"See below.\n\n{heading}\n\n{FORWARDED}\n\nIt beeps."

    assert quoting.split(text) == (text, "")


@pytest.mark.parametrize("subject", ["Fwd: Pager", "FW: Pager", "WG: Pager", "TR : Pager"])
def test_a_subject_may_say_that_it_is_forwarded(subject):
    text = f"See below.\n\n{BLOCKS[0]}\n\nIt beeps."

    assert quoting.split(text, subject) == (text, "")
    assert quoting.split(text, "Re: Pager") == ("See below.", f"{BLOCKS[0]}\n\nIt beeps.")


def test_what_people_write_like_an_introduction_is_new():
    text = (
        "On Monday my colleague wrote:\nthe pager beeps.\nI do not agree.\n\nTo: you\nDate: today"
    )

    assert quoting.split(text) == (text, "")


WORDS = st.sampled_from(
    ["Hello", "", "> quoted", ">> twice", "-- ", "  indented", *INTRODUCTIONS, *BLOCKS]
)


@settings(deadline=None)
@given(st.lists(WORDS, max_size=12).map("\n".join))
def test_no_line_is_lost_and_none_is_told_twice(text):
    new, quoted = quoting.split(text)

    assert lines(new) + lines(quoted) == lines(text)
    assert not quoted or new.strip()
