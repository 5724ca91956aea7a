"""Promises in people's words: what they are called, how long, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.models import Metric
from sla.periods import Period
from tickets.words import at_length

NOTHING = "–"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

# What a customer reads; the desk says `ON_DESK`.
LABELS: Mapping[str, str | Lazy] = {
    Metric.FIRST_RESPONSE: gettext_lazy("First reply"),
    Metric.RESOLUTION: gettext_lazy("Solved"),
    Metric.NEXT_RESPONSE: gettext_lazy("Next reply"),
}

# What staff read, of a ticket that may be far from solved: "First response", "Resolution".
ON_DESK: Mapping[str, str | Lazy] = {metric.value: metric.label for metric in Metric}

# How the confirmation says it, before the time.
PLEDGES: Mapping[str, str | Lazy] = {
    Metric.FIRST_RESPONSE: gettext_lazy("We will reply by"),
    Metric.RESOLUTION: gettext_lazy("We aim to solve it by"),
    Metric.NEXT_RESPONSE: gettext_lazy("We will answer what you write next by"),
}


def spell(length: timedelta) -> str:
    """Return "2 d 3 h" from a day on, "0:42" (hours and minutes) below; part minutes drop."""
    days, rest = divmod(max(length, timedelta(0)), DAY)
    hours, rest = divmod(rest, HOUR)
    if days and hours:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if days:
        return _("%(days)d d") % {"days": days}
    return f"{hours}:{rest // MINUTE:02}"


def percent(permille: int | None) -> str:
    """Return "93.1 %"."""
    return NOTHING if permille is None else f"{permille // 10}.{permille % 10} %"


def moment(at: datetime) -> str:
    """Return "Sat 28 Nov 2026, 10:40 am EST" in the reader's active time zone."""
    return at_length(at)


def days(period: Period) -> str:
    """Return "23–29 Nov", "30 Nov–6 Dec" or "1 Nov"."""
    last = date_format(period.last, "j M")
    if period.first == period.last:
        return last
    form = "j" if _month(period.first) == _month(period.last) else "j M"
    return f"{date_format(period.first, form)}–{last}"


def _month(day: date) -> tuple[int, int]:
    return (day.month, day.year)
