"""Times of an agent's own day: when they are left alone, and when their digest comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)


def quiet_until(
    now: datetime, *, begin: time | None, end: time | None, zone: tzinfo
) -> datetime | None:
    """Return when the quiet hours that hold at `now` are over (UTC); None where none hold.

    An end that lies before its beginning is of the day after.
    """
    if begin is None or end is None:
        return None
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        begins = moment(day, begin, zone=zone)
        ends = moment(day if begin < end else day + DAY, end, zone=zone, fold=1)
        if begins <= now < ends:
            return ends
    return None


def last(at: time, *, zone: tzinfo, now: datetime) -> datetime:
    """Return the last time until now (UTC) that the clocks of a zone showed `at`."""
    day = now.astimezone(zone).date()
    while (moment_of_day := moment(day, at, zone=zone)) > now:
        day -= DAY
    return moment_of_day


def moment(day: date, at: time, *, zone: tzinfo, fold: int = 0) -> datetime:
    """Return when clocks show a time on a day (UTC): the first time they do, or the second.

    A time that they skip is due as much later as they skip (PEP 495).
    """
    local = datetime.combine(day, at, tzinfo=zone)
    first, second = (local.replace(fold=which).astimezone(UTC) for which in (0, 1))
    return max(first, second) if fold or second < first else first
