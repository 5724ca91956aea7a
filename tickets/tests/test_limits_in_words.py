"""Where pages name a limit, they name the one that this installation has."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.templatetags.lives import in_words
from tickets import uploads
from tickets.files import size_in_words


@pytest.mark.parametrize(
    "size, words",
    [
        (20 * 2**20, "20 MB"),
        (3 * 2**19, "1.5 MB"),
        (512 * 2**10, "512 KB"),
        (1000, "1000 bytes"),
    ],
)
def test_sizes_are_said_in_the_unit_that_fits(size, words):
    assert size_in_words(size) == words


def test_the_form_says_how_many_files_are_taken(as_dana, settings):
    settings.FILE_MAX_COUNT, settings.FILE_MAX_BYTES = 3, 1000

    page = as_dana.get("/new/statuspage-access/").content.decode()

    assert "Up to 3 files of 1000 bytes each:" in page


def test_a_file_that_is_too_large_is_told_the_limit(db, settings):
    settings.FILE_MAX_BYTES = 1000

    with pytest.raises(uploads.FileRefused) as refused:
        uploads.store(SimpleUploadedFile("a.txt", b"a" * 1001))

    assert str(refused.value) == "“a.txt” was not added: it is larger than 1000 bytes."


def test_who_finishes_later_is_told_for_how_long_answers_are_kept(as_dana, settings):
    settings.DRAFT_DAYS = 2

    page = as_dana.post("/new/statuspage-access/", {"later": ""}, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Saved. You find it here, where it is kept for 2 days."
    ]


def test_who_marks_a_ticket_as_solved_is_told_until_when_a_reply_reopens_it(
    as_dana, make_ticket, settings
):
    settings.CLOSE_AFTER_DAYS = 1

    page = as_dana.post(f"{make_ticket().get_absolute_url()}closure/", follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Marked as solved. If it is not, reply within 1 day."
    ]


@pytest.mark.parametrize(
    "seconds, words",
    [(3600, "one hour"), (7200, "2 hours"), (3 * 86400, "3 days"), (90, "one minute")],
)
def test_the_life_of_a_link_is_said_in_the_unit_that_fits(seconds, words):
    assert in_words(seconds) == words


def test_a_mailed_link_says_how_long_it_lives_here(dana, settings, client):
    settings.PASSWORD_RESET_TIMEOUT = 1200

    client.post("/accounts/password/get/", {"email": dana.email})

    [message] = mail.outbox
    assert "The link works once, for 20 minutes." in message.body
    assert "The link works once, for 20 minutes." in message.alternatives[0].content
