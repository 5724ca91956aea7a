"""When an agent is left alone, and when their digest comes: midnight and both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tickets.mail.quiet import last, quiet_until

NEW_YORK = ZoneInfo("America/New_York")


def utc(*given):
    return datetime(*given, tzinfo=UTC)


def until(now, begin, end):
    return quiet_until(now, begin=time(*begin), end=time(*end), zone=NEW_YORK)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (utc(2026, 1, 6, 2, 59), None),  # 21:59
        (utc(2026, 1, 6, 3), utc(2026, 1, 6, 11)),  # 22:00
        (utc(2026, 1, 6, 4, 59), utc(2026, 1, 6, 11)),
        (utc(2026, 1, 6, 5), utc(2026, 1, 6, 11)),  # midnight
        (utc(2026, 1, 6, 10, 59), utc(2026, 1, 6, 11)),
        (utc(2026, 1, 6, 11), None),  # 6:00
    ],
)
def test_a_night_goes_over_midnight(now, over):
    assert until(now, (22,), (6,)) == over


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (utc(2026, 1, 6, 16, 59), None),
        (utc(2026, 1, 6, 17), utc(2026, 1, 6, 18, 30)),
        (utc(2026, 1, 6, 18, 30), None),
    ],
)
def test_a_lunch_is_of_one_day(now, over):
    assert until(now, (12,), (13, 30)) == over


def test_without_quiet_hours_nothing_is_quiet():
    assert quiet_until(utc(2026, 1, 6), begin=None, end=None, zone=NEW_YORK) is None


def test_the_night_that_clocks_go_forward_is_an_hour_shorter():
    assert until(utc(2026, 3, 8, 4), (22,), (6,)) == utc(2026, 3, 8, 10)  # 6:00 EDT


def test_quiet_hours_that_end_in_the_hour_that_is_skipped_end_after_it():
    assert until(utc(2026, 3, 8, 6, 59), (22,), (2, 30)) == utc(2026, 3, 8, 7, 30)  # 3:30 EDT
    assert until(utc(2026, 3, 8, 7, 30), (22,), (2, 30)) is None


def test_quiet_hours_that_begin_in_the_hour_that_is_skipped_begin_after_it():
    assert until(utc(2026, 3, 8, 7, 29), (2, 30), (6,)) is None
    assert until(utc(2026, 3, 8, 7, 30), (2, 30), (6,)) == utc(2026, 3, 8, 10)


def test_the_night_that_clocks_go_back_is_an_hour_longer():
    assert until(utc(2026, 11, 1, 3), (22,), (6,)) == utc(2026, 11, 1, 11)  # 6:00 EST


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_the_second_time():
    over = utc(2026, 11, 1, 6, 30)  # 1:30 EST

    assert until(utc(2026, 11, 1, 5, 29), (22,), (1, 30)) == over  # 1:29 EDT
    assert until(utc(2026, 11, 1, 5, 45), (22,), (1, 30)) == over  # 1:45 EDT
    assert until(utc(2026, 11, 1, 6, 30), (22,), (1, 30)) is None


def test_quiet_hours_that_begin_in_the_hour_that_comes_twice_begin_the_first_time():
    assert until(utc(2026, 11, 1, 5, 30), (1, 30), (6,)) == utc(2026, 11, 1, 11)  # 1:30 EDT
    assert until(utc(2026, 11, 1, 6), (1, 30), (6,)) == utc(2026, 11, 1, 11)  # 1:00 EST


@pytest.mark.parametrize(
    ("now", "was"),
    [
        (utc(2026, 1, 6, 12, 59), utc(2026, 1, 5, 13)),
        (utc(2026, 1, 6, 13), utc(2026, 1, 6, 13)),
        (utc(2026, 7, 6, 12), utc(2026, 7, 6, 12)),
    ],
)
def test_a_digest_comes_when_their_clock_shows_its_time(now, was):
    assert last(time(8), zone=NEW_YORK, now=now) == was


def test_a_digest_in_an_hour_that_is_skipped_or_comes_twice_comes_once():
    assert last(time(2, 30), zone=NEW_YORK, now=utc(2026, 3, 8, 12)) == utc(2026, 3, 8, 7, 30)
    assert last(time(1, 30), zone=NEW_YORK, now=utc(2026, 11, 1, 12)) == utc(2026, 11, 1, 5, 30)
