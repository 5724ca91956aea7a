"""The page after sending: what happens next, by when, and what to do if it gets worse."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sla.models import PolicyRule
from tickets import services, uploads
from tickets.tests.reading import between, words_of


@pytest.fixture
def read(dana):
    """Dana's browser opens a ticket's confirmation."""

    def read(ticket):
        browser = Client()
        browser.force_login(dana)
        return browser.get(f"{ticket.get_absolute_url()}?filed")

    return read


def test_it_says_by_when_in_the_readers_zone_and_how_far_off_that_is(make_ticket, read, time):
    ticket = make_ticket(level=3)

    page = read(ticket)

    assert between(page, "✓ Request sent", "See the ticket") == (
        f"✓ Request sent Your number is {ticket.number} What happens next "
        "We will reply by 9:00 am EST today (in 4 hours) "
        "We aim to solve it by Sat 10 Jan, 5:00 am EST (in 5 days) "
        "Times are in America/New_York. Change your time zone "
        "We e-mail this to dana@example.com. "
        f"If it gets worse Call 1.877.844.7727, ext. 5 and quote {ticket.number}. "
        "To add something, reply on the ticket."
    )


def test_it_repeats_the_answers_the_text_and_the_names_of_files(make_ticket, read, time):
    file = uploads.store(SimpleUploadedFile("week.csv", b"a,b"))
    ticket = make_ticket(attachments=[file])

    page = words_of(read(ticket))

    meaning = ticket.level.meaning
    assert page.partition("What you told us ")[2] == (
        "Subject Wrong schedule "
        "Request type PerfectServe (Care Team & Practitioner) requests › Schedule assistance "
        "Kind A request Who is affected One person "
        "Can they message and open the application? Partly "
        f"Level Level 3: {meaning} It follows from your answers above. "
        "Dana Customer Mon 5 Jan, 5:00 am EST It shows last week. week.csv 3 bytes"
    )


@pytest.mark.parametrize(
    "filed_at, told",
    [
        (
            datetime(2026, 10, 30, 14, 0, tzinfo=UTC),
            "We will reply by 2:00 pm EDT today (in 4 hours) "
            "We aim to solve it by Wed 4 Nov, 9:00 am EST (in 5 days) "
            "Clocks change before then: it is EDT now, and EST at that time.",
        ),
        (
            datetime(2026, 3, 6, 15, 0, tzinfo=UTC),
            "We will reply by 2:00 pm EST today (in 4 hours) "
            "We aim to solve it by Wed 11 Mar, 11:00 am EDT (in 5 days) "
            "Clocks change before then: it is EST now, and EDT at that time.",
        ),
    ],
)
def test_both_names_of_the_time_are_told_when_the_clocks_change_until_then(
    make_ticket, read, time, filed_at, told
):
    time.at = filed_at

    page = read(make_ticket(level=3))

    assert between(page, "We will reply", "Times are in") == told


@pytest.mark.parametrize("answer, asks", [("", True), ("cannot", True), ("called", False)])
def test_who_did_not_call_about_what_is_urgent_is_asked_once_more(
    make_ticket, read, time, answer, asks
):
    ticket = make_ticket(level=1, phone_answer=answer)

    page = words_of(read(ticket))

    assert ("by phone we start at once" in page) is asks
    assert page.count(ticket.number) == (3 if asks else 2)


def test_without_a_promise_it_makes_none(make_ticket, read, time):
    PolicyRule.objects.all().delete()

    page = read(make_ticket())

    assert between(page, "What happens next", "Times are in") == (
        "What happens next Somebody reads your request and replies to it."
    )


def test_reading_it_again_is_safe_and_a_bookmark_of_it_becomes_the_ticket(
    make_ticket, read, alex, time
):
    ticket = make_ticket()

    before = [words_of(read(ticket)) for _time in range(2)]
    services.set_status(ticket, by=alex, to="open")
    after = words_of(read(ticket))

    assert before[0] == before[1]
    assert "Request sent" in before[0]
    assert "Request sent" not in after
    assert ticket.messages.count() == 1


def test_a_promise_that_was_missed_is_told_by_the_ticket_not_by_a_confirmation(
    make_ticket, read, time
):
    ticket = make_ticket(level=3)
    time.advance(hours=4, minutes=1)

    page = words_of(read(ticket))

    assert "Request sent" not in page
    assert "We are late: this was due Mon 5 Jan, 9:00 am EST" in page


def test_nobody_elses_confirmation_is_there(make_ticket, read, make_user, time):
    foreign = make_ticket(requester=make_user("Cho"))

    assert read(foreign).status_code == 404
