"""Digests: what agents wanted to hear together, once a day at the hour that each chose."""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.urls import reverse

from accounts.models import User
from tickets import desk_settings, letters
from tickets.mail.agents import path_of
from tickets.mail.choices import Choices, Tell
from tickets.mail.making import announcements_of, brands_by_id
from tickets.mail.models import Digest, Notice, PutOff
from tickets.mail.notices import Announcement, Announcements
from tickets.mail.quiet import last
from tickets.models import Ticket

logger = logging.getLogger(__name__)

KIND = "digest"


# --- When it is time ----------------------------------------------------------------------


def write_due(now: datetime, *, seconds: float = math.inf) -> tuple[int, bool]:
    """Write the digests that are due at `now` (UTC), beginning none when the seconds are over.

    Returns how many, and whether there may be more.
    """
    until, written = time.monotonic() + seconds, 0
    waiting = dict(
        PutOff.objects.for_digests().values_list("user").annotate(first=Min("created_at"))
    )
    people = User.objects.filter(pk__in=waiting).select_related("organization").order_by("pk")
    choices = Choices(people)
    for person in people:
        if time.monotonic() >= until:
            return written, True
        try:
            written += _write(person, choices=choices, first=waiting[person.pk], now=now)
        except Exception:  # whatever it is about one, it must not keep the others waiting
            logger.exception("The digest of user %s cannot be written", person.pk)
    return written, False


@transaction.atomic
def _write(person: User, *, choices: Choices, first: datetime, now: datetime) -> bool:
    """Write one, unless it is not time or this day's was written: a row of the day decides."""
    zone = desk_settings.zone_of(person)
    at = last(choices.of(person).digest_at, zone=zone, now=now)
    if first >= at or choices.quiet_until(person, now):
        return False
    digest, is_new = Digest.objects.get_or_create(
        user=person, day=at.astimezone(zone).date(), defaults={"created_at": now}
    )
    if not is_new:
        return False
    items = PutOff.objects.for_digests().filter(user=person, created_at__lt=at)
    items.update(digest=digest, over_at=now)
    Notice.objects.create(kind=KIND, subject_id=digest.pk, created_at=now, next_try_at=now)
    return True


# --- What it says -------------------------------------------------------------------------


def digests(subject_ids: Sequence[int]) -> Announcements:
    """Tell each agent what they still see of what was put off; None where that is nothing."""
    found = Digest.objects.filter(pk__in=subject_ids).select_related("user__organization")
    return {digest.pk: _told(digest) for digest in found}


def _told(digest: Digest) -> Announcement | None:
    lines = _lines(digest)
    if not lines:
        return None
    return Announcement(
        ticket=None,
        brand=lines[0]["ticket"].brand_id,
        recipients=[digest.user],
        reasons={digest.user.pk: KIND},
        template=KIND,
        path=f"{reverse('admin:tickets_ticket_changelist')}?tab=mine",
        context={"lines": lines, "count": len(lines)},
    )


def _lines(digest: Digest) -> list[dict]:
    """Return a line for each ticket, with all that happened on it, as it first happened."""
    happened: dict[Ticket, list[Announcement]] = defaultdict(list)
    for announcement in _still_to_tell(digest):
        if announcement.ticket:
            happened[announcement.ticket].append(announcement)
    brands = brands_by_id()
    return [
        {
            "ticket": ticket,
            "url": letters.absolute(path_of(ticket), brand=brands[ticket.brand_id]),
            **_of_ticket(announcements),
        }
        for ticket, announcements in happened.items()
    ]


def _of_ticket(announcements: Sequence[Announcement]) -> dict:
    kinds = [announcement.template for announcement in announcements]
    return {
        "assigned": "assigned" in kinds,
        "replies": kinds.count("customer_replied"),
        "due": [each.context for each in announcements if each.template == "endangered"],
    }


def _still_to_tell(digest: Digest) -> list[Announcement]:
    """Ask anew what each notice tells, and of whom: tickets move on while a digest waits."""
    items = list(digest.items.select_related("notice").order_by("notice_id"))
    chosen = Choices([digest.user])
    told = {
        kind: announcements_of(kind, [item.notice for item in items if item.notice.kind == kind])
        for kind in {item.notice.kind for item in items}
    }
    announcements = [told[item.notice.kind].get(item.notice.subject_id) for item in items]
    return [
        announcement
        for announcement in announcements
        if announcement is not None
        and digest.user in announcement.recipients
        and chosen.way(announcement, digest.user) != Tell.NEVER
    ]
