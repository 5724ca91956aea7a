"""Hostile and odd mails through the doors: what must come of each, and that the next one comes."""

import hashlib
import time as watch

import pytest

from accounts.models import User
from tickets import conversation
from tickets.conversation import Turn
from tickets.mail.agents import path_of
from tickets.mail.expand import expand
from tickets.mail.inbound import reading
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.mail.tests import corpus
from tickets.mail.tests.came_in import SUPPORT, written
from tickets.mail.tests.doors import DOORS
from tickets.mail.tests.outcomes import CHECKS, Before, Came
from tickets.models import Ticket

CANARY = "http://canary.invalid/c"
# What our own mail server found out about the senders of two of them.
VERDICTS = {"M105": "dmarc=pass", "M108": "dmarc=fail"}


@pytest.fixture(params=DOORS)
def door(request):
    return DOORS[request.param]


@pytest.fixture
def t(time, make_ticket, dana, alex):
    """The ticket of the customer that mails answer: solved, so that an answer reopens it."""
    ticket = make_ticket()
    conversation.take_turn(ticket, by=alex, turn=Turn(body="Did that help?", status="solved"))
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def values(t, dana, alex, make_user, settings):
    settings.MAIL_AUTHSERV_ID = "mx.portal.test"
    to_dana = written(t, dana)
    to_alex = OutboundEmail.objects.create(
        ticket=t,
        kind="customer_replied",
        recipient=alex.email,
        message_id="<to-the-agent@portal.test>",
        created_at=to_dana.created_at,
        next_try_at=to_dana.created_at,
        state="sent",
    )
    return {
        "SUPPORT": SUPPORT,
        "CUSTOMER": dana.email,
        "OTHER": make_user("Olga").email,
        "AGENT": alex.email,
        "REF": f"[#{t.number}]",
        "OUTMSGID": to_dana.message_id,
        "AGENTMSGID": to_alex.message_id,
        "CANARY": CANARY,
        "AUTHSERV": "mx.portal.test",
    }


@pytest.fixture
def bring(door, t, values):
    """Have a mail of the corpus brought in, M01 after it, and read both."""

    def bring(id):
        before = Before(
            t,
            User.objects.count(),
            Ticket.objects.count(),
            OutboundEmail.objects.order_by("-pk").first().pk,
            list(t.events.values_list("id", "type")),
        )
        began = watch.monotonic()
        taken = hand_over(door, id, values)
        control = corpus.fill("M01", **values, RUN="control")
        assert hand_over(door, "M01", values, raw=control) is not None
        reading.run()
        expand(InboundEmail.objects.latest("pk").received_at, limit=100)
        return Came(
            row=taken and InboundEmail.objects.get(pk=taken.pk),
            before=before,
            control=InboundEmail.objects.latest("pk").ticket,
            seconds=watch.monotonic() - began,
            fill=lambda text: corpus.filled(text.encode(), **values).decode(),
        )

    return bring


def hand_over(door, id, values, *, raw=None):
    """Bring a mail to a door; None where it was refused there."""
    raw = corpus.fill(id, **values) if raw is None else raw
    if id in VERDICTS:
        found = f"{VERDICTS[id]} header.from={values['CUSTOMER'].partition('@')[2]}"
        raw = f"Authentication-Results: mx.portal.test; {found}\r\n".encode() + raw
    envelope = corpus.envelope(id, **values)
    if not door(raw, envelope.mail_from, envelope.rcpt_to):
        return None
    return InboundEmail.objects.latest("pk")


@pytest.mark.parametrize("id", corpus.MAILS)
def test_what_comes_of_each_mail(id, bring):
    expected = corpus.MAILS[id].expect

    came = bring(id)

    assert came.control.subject == corpus_subject("M01")
    if came.row is None:
        assert "rejected" in expected["outcome"]
        return
    assert came.row.attempts < 5
    for name, value in expected.items():
        CHECKS[name](came, value)


def corpus_subject(id):
    raw = corpus.template(corpus.MAILS[id].file)
    return next(
        line.partition(b": ")[2].decode()
        for line in raw.splitlines()
        if line.startswith(b"Subject")
    )


@pytest.mark.parametrize("id", ["M01", "M62", "M82"])
def test_what_was_taken_is_kept_byte_for_byte(id, bring, values):
    came = bring(id)

    raw = corpus.fill(id, **values)
    with came.row.raw.open() as kept:
        assert kept.read() == raw
    assert came.row.sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("id", ["M42", "M43"])
def test_the_same_bytes_twice_are_one_ticket(id, bring, door, values):
    came = bring(id)
    hand_over(door, id, values)
    reading.run()

    again = InboundEmail.objects.latest("pk")
    assert (again.outcome, again.double_of) == ("double", came.row)
    assert Ticket.objects.count() == came.before.tickets + 2


@pytest.mark.parametrize("id", ["M62", "M64"])
def test_pages_that_show_a_hostile_mail_load_and_run_nothing_of_it(
    id, bring, browser_of, dana, alex
):
    came = bring(id)

    pages = [
        browser_of(dana).get(came.ticket.get_absolute_url()),
        browser_of(alex).get(path_of(came.ticket)),
    ]
    for page in pages:
        shown = page.content.decode()
        assert came.ticket.number in shown
        assert CANARY not in "".join(loaded(shown))
    for mail in came.outgoing:
        assert "Marker-" not in mail.subject + mail.text + mail.html


def loaded(page):
    """Yield what of a page a browser would load or run by itself."""
    for element in page.split("<")[1:]:
        tag = element.partition(">")[0]
        if not tag.startswith(("a ", "/")):
            yield tag


def test_active_content_is_given_out_to_be_saved_alone(bring, browser_of, alex):
    came = bring("M78")

    as_alex = browser_of(alex)
    assert came.files
    for file in came.files:
        given = as_alex.get(file.get_absolute_url())
        assert b"".join(given.streaming_content)
        assert given["Content-Disposition"].startswith("attachment")
        assert given["X-Content-Type-Options"] == "nosniff"
        assert not given["Content-Type"].startswith(("text/html", "image/svg", "application/xhtml"))
