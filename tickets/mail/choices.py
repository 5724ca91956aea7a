"""Whether agents hear of something now, later or not at all, as each of them chose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from accounts.models import User
from tickets import desk_settings
from tickets.mail.audience import CHOSEN
from tickets.mail.models import Notice, PutOff
from tickets.mail.notices import Announcement
from tickets.mail.quiet import quiet_until
from tickets.models import DeskSettings

Tell = DeskSettings.Tell


class Choices:
    """What these people chose, loaded once for all of them."""

    def __init__(self, people: Iterable[User]) -> None:
        by_id = {person.pk: person for person in people}
        rows = DeskSettings.objects.filter(user__in=by_id) if by_id else ()
        self.settings = {row.user_id: row for row in rows}
        self.zones: dict[int, tzinfo] = {}

    def of(self, user: User) -> DeskSettings:
        return self.settings.get(user.pk) or DeskSettings(user=user)

    def quiet_until(self, user: User, now: datetime) -> datetime | None:
        chosen = self.of(user)
        if chosen.quiet_from is None:
            return None
        zone = self.zones.get(user.pk) or desk_settings.zone_of(user)
        self.zones[user.pk] = zone
        return quiet_until(now, begin=chosen.quiet_from, end=chosen.quiet_until, zone=zone)

    def way(self, announcement: Announcement, user: User) -> str:
        """Return how this one is told; what is somebody's duty to know, at once."""
        if not is_chosen(announcement, user):
            return Tell.AT_ONCE
        return getattr(self.of(user), announcement.choice)

    def put_off(
        self, announcement: Announcement, user: User, *, notice: Notice, now: datetime
    ) -> PutOff | None:
        """Return what lets them hear of it later; None for what they hear of now."""
        later = PutOff(notice=notice, ticket=announcement.ticket, user=user, created_at=now)
        if self.way(announcement, user) == Tell.DIGEST:
            return later
        if announcement.urgent or not is_chosen(announcement, user):
            return None
        later.until = self.quiet_until(user, now)
        return later if later.until else None


def is_chosen(announcement: Announcement, user: User) -> bool:
    return bool(announcement.choice) and announcement.reasons.get(user.pk) in CHOSEN


def choices_for(announcements: Iterable[Announcement | None]) -> Choices:
    """Return the choices of everybody who may hear of these as they chose."""
    return Choices(
        user
        for announcement in announcements
        if announcement is not None and announcement.choice
        for user in announcement.recipients
    )
