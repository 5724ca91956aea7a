"""What waits for a person: on a ticket until its sender is confirmed, or in quarantine."""

import pytest

from accounts.models import User
from tickets import services
from tickets.mail.inbound import holding, reading, taking
from tickets.mail.models import InboundEmail
from tickets.mail.tests import corpus
from tickets.mail.tests.came_in import SUPPORT, outgoing, written
from tickets.models import Attachment, Ticket
from tickets.services import NotTheirs, Refused

FAILED = b"Authentication-Results: mx.test; dmarc=fail header.from=example.com\r\n"


@pytest.fixture(autouse=True)
def _our_server(settings):
    settings.MAIL_AUTHSERV_ID = "mx.test"


def arrive(raw):
    """Have bytes come in, and return what became of them."""
    taken = taking.take(raw, door="smtp", mail_from="x@y.example", rcpt_to=[SUPPORT])
    reading.run()
    return InboundEmail.objects.get(pk=taken.pk)


@pytest.fixture
def held(ticket, dana):
    """A mail that is not from its sender, as far as our mail server can tell."""
    sent = written(ticket, dana)
    values = {"CUSTOMER": dana.email, "SUPPORT": SUPPORT, "OUTMSGID": sent.message_id}
    return arrive(FAILED + corpus.fill("M103", **values))


@pytest.fixture
def from_alex(ticket, alex):
    return arrive(corpus.fill("M01", CUSTOMER=alex.email, SUPPORT=SUPPORT))


def settled(mail):
    now = InboundEmail.objects.get(pk=mail.pk)
    return now.state, now.outcome, now.settled_by


def test_a_confirmed_mail_is_a_reply_as_of_its_receipt(held, ticket, dana, alex, time):
    services.set_status(ticket, by=alex, to="pending")
    time.pass_by(hours=2)
    said = holding.confirm(held, by=alex)

    ticket.refresh_from_db()
    assert (said.ticket, said.author, said.created_at) == (ticket, dana, held.received_at)
    assert "Marker-RL-103" in said.body
    assert settled(held) == ("done", "added", alex)


def test_what_was_settled_is_settled(held, alex):
    holding.confirm(held, by=alex)

    for verb in (holding.confirm, holding.file_apart, holding.discard):
        with pytest.raises(Refused, match="faster"):
            verb(held, by=alex)
        with pytest.raises(Refused, match="Look again|wait any more"):
            verb(InboundEmail.objects.get(pk=held.pk), by=alex)


def test_a_held_mail_of_somebody_who_does_not_read_along_is_no_reply(held, ticket, make_user, alex):
    Ticket.objects.filter(pk=ticket.pk).update(requester=make_user("Eve"), organization=None)

    with pytest.raises(Refused, match="does not see"):
        holding.confirm(held, by=alex)
    assert settled(held) == ("done", "held", None)


def test_a_held_mail_filed_apart_tells_nobody(held, ticket, dana, alex):
    before = outgoing()
    apart = holding.file_apart(held, by=alex)

    assert (apart == ticket, apart.requester, outgoing()) == (False, dana, before)
    assert InboundEmail.objects.get(pk=held.pk).told["mentions"] == ticket.pk
    assert settled(held) == ("done", "opened", alex)


def test_a_discarded_mail_is_kept_in_the_list(held, ticket, alex):
    holding.discard(held, by=alex)

    assert settled(held) == ("done", "discarded", alex)
    assert ticket.messages.count() == 1


def test_only_who_works_on_the_ticket_settles_a_held_mail(held, dana, make_user):
    for person in (dana, make_user("Eve")):
        for verb in (holding.confirm, holding.file_apart, holding.discard):
            with pytest.raises(NotTheirs):
                verb(held, by=person)


def test_an_agents_mail_let_out_is_their_own_request(from_alex, alex, make_user):
    bea = make_user("Bea", role="agent")
    ticket = holding.release(from_alex, by=bea)

    opened = ticket.events.get()
    assert (ticket.requester, opened.by, opened.actor) == (alex, alex, "requester")
    assert settled(from_alex) == ("done", "opened", bea)
    assert InboundEmail.objects.get(pk=from_alex.pk).reason == "agent"


def test_what_names_nobody_is_whose_the_agent_says(ticket, dana, alex):
    nobodys = arrive(corpus.fill("M34", SUPPORT=SUPPORT))
    with pytest.raises(Refused, match="whose it is"):
        holding.release(nobodys, by=alex, sender="not an address")

    assert holding.release(nobodys, by=alex, sender=" Dana@Example.com ").requester == dana


def test_whose_it_is_can_be_said_again_after_it_was_refused(ticket, dana, alex):
    nobodys = arrive(corpus.fill("M34", SUPPORT=SUPPORT))
    with pytest.raises(Refused, match="an address of ours"):
        holding.release(nobodys, by=alex, sender=SUPPORT)

    nobodys.refresh_from_db()
    assert nobodys.sender == ""
    assert holding.release(nobodys, by=alex, sender=dana.email).requester == dana


def test_what_cannot_be_read_becomes_a_ticket_with_itself_as_a_file(ticket, alex):
    odd = arrive(corpus.fill("M06", SUPPORT=SUPPORT))
    made = holding.release(odd, by=alex, sender="walter@clinic.example")

    file = Attachment.objects.get(message__ticket=made)
    assert (file.name, file.withheld, file.sha256) == ("mail as it came.eml", True, odd.sha256)
    assert made.requester.email == "walter@clinic.example"


def test_a_list_let_out_is_not_answered(ticket, alex):
    mail = arrive(corpus.fill("M99", SUPPORT=SUPPORT))
    before = outgoing()
    made = holding.release(mail, by=alex)

    assert (made.requester.email, outgoing()) == ("list@lists.invalid", before)


def test_who_was_shut_out_stays_so(ticket, dana, alex):
    User.objects.filter(pk=dana.pk).update(is_active=False)
    mail = arrive(corpus.fill("M01", CUSTOMER=dana.email, SUPPORT=SUPPORT))

    with pytest.raises(Refused, match="shut out"):
        holding.release(mail, by=alex)
    assert settled(mail) == ("quarantined", "", None)


def test_only_who_works_on_tickets_lets_anything_out(from_alex, dana, make_user):
    for person in (dana, make_user("Eve")):
        with pytest.raises(NotTheirs):
            holding.release(from_alex, by=person)
        with pytest.raises(NotTheirs):
            holding.discard(from_alex, by=person)


def test_a_moved_mail_is_on_the_other_ticket(ticket, dana, alex, make_ticket):
    sent = written(ticket, dana)
    values = {"CUSTOMER": dana.email, "SUPPORT": SUPPORT, "OUTMSGID": sent.message_id}
    mail, other = arrive(corpus.fill("M103", **values)), make_ticket()
    there = holding.move(mail, by=alex, to=other)

    mail.refresh_from_db()
    assert (there, mail.ticket, mail.became.ticket) == (other, other, other)
