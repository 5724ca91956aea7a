"""Words that were removed from a ticket are removed from its mails, sent or not."""

from __future__ import annotations

from django.db.models import Q

from tickets.forgetting import Removed
from tickets.mail.models import OutboundEmail
from tickets.models import Ticket

TEXTS = ("subject", "text", "html")


def forget(ticket: Ticket, removed: Removed) -> None:
    """Rewrite this ticket's mails, and whatever waits to be sent without being of one ticket."""
    waiting = Q(state=OutboundEmail.State.QUEUED, ticket=None)
    for mail in OutboundEmail.objects.filter(Q(ticket=ticket) | waiting).order_by("pk"):
        before = {name: getattr(mail, name) for name in TEXTS}
        after = removed.out_of(before)
        if after != before:
            after["subject"] = after["subject"][:300]
            OutboundEmail.objects.filter(pk=mail.pk).update(**after)
