"""What the page of reasons is asked for by: the filters of the lists, and a period always."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from sla.forms import PERIOD, VerdictFilterForm
from sla.periods import last_days
from sla.scope import Scope

DEFAULT_DAYS = 30


class ReasonsForm(VerdictFilterForm):
    @classmethod
    def of(cls, params: Mapping[str, Any], *, scope: Scope, now: datetime) -> ReasonsForm:
        """Read an address; one that says no days means the last ones, up to today."""
        given = {name: params[name] for name in params}
        if not (given.get("first") or given.get("last")):
            zone = timezone.get_current_timezone()
            period = last_days(DEFAULT_DAYS, today=now.astimezone(zone).date(), zone=zone)
            days = (period.first.isoformat(), period.last.isoformat(), period.zone.key)
            given |= dict(zip(PERIOD, days, strict=True))
        return cls(given, scope=scope)
