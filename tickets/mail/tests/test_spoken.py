"""What agents answered in mails: only of brands that want it, and only to proved addresses."""

from __future__ import annotations

import pytest

from accounts.services import prove_address
from tickets import services, watching
from tickets.catalog.models import Brand
from tickets.catalog.services import changed
from tickets.conversation import Turn, take_turn
from tickets.forgetting import Removed
from tickets.mail import forgetting
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail

WORDS = "Set it to week 3.\nSee https://help.acme.example/week?a=1&b=2 <soon>."


@pytest.fixture
def spoken(desk):
    """The brand says in mails what its agents answered, and the customer's address is proved."""
    Brand.objects.update(mails_reply_text=True)
    changed()
    prove_address(desk.customer)


def told(kind, time):
    """Return what each was told, by whom: text and HTML."""
    expand(time.now, limit=100)
    mails = OutboundEmail.objects.filter(kind=kind).order_by("recipient")
    return {mail.recipient: (mail.text, mail.html) for mail in mails}


def is_said(letter):
    return [WORDS.splitlines()[0] in part for part in letter]


def test_the_words_come_first_in_text_and_escaped_in_html(desk, spoken, time):
    take_turn(desk.ticket(), by=desk.agent, turn=Turn(body=WORDS))

    text, html = told("replied", time)["dana@clinic.example"]

    assert f"\n\n{WORDS}\n\nTo read the reply, and to answer:" in text
    assert "Set it to week 3.<br>See <a href=" in html
    assert "&lt;soon&gt;" in html


def test_so_they_do_where_the_answer_solved_it(desk, spoken, time):
    take_turn(desk.ticket(), by=desk.agent, turn=Turn(body=WORDS, status="solved"))

    assert is_said(told("solved", time)["dana@clinic.example"]) == [True, True]


def test_a_brand_that_does_not_want_it_says_nothing(desk, time):
    prove_address(desk.customer)
    take_turn(desk.ticket(), by=desk.agent, turn=Turn(body=WORDS))

    assert is_said(told("replied", time)["dana@clinic.example"]) == [False, False]


def test_who_proved_nothing_reads_it_on_the_page(desk, spoken, time):
    ticket, eve = desk.ticket(), desk.person("eve@clinic.example")
    watching.watch(ticket, by=eve, added_by=desk.customer)
    take_turn(ticket, by=desk.agent, turn=Turn(body=WORDS))

    said = {to: is_said(letter) for to, letter in told("replied", time).items()}

    assert said == {"dana@clinic.example": [True, True], "eve@clinic.example": [False, False]}


def test_of_a_restricted_ticket_no_mail_says_a_word(desk, spoken, time):
    ticket = desk.ticket()
    take_turn(ticket, by=desk.agent, turn=Turn(body=WORDS))
    type(ticket).objects.update(restricted=True)

    assert is_said(told("replied", time)["dana@clinic.example"]) == [False, False]


def test_notes_and_what_customers_write_are_said_in_none(desk, spoken, time):
    ticket = desk.ticket()
    services.note(ticket, by=desk.agent, body=WORDS)
    services.reply(ticket, by=desk.customer, body=WORDS)
    take_turn(ticket, by=desk.agent, turn=Turn(body="", status="solved"))

    expand(time.now, limit=100)

    said = [WORDS.splitlines()[0] in mail.text + mail.html for mail in OutboundEmail.objects.all()]
    assert (len(said), any(said)) == (2, False)


# --- Why, and how it ends -----------------------------------------------------------------


def test_each_mail_says_why_its_reader_gets_it(desk, time):
    ticket, eve = desk.ticket(), desk.person("eve@clinic.example")
    watching.watch(ticket, by=eve, added_by=desk.customer)
    services.assign(ticket, by=desk.person("boss@acme.example"), to=desk.agent)
    services.reply(ticket, by=desk.customer, body="And?")
    expand(time.now, limit=100)

    told = OutboundEmail.objects.order_by("kind", "recipient").values_list(
        "kind", "recipient", "why"
    )

    assert list(told) == [
        ("assigned", "ana@acme.example", "assigned"),
        ("customer_replied", "ana@acme.example", "assigned"),
        ("received", "dana@clinic.example", "requester"),
        ("received", "eve@clinic.example", "copied"),
    ]


def test_who_is_copied_is_told_where_that_ends_and_whose_it_is_is_not(desk, time):
    ticket, eve = desk.ticket(), desk.person("eve@clinic.example")
    watching.watch(ticket, by=eve, added_by=desk.customer)
    expand(time.now, limit=100)

    ends = {
        mail.recipient: mail.headers.get("List-Unsubscribe") for mail in OutboundEmail.objects.all()
    }

    page = f"https://help.acme.example{ticket.get_absolute_url()}#copied"
    assert ends == {"dana@clinic.example": None, "eve@clinic.example": f"<{page}>"}


def test_what_is_removed_is_in_no_part_of_a_mail_that_was_not_sent_yet(desk, spoken, time):
    ticket = desk.ticket()
    short = "MRN 445566\n\n\nDOB 1/2/70"
    take_turn(ticket, by=desk.agent, turn=Turn(body=short))
    told("replied", time)
    reply = ticket.messages.get(body__startswith="MRN")

    forgetting.forget([ticket.pk], Removed.of(reply.body, mark="[removed]"))

    text, html = told("replied", time)["dana@clinic.example"]
    assert "[removed]" in text
    assert [word for word in ("445566", "1/2/70") if word in f"{text}{html}"] == []
