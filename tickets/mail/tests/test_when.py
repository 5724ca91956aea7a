"""Times as mails say them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tickets.mail.when import absolute, zone_of

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    "at, zone, words",
    [
        (datetime(2026, 11, 28, 15, 40, tzinfo=UTC), NEW_YORK, "Sat 28 Nov, 10:40 am EST"),
        (datetime(2026, 7, 1, 16, 5, tzinfo=UTC), NEW_YORK, "Wed 1 Jul, 12:05 pm EDT"),
        (datetime(2026, 12, 1, 0, 30, tzinfo=UTC), UTC, "Tue 1 Dec, 12:30 am UTC"),
        (datetime(2027, 1, 2, 15, 0, tzinfo=UTC), NEW_YORK, "Sat 2 Jan 2027, 10:00 am EST"),
        (datetime(2027, 1, 1, 3, 0, tzinfo=UTC), NEW_YORK, "Thu 31 Dec, 10:00 pm EST"),
    ],
)
def test_a_moment_names_its_day_its_zone_and_only_another_year(at, zone, words):
    assert absolute(at, zone=zone, now=NOW) == words


def test_the_first_known_zone_counts():
    assert zone_of("", "America/New_York", "Europe/Oslo") == NEW_YORK
    assert zone_of("Mars/Olympus", "../etc/passwd", "America/New_York") == NEW_YORK
    assert zone_of("", "") == UTC
