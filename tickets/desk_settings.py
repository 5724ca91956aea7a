"""How an agent wants to work: what they chose, else what holds for everybody."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from tickets.catalog import store
from tickets.models import DeskSettings


def of(user: User) -> DeskSettings:
    """Return this agent's settings; without a row of theirs the defaults, unsaved."""
    return DeskSettings.objects.filter(user=user).first() or DeskSettings(user=user)


def choose(user: User, **chosen: Any) -> None:
    """Keep what this agent chose; of two pages saved at once the later one counts."""
    DeskSettings.objects.update_or_create(user=user, defaults=chosen)


def zone_of(user: User) -> ZoneInfo:
    """Return the zone of this agent's times: their own, else the default brand's."""
    brand = store.current().default_brand
    for name in filter(None, (user.own_time_zone, brand.time_zone if brand else "")):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError):  # a row may be older than the time zones of this machine
            continue
    return ZoneInfo("UTC")
