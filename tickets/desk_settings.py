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
    return _known(user.own_time_zone) or _known(_of_default_brand()) or ZoneInfo("UTC")


def _known(name: str) -> ZoneInfo | None:
    """Return a zone by its name; a row may be older than the time zones of this machine."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError):
        return None


def _of_default_brand() -> str:
    brand = store.current().default_brand
    return brand.time_zone if brand else ""
