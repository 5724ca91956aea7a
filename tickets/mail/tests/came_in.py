"""Mails that came in, for tests: rows without bytes, and what was read of them."""

from __future__ import annotations

from tickets import clock
from tickets.mail.expand import expand
from tickets.mail.inbound.acting import act
from tickets.mail.inbound.mail import Mail
from tickets.mail.models import InboundEmail, OutboundEmail

SUPPORT = "support@support.perfectserve.com"
TELMEDIQ = "support@support.telmediq.com"


def row(*rcpt_to, **columns):
    """A mail that was taken, as if its bytes lay somewhere."""
    now = clock.now()
    given = {"door": "pipe", "received_at": now, "next_try_at": now, "attempts": 1, "size": 1}
    return InboundEmail.objects.create(rcpt_to=rcpt_to or (SUPPORT,), **{**given, **columns})


def came(said, *rcpt_to, **columns):
    """Have a mail come in that says this, and return its row as it is afterwards."""
    taken = row(*rcpt_to, **columns)
    act(taken, said)
    return InboundEmail.objects.get(pk=taken.pk)


def mail_from(person, **said):
    """What somebody wrote; each is a mail of its own."""
    number = InboundEmail.objects.count()
    own = {"message_id": f"<{number}@there.example>", "fingerprint": f"{number:064}"}
    given = {"sender": person.email, "to": (SUPPORT,), "addressed": 1, "text": "Still broken."}
    return Mail(**{"subject": "It is broken", **own, **given, **said})


def written(ticket, person, kind="received"):
    """The mail that we sent somebody on a ticket; the relay makes it of its notice."""
    expand(clock.now(), limit=100)
    return OutboundEmail.objects.get(ticket=ticket, recipient=person.email, kind=kind)


def outgoing():
    """All that we would send now: to whom, and as what."""
    expand(clock.now(), limit=100)
    return list(OutboundEmail.objects.order_by("id").values_list("recipient", "kind"))


def answer_of(person, ticket, **said):
    """What somebody wrote in answer to what we mailed a ticket's customer first."""
    sent = written(ticket, ticket.requester)
    return mail_from(person, references=(sent.message_id,), **said)


def story(ticket):
    """What happened on a ticket, in order: what, in which part, and who."""
    return list(ticket.events.order_by("id").values_list("type", "actor", "by"))
