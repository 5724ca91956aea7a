"""Paragraphs that were broken into lines for sending alone are read as they were written."""

import pytest

from tickets.mail.inbound.flowed import unwrap
from tickets.mail.tests.raw import a_mail, read


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("", ""),
        ("The paging \nsystem is \ndown.\nSince 8.", "The paging system is down.\nSince 8."),
        ("One \n\nTwo ", "One\n\nTwo"),
        ("One \n \nTwo", "One\n\nTwo"),
        ("Dear all,\n   \nHi \n>  \n> b", "Dear all,\n\nHi\n>\n> b"),
        ("> > a \n> > b", "> > a\n> > b"),
        (" >one\n  two\n From", ">one\n two\nFrom"),
        (">A quoted \n>line.\n>> Older \n> newer", "> A quoted line.\n>> Older\n> newer"),
        ("> \n> A \n> line", ">\n> A line"),
        ("Yes \n> Is it?", "Yes\n> Is it?"),
        ("Bye \n-- \nCasey", "Bye\n-- \nCasey"),
        (">-- \n>Kim", "> --\n> Kim"),
    ],
)
def test_lines_that_go_on_are_one(sent, text):
    assert unwrap(sent) == text


def test_in_a_language_without_spaces_none_is_put_between():
    assert unwrap("休 \nみ", delete_space=True) == "休み"


def test_a_mail_that_says_so_is_read_like_that():
    raw = a_mail(
        "It is \r\ndown.\r\n\r\nOn 1 January 2024 at 10:00, Kim wrote:\r\n> Is \r\n> it?\r\n",
        Content_Type="text/plain; charset=utf-8; Format=Flowed",
    )
    mail = read(raw)

    assert mail.text == "It is down."
    assert mail.quoted == "On 1 January 2024 at 10:00, Kim wrote:\n> Is it?"


def test_so_is_one_that_deletes_spaces():
    content_type = "text/plain; charset=utf-8; format=flowed; delsp=yes"

    assert read(a_mail("休 \r\nみ", Content_Type=content_type)).text == "休み"


def test_lines_of_any_other_mail_stay_as_they_are():
    assert read(a_mail("It is \r\ndown.", Content_Type="text/plain")).text == "It is \ndown."
