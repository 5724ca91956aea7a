"""One mail: what a notice tells one person, rendered and ready to be stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.models import User
from tickets import letters
from tickets.catalog import store
from tickets.catalog.specs import BrandSpec
from tickets.mail import envelope, recipients
from tickets.mail.models import Notice, OutboundEmail
from tickets.mail.notices import Announcement, Announcements
from tickets.mail.render import render
from tickets.mail.threads import Threads
from tickets.models import Ticket


def announcements_of(kind: str, notices: Sequence[Notice]) -> Announcements:
    """Ask the provider of a kind what these notices tell, by their subjects."""
    provider = import_string(settings.NOTICE_KINDS[kind])
    return provider([notice.subject_id for notice in notices])


def brands_by_id() -> dict[int, BrandSpec]:
    """Return the brands as they are; asked once for many mails."""
    return {brand.id: brand for brand in store.current().brands}


class Maker:
    """Makes the mails of notices that are told together; what they share is asked once."""

    def __init__(self, announcements: Announcements, *, now: datetime) -> None:
        self.brands, self.now = brands_by_id(), now
        self.threads = Threads(each.ticket for each in announcements.values() if each)

    def mail_of(
        self, notice: Notice, announcement: Announcement, *, recipient: User
    ) -> OutboundEmail:
        """Return what one of them tells one person, rendered and not stored yet."""
        brand, ticket = self.brands[announcement.brand_id], announcement.ticket
        words = render(announcement, brand=brand, recipient=recipient, now=self.now)
        sender = letters.sender(brand)
        thread = self.threads.headers(ticket, brand=brand, recipient=recipient) if ticket else {}
        why = recipients.why(
            notice.kind,
            said=announcement.reasons.get(recipient.pk, ""),
            is_requester=ticket is not None and ticket.requester_id == recipient.pk,
        )
        return OutboundEmail(
            notice=notice,
            ticket=ticket,
            kind=notice.kind,
            recipient=recipient.email,
            sender=sender,
            message_id=envelope.message_id(sender),
            headers={
                **envelope.AUTOMATIC,
                **thread,
                **_way_out(why, ticket=ticket, brand=brand),
                **announcement.headers,
            },
            **vars(words),
            created_at=self.now,
            next_try_at=self.now,
            why=why,
        )


def _way_out(why: str, *, ticket: Ticket | None, brand: BrandSpec) -> dict[str, str]:
    """Name the page on which who gets mails by choice, not as their own matter, ends them."""
    if why == recipients.COPIED and ticket is not None:
        return envelope.unsubscribe(
            letters.absolute(f"{ticket.get_absolute_url()}#copied", brand=brand)
        )
    if why == recipients.DAILY:
        return envelope.unsubscribe(
            letters.absolute(reverse("admin:tickets_settings"), brand=brand)
        )
    return {}
