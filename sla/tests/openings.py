"""Opening hours of every kind, and when it matters: strategies, and a slow way to count them.

The slow way asks of each quarter of an hour what the clock on the wall shows. All windows begin
and end on a quarter here, and so do the offsets of all these zones.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from sla.zones import zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
QUARTER = timedelta(minutes=15)

ROUND_THE_CLOCK: dict[str, Any] = {
    "tz": "UTC",
    "always_open": True,
    "weekly": {},
    "holidays": [],
    "exceptions": {},
}

# A zone, and a moment (UTC) at which something happens to its clocks or its calendar.
MOMENTS = [
    ("UTC", datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2028, 2, 29, 12, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 15, 2, tzinfo=UTC)),
]


def text(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@st.composite
def days(draw, *, least: int = 0) -> list[list[str]]:
    """The windows of a day: up to three, apart or touching."""
    edges = draw(st.lists(st.integers(0, 96), min_size=2 * least, max_size=6, unique=True))
    edges = sorted(edges)[: len(edges) // 2 * 2]
    return [[text(a), text(b)] for a, b in zip(edges[::2], edges[1::2], strict=True)]


@st.composite
def openings(draw, zone_name: str, around: datetime) -> dict[str, Any]:
    """Opening hours as they are written, with holidays and exceptions around a moment."""
    near = st.integers(-3, 3).map(lambda days: f"{around.date() + timedelta(days=days)}")
    weekly = {day: draw(days()) for day in DAYS}
    weekly[draw(st.sampled_from(DAYS))] = draw(days(least=1))
    return {
        "tz": zone_name,
        "always_open": draw(st.sampled_from([False, False, False, True])),
        "weekly": weekly,
        "holidays": draw(st.lists(near, max_size=2)),
        "exceptions": draw(st.dictionaries(near, days(), max_size=2)),
    }


def instants(around: datetime) -> st.SearchStrategy[datetime]:
    """Instants within two days of a moment, to the microsecond."""
    most = 2 * 24 * 3600 * 10**6
    return st.integers(-most, most).map(lambda off: around + timedelta(microseconds=off))


def is_open(said: dict[str, Any], at: datetime) -> bool:
    """Say whether the clock on the wall stands in a window of its day."""
    wall = at.astimezone(zone(said["tz"]))
    day, time = wall.date().isoformat(), wall.time().isoformat("minutes")
    if day in said["exceptions"]:
        windows = said["exceptions"][day]
    elif day in said["holidays"]:
        windows = []
    elif said["always_open"]:
        windows = [["00:00", "24:00"]]
    else:
        windows = said["weekly"].get(DAYS[wall.weekday()], [])
    return any(opens <= time < closes for opens, closes in windows)


def open_time(said: dict[str, Any], start: datetime, end: datetime) -> timedelta:
    """Count `[start, end)` quarter by quarter."""
    quarter = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    counted = timedelta(0)
    while quarter < end:
        if is_open(said, quarter):
            counted += min(quarter + QUARTER, end) - max(quarter, start)
        quarter += QUARTER
    return counted
