"""What somebody is told before a request is sent: what levels promise, and how to be faster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import ngettext

from tickets import clock
from tickets.catalog.consequences import Affected
from tickets.catalog.specs import LevelSpec, PhoneSpec
from tickets.promise import promised_for

ONE_PERSON_AT_MOST = (Affected.NOBODY, Affected.ONE)


@dataclass(frozen=True)
class Told:
    """One promise of a request sent now; `within` is "" where office hours make it longer."""

    label: str
    due_at: datetime
    within: str


class Beforehand:
    """Promises and ways to reach us for whoever is about to file a request of this type."""

    def __init__(self, request, type_spec) -> None:
        self.user = request.user
        self.brand = request.brand
        self.catalog = request.catalog
        self.type_spec = type_spec

    @cached_property
    def phone(self) -> PhoneSpec:
        return self.catalog.phone_for(self.brand, self.type_spec)

    def chat_url(self, affected: str) -> str:
        """Return where to chat; problems of several people are for the phone alone."""
        return self.brand.chat_url if affected in ONE_PERSON_AT_MOST else ""

    def promises(self, level: int) -> list[Told]:
        """Return what a request of this level would be promised if it were sent now."""
        organization = self.user.organization_id if self.user.is_authenticated else None
        attributes: dict[str, Any] = {
            "organization": organization,
            "brand": self.brand.id,
            "product": self.type_spec.product or self.brand.default_product,
            "request_type": self.type_spec.id,
        }
        now = clock.now()
        return [
            Told(each.label, each.due_at, _within(each, now=now))
            for each in promised_for(level=level, attributes=attributes, at=now)
        ]

    def levels(self) -> list[tuple[LevelSpec, list[Told]]]:
        """Return every level with its promises, the most urgent first."""
        return [(level, self.promises(level.number)) for level in self.catalog.levels.values()]


def _within(promise, *, now: datetime) -> str:
    """Say how long it takes, where those are hours around the clock."""
    if promise.due_at - now != timedelta(seconds=promise.seconds):
        return ""
    if promise.seconds % 3600:
        minutes = -(-promise.seconds // 60)
        return ngettext("within %d minute", "within %d minutes", minutes) % minutes
    hours = promise.seconds // 3600
    return ngettext("within %d hour", "within %d hours", hours) % hours
