"""What a ticket's page tells agents of its mails, and customers not."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tickets import services, splitting, uploads
from tickets.mail import shown
from tickets.mail.expand import expand
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.mail.tests.ledger import came, held
from tickets.models import Ticket
from tickets.tests.reading import words_of

SECRET = "canary7431"


@pytest.fixture
def desk(browser_of, alex, ticket):
    """What an agent reads on the ticket's page."""
    browser, url = browser_of(alex), reverse("admin:tickets_ticket_change", args=[ticket.pk])
    return lambda: words_of(browser.get(url))


@pytest.fixture
def portal(as_dana, ticket):
    return lambda: words_of(as_dana.get(ticket.get_absolute_url()))


def mailed(ticket, dana, **columns):
    """A customer's answer that came by mail."""
    message = services.reply(ticket, by=dana, body="It rings again.")
    message.channel, message.quoted = "email", f"> We replied. {SECRET}"
    message.save(update_fields=["channel", "quoted"])
    values = {"outcome": "added", "state": "done", "reason": "answers_our_mail"}
    return message, came(ticket=ticket, became=message, sender=dana.email, **values | columns)


def test_a_held_mail_waits_for_agents_alone_with_what_may_be_done(ticket, desk, portal):
    held(ticket, told={"text": f"Please reset. {SECRET}"})

    words = desk()

    for said in (
        "1 mail waits here: its sender is not verified. Mail from dana@example.com",
        "A mail from dana@example.com waits: sender not verified: it is not who it claims to be",
        SECRET,
        "Confirm: add it as a reply",
        "File as a ticket of its own",
        "Discard",
    ):
        assert said in words, said
    assert (SECRET in portal(), "waits" in portal()) == (False, False)


def test_each_mailed_message_says_how_it_was_threaded_and_who_the_sender_is(
    ticket, desk, portal, dana
):
    mailed(ticket, dana, check_of_sender="pass")

    said = "By e-mail from dana@example.com, sender verified. It answers a mail of ours"

    assert said in desk()
    assert "Move to another ticket" in desk()
    assert "By e-mail" not in portal()


def test_what_is_said_of_a_message_goes_with_it(ticket, desk, dana, alex):
    message, _mail = mailed(ticket, dana)
    part = splitting.Part((message.pk,), dana, "Another matter", 3, uuid.uuid4())

    new = splitting.split(ticket, by=alex, part=part)

    assert "By e-mail" not in desk()
    assert [entry.sentence[:9] for entry in shown.told(new, alex)] == ["By e-mail"]


def test_a_mail_is_as_private_as_the_ticket_that_its_message_was_taken_to(
    ticket, dana, alex, browser_of
):
    message, mail = mailed(ticket, dana)
    page = f"/admin/mail/inboundemail/{mail.pk}/change/"
    part = splitting.Part((message.pk,), dana, "Another matter", 3, uuid.uuid4())
    new = splitting.split(ticket, by=alex, part=part)
    assert browser_of(alex).get(page).status_code == 200

    Ticket.objects.filter(pk=new.pk).update(restricted=True)

    for path in (page, f"/admin/mail/inboundemail/{mail.pk}/move/"):
        assert browser_of(alex).get(path).status_code in (302, 404)
    assert not InboundEmail.objects.on_desk_of(alex).filter(pk=mail.pk).exists()


def test_only_who_may_see_mails_as_they_came_is_led_there(ticket, desk, dana, morgan, browser_of):
    mailed(ticket, dana)
    url = reverse("admin:tickets_ticket_change", args=[ticket.pk])

    assert "As it came" not in desk()
    assert "As it came" in words_of(browser_of(morgan).get(url))


def test_what_was_not_delivered_is_said(ticket, desk, portal, time):
    expand(time.now, limit=100)
    OutboundEmail.objects.update(
        state="sent", fate="failed", fate_at=time.now, fate_words="550 no such user"
    )

    assert "Mail to dana@example.com was not delivered: 550 no such user" in desk()
    assert "not delivered" not in portal()


def test_what_was_given_up_and_what_is_late_is_said(ticket, desk, time):
    expand(time.now, limit=100)
    OutboundEmail.objects.update(state="failed", error="SMTPDataError: 554 no")
    given_up = desk()
    OutboundEmail.objects.update(state="sent", fate="delayed", fate_words="will try again")

    assert "Mail to dana@example.com could not be sent: SMTPDataError: 554 no" in given_up
    assert "Mail to dana@example.com is delayed: will try again" in desk()


def test_a_mail_that_names_another_ticket_leads_there(ticket, make_ticket, browser_of, alex):
    other = make_ticket()
    message, told = ticket.messages.get(), {"mentions": other.pk}
    done = {"outcome": "opened", "state": "done", "reason": "outsider"}
    mail = came(ticket=ticket, became=message, told=told, **done)
    browser, url = browser_of(alex), reverse("admin:tickets_ticket_change", args=[ticket.pk])

    on_ticket = browser.get(url).content.decode()
    on_its_page = words_of(browser.get(reverse("admin:mail_inboundemail_change", args=[mail.pk])))

    assert f'/{other.pk}/change/">The ticket that it names' in on_ticket
    assert f"Names a ticket {other.number} {other.subject}" in on_its_page


def test_automatic_mails_are_kept_beside_and_read_by_nobody_else(ticket, desk, portal):
    came(ticket=ticket, outcome="kept", state="done", reason="auto_reply", sender="dana@x.example")

    assert (
        "A mail from dana@x.example was kept beside. A mail program answered by itself." in desk()
    )
    assert "kept beside" not in portal()


def test_quoted_text_is_folded_for_all_who_read_the_message(ticket, desk, portal, dana):
    mailed(ticket, dana)

    for words in (desk(), portal()):
        assert f"It rings again. Quoted text > We replied. {SECRET}" in words


def test_withheld_files_are_for_agents_alone(withheld, desk, portal, alex, as_dana, browser_of):
    assert "setup.exe 3 bytes withheld: not on the list of accepted files" in desk().replace(
        "\xa0", " "
    )
    assert "1 file was not added." in portal()
    assert "setup.exe" not in portal()
    assert as_dana.get(withheld.get_absolute_url()).status_code == 404
    response = browser_of(alex).get(withheld.get_absolute_url())
    assert b"".join(response) == b"MZ."
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="setup.exe"'


@pytest.fixture
def withheld(ticket, dana):
    """A file of a mailed message that is not on the list of those that are taken."""
    message, _mail = mailed(ticket, dana)
    file = uploads.store(SimpleUploadedFile("setup.txt", b"MZ."))
    file.name, file.withheld, file.message = "setup.exe", True, message
    file.save(update_fields=["name", "withheld", "message"])
    return file


def test_the_page_costs_the_same_however_many_mails_there_are(
    ticket, dana, alex, browser_of, django_assert_max_num_queries
):
    browser, url = browser_of(alex), reverse("admin:tickets_ticket_change", args=[ticket.pk])
    counts = []
    for _ in range(2):
        mailed(ticket, dana)
        held(ticket)
        came(ticket=ticket, outcome="kept", state="done")
        browser.get(url)
        with django_assert_max_num_queries(14) as queries:
            browser.get(url)
        counts.append(len(queries))

    assert counts[0] == counts[1]
