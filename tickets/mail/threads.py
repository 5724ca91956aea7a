"""What makes mail programs show a ticket's mails as one conversation, for each of its people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.db.models import Window
from django.db.models.functions import RowNumber

from accounts.models import User
from tickets.catalog.specs import BrandSpec
from tickets.mail import envelope
from tickets.mail.inbound import tags
from tickets.mail.models import InboundEmail
from tickets.models import Ticket

# A Message-ID of somebody else's making stands in a header of ours only if it looks like one.
MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
# So many of what somebody mailed are named, the newest: a header is no archive.
NAMED = 5


class Threads:
    """What people mailed on these tickets, loaded once for all mails to them."""

    def __init__(self, tickets: Iterable[Ticket | None]) -> None:
        keys = {ticket.pk for ticket in tickets if ticket}
        self.mailed: dict[tuple[int, str], list[str]] = defaultdict(list)
        newest = Window(RowNumber(), partition_by=["ticket", "sender"], order_by="-pk")
        mails = InboundEmail.objects.filter(
            ticket__in=keys, became__isnull=False, message_id__regex=rf"^{MESSAGE_ID.pattern}$"
        )
        mails = mails.annotate(newest=newest).filter(newest__lte=NAMED).order_by("pk")
        for ticket, sender, message_id in mails.values_list("ticket", "sender", "message_id"):
            self.mailed[ticket, sender].append(message_id)

    def headers(self, ticket: Ticket, *, brand: BrandSpec, recipient: User) -> dict[str, str]:
        """Return References, In-Reply-To and perhaps the signed address that answers come to."""
        theirs = self.mailed.get((ticket.pk, recipient.email), [])
        found = envelope.thread_headers(ticket, brand=brand, answers=theirs)
        if settings.MAIL_REPLY_TAGS and not recipient.is_staff:
            found["Reply-To"] = _signed(ticket, brand=brand, recipient=recipient)
        return found


def _signed(ticket: Ticket, *, brand: BrandSpec, recipient: User) -> str:
    name, address = parseaddr(brand.mail_address)
    tag = tags.make(ticket.pk, recipient.email)
    return formataddr((name, tags.with_tag(address, tag)))
