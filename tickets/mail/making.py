"""One mail: what a notice tells one person, rendered and ready to be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def threads_of(announcements: Announcements) -> Threads:
    """Return what was mailed on the tickets of these; asked once for many mails."""
    return Threads(each.ticket for each in announcements.values() if each)


def mail_of(
    notice: Notice,
    announcement: Announcement,
    *,
    brands: Mapping[int, BrandSpec],
    recipient: User,
    threads: Threads,
    now: datetime,
) -> OutboundEmail:
    brand = brands[announcement.brand_id]
    words = render(announcement, brand=brand, recipient=recipient, now=now)
    sender, ticket = letters.sender(brand), announcement.ticket
    thread = threads.headers(ticket, brand=brand, recipient=recipient) if ticket else {}
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
        created_at=now,
        next_try_at=now,
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
