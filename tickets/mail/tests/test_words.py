"""Whole mails, word by word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tickets import clock, conversation, queue, services
from tickets.conversation import Turn
from tickets.mail.expand import expand
from tickets.mail.models import OutboundEmail
from tickets.mail.tests.conftest import forget_settings
from tickets.models import Ticket, Watcher


def signature(ticket, why="You get this because this request is yours."):
    return f"""
--\N{SPACE}
Acme Support
If it cannot wait, call 1.877.844.7727, ext. 5, and quote {ticket.number}.
{why}
"""


COPIED = "You get this because you are copied on this request."


@pytest.fixture
def mails(desk, time):
    """Expand what there is to tell; return what came of it."""

    def mails():
        known = set(OutboundEmail.objects.values_list("pk", flat=True))
        expand(time.now, limit=100)
        return list(OutboundEmail.objects.exclude(pk__in=known).order_by("id"))

    return mails


def due_next(ticket, *, at):
    queue.place([Ticket.objects.get(pk=ticket.pk)], next_due={ticket.pk: at})


def test_received(desk, mails):
    ticket = desk.ticket()

    [mail] = mails()

    assert (
        mail.subject
        == f"[{ticket.number}] Request received: first reply by Fri 27 Nov, 1:40 pm EST"
    )
    assert (
        mail.text
        == f"""\
We received request {ticket.number}.

Type: Bills & <payment>
First reply by: Fri 27 Nov, 1:40 pm EST
Solved by: Mon 30 Nov, 10:40 am EST

You need not do anything now: we read it, and you hear from us by the first of these times.

To add something, files too, or to see where it stands:
https://help.acme.example{ticket.get_absolute_url()}
{signature(ticket)}"""
    )


def test_received_without_a_promise(desk, mails, settings):
    settings.PROMISE = "tickets.mail.tests.promises.nothing"
    forget_settings()
    ticket = desk.ticket()

    [mail] = mails()

    assert mail.subject == f"[{ticket.number}] Request received"
    assert mail.text.startswith(f"""\
We received request {ticket.number}.

Type: Bills & <payment>

You need not do anything now: we read it, and you hear from us.
""")


def test_received_by_who_is_copied(desk, mails):
    eve = desk.person("eve@clinic.example")
    ticket = desk.ticket()
    Watcher.objects.create(
        ticket=ticket, user=eve, created_at=ticket.created_at, added_by=desk.customer
    )

    mine, copied = mails()

    assert copied.text == mine.text.replace(signature(ticket), signature(ticket, COPIED))


def test_who_only_ever_wrote_is_told_how_the_link_opens(desk, mails):
    walter = desk.person("walter@clinic.example", None)
    ticket = desk.ticket(requester=walter, channel="email")

    [mail] = mails()

    assert mail.text.endswith(f"""\
https://help.acme.example{ticket.get_absolute_url()}

You have no password yet. Get one for walter@clinic.example, and the request opens:
https://help.acme.example{reverse("account_reset_password")}
{signature(ticket)}""")


def test_replied(desk, mails, time):
    ticket = desk.ticket()
    mails()
    due_next(ticket, at=time.now + timedelta(days=3))

    services.reply(ticket, by=desk.agent, body="canary reply")
    [mail] = mails()

    assert mail.subject == f"[{ticket.number}] We replied"
    assert (
        mail.text
        == f"""\
We replied to request {ticket.number}.

Type: Bills & <payment>
Next promise by: Mon 30 Nov, 10:40 am EST

To read the reply, and to answer:
https://help.acme.example{ticket.get_absolute_url()}
{signature(ticket)}"""
    )


def test_replied_with_a_question(desk, mails):
    ticket = desk.ticket()
    mails()
    due_next(ticket, at=clock.NEVER)

    turn = Turn(body="canary question", status="pending")
    conversation.take_turn(ticket, by=desk.agent, turn=turn)
    [mail] = mails()

    assert mail.subject == f"[{ticket.number}] We need an answer from you"
    assert (
        mail.text
        == f"""\
We replied to request {ticket.number}.

Type: Bills & <payment>

We need an answer from you to go on. Until then our clock stands still.

To read the reply, and to answer:
https://help.acme.example{ticket.get_absolute_url()}
{signature(ticket)}"""
    )


def test_solved(desk, mails):
    ticket = desk.ticket()
    mails()
    due_next(ticket, at=clock.NEVER)

    services.set_status(ticket, by=desk.agent, to="solved")
    [mail] = mails()

    assert mail.subject == f"[{ticket.number}] Solved: tell us if it is not"
    assert (
        mail.text
        == f"""\
Request {ticket.number} is solved.

Type: Bills & <payment>

We marked it as solved.
If it is not, tell us on its page within 7 days, and we go on. Then it closes.

Its page:
https://help.acme.example{ticket.get_absolute_url()}
{signature(ticket)}"""
    )


def test_level_changed(desk, mails, time):
    ticket = desk.ticket()
    mails()
    due_next(ticket, at=time.now + timedelta(hours=2))

    services.set_level(ticket, by=desk.agent, to=2, reason="canary reason")
    [mail] = mails()

    assert mail.subject == f"[{ticket.number}] Level 2 now"
    assert (
        mail.text
        == f"""\
Request {ticket.number} is level 2 now.

Type: Bills & <payment>
Level: 2
Next promise by: Fri 27 Nov, 12:40 pm EST

We changed its level, and our promises with it.

To see why, and to answer:
https://help.acme.example{ticket.get_absolute_url()}
{signature(ticket)}"""
    )


def test_a_turn_that_does_several_things_is_one_mail_that_says_them_all(desk, mails):
    ticket = desk.ticket()
    mails()
    due_next(ticket, at=clock.NEVER)

    conversation.take_turn(
        ticket,
        by=desk.agent,
        turn=Turn(body="canary reply", level=4, reason="canary reason", status="solved"),
    )
    [mail] = mails()

    assert mail.subject == f"[{ticket.number}] Solved: tell us if it is not"
    assert (
        mail.text
        == f"""\
Request {ticket.number} is solved.

Type: Bills & <payment>
Level: 4

We replied and marked it as solved.
If it is not, tell us on its page within 7 days, and we go on. Then it closes.

Its page:
https://help.acme.example{ticket.get_absolute_url()}
{signature(ticket)}"""
    )


def test_a_due_time_that_is_past_is_not_promised_again(desk, mails, time):
    ticket = desk.ticket()
    mails()
    due_next(ticket, at=time.now - timedelta(minutes=1))

    services.reply(ticket, by=desk.agent, body="-")
    [mail] = mails()

    assert "promise" not in mail.text + mail.html


def test_a_restricted_ticket_is_a_number_and_a_link(desk, mails):
    desk.type.restricted = True
    desk.type.save()
    sees = Permission.objects.get(codename="view_restricted_ticket")
    desk.agent.user_permissions.add(sees)
    ticket = desk.ticket()
    services.reply(ticket, by=desk.agent, body="canary reply")
    services.set_status(ticket, by=desk.agent, to="solved")

    told = mails()

    assert [(mail.subject, mail.text) for mail in told] == 3 * [
        (
            f"[{ticket.number}] There is news",
            f"""\
There is news about {ticket.number}.

Sign in to read it:
https://help.acme.example{ticket.get_absolute_url()}

--\N{SPACE}
Acme Support
If it cannot wait, call 1.877.844.7727, ext. 5, and quote {ticket.number}.
""",
        )
    ]
    assert [
        word for mail in told for word in ("Bills", "reply", "solved", "level") if word in mail.html
    ] == []


def test_no_mail_holds_what_was_written_on_the_ticket(desk, mails):
    ticket = desk.ticket()
    services.note(ticket, by=desk.agent, body="canary note")
    services.reply(ticket, by=desk.agent, body="canary reply")
    services.set_level(ticket, by=desk.agent, to=1, reason="canary reason")
    services.set_status(ticket, by=desk.agent, to="solved")

    told = mails()

    assert [mail.kind for mail in told] == ["received", "replied", "level_changed", "solved"]
    assert not [
        mail for mail in told if "canary" in f"{mail.subject}{mail.text}{mail.html}{mail.headers}"
    ]


def test_html_is_escaped_and_leads_to_the_ticket(desk, mails):
    ticket = desk.ticket()

    [mail] = mails()

    assert "Bills &amp; &lt;payment&gt;" in mail.html
    assert "<payment>" not in mail.html
    assert f'href="https://help.acme.example{ticket.get_absolute_url()}"' in mail.html


def test_the_installations_own_origin_comes_before_the_brands(desk, mails, settings):
    settings.ORIGIN = "http://127.0.0.1:8000"
    ticket = desk.ticket()

    [mail] = mails()

    assert f"\nhttp://127.0.0.1:8000{ticket.get_absolute_url()}\n" in mail.text


def test_times_are_in_the_zone_of_the_reader_then_of_the_organization(desk, mails):
    desk.customer.organization = desk.clinic(time_zone="America/Denver")
    desk.customer.save()
    eve = desk.person("eve@clinic.example", time_zone="Europe/Oslo")
    ticket = desk.ticket()
    Watcher.objects.create(
        ticket=ticket, user=eve, created_at=ticket.created_at, added_by=desk.customer
    )

    told = mails()

    assert [(mail.recipient, mail.text.splitlines()[3]) for mail in told] == [
        ("dana@clinic.example", "First reply by: Fri 27 Nov, 11:40 am MST"),
        ("eve@clinic.example", "First reply by: Fri 27 Nov, 7:40 pm CET"),
    ]


def test_who_logs_a_call_tells_its_requester(desk, mails):
    desk.ticket(by=desk.agent, channel="phone")

    assert [mail.recipient for mail in mails()] == ["dana@clinic.example"]


def test_headers_thread_a_ticket_and_ask_for_no_automatic_answer(desk, mails):
    ticket = desk.ticket()
    services.reply(ticket, by=desk.agent, body="-")

    first, second = mails()

    root = f"<{ticket.number.lower()}.ticket@acme.example>"
    assert (
        first.headers
        == second.headers
        == {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "References": root,
            "In-Reply-To": root,
        }
    )
    assert {first.sender, second.sender} == {"Acme Support <help@acme.example>"}
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@acme.example>")
