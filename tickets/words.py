"""Times and lengths as people read them: "2:40 pm EST today", "in 4 hours"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def deadline(at: datetime, *, now: datetime) -> str:
    """Return "2:40 pm EST today" or "Sat 28 Nov, 10:40 am EST", in the reader's active zone."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    if local.date() == today.date():
        return _("%(time)s today") % {"time": time_of_day(local)}
    day = date_format(local, "D j M" if local.year == today.year else "D j M Y")
    return f"{day}, {time_of_day(local)}"


def at_length(at: datetime) -> str:
    """Return "Sat 28 Nov 2026, 10:40 am EST", in the reader's active zone: whenever it is read."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'D j M Y')}, {time_of_day(local)}"


def time_of_day(at: datetime) -> str:
    """Return "10:40 am EST", in the reader's active zone."""
    local = timezone.localtime(at)
    return (
        f"{date_format(local, 'g:i')} {date_format(local, 'A').lower()} {date_format(local, 'T')}"
    )


def away(length: timedelta) -> str:
    """Return how far off something is: "in 4 hours"."""
    return _("in %(length)s") % {"length": spell(length)}


def spell(length: timedelta) -> str:
    """Return how long something takes: "4 hours", "2 days 3 hours"; parts below drop."""
    minutes = max(length // MINUTE, 0)
    hours, days = length // HOUR, length // DAY
    if days >= 1:
        parts = [_days(days), _hours(hours - 24 * days)]
    elif hours >= 1:
        parts = [_hours(hours), _minutes(minutes - 60 * hours)]
    else:
        parts = [_minutes(minutes) or _("less than a minute")]
    return " ".join(filter(None, parts))


def clock_change(moments: Iterable[datetime], *, now: datetime) -> tuple[str, str] | None:
    """Return both names of the reader's time, like EDT and EST, where clocks change until then."""
    here = date_format(timezone.localtime(now), "T")
    then = (date_format(timezone.localtime(at), "T") for at in moments)
    return next(((here, there) for there in then if there != here), None)


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
