"""How an agent wants to work: what they chose, else what holds for everybody."""

from __future__ import annotations

from accounts.models import User
from tickets.models import DeskSettings


def of(user: User) -> DeskSettings:
    """Return this agent's settings; without a row of theirs the defaults, unsaved."""
    return DeskSettings.objects.filter(user=user).first() or DeskSettings(user=user)
