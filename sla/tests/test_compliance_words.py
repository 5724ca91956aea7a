"""What the report says of its figures."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from sla.compliance_words import change, finding_of_ages, length, targets
from sla.figures import Row, Tally
from sla.periods import Period
from sla.words import days, percent


def test_shares_are_percentages_and_nothing_is_a_dash():
    assert [percent(931), percent(1000), percent(0), percent(None)] == [
        "93.1 %",
        "100.0 %",
        "0.0 %",
        "–",
    ]


def test_no_length_is_said_to_be_none():
    lengths = [None, 0, 59, 60, timedelta(hours=30)]

    assert [length(each) for each in lengths] == ["–", "0:00", "under 1 min", "0:01", "1 d 6 h"]


def test_a_target_is_one_length_or_a_range():
    said = [targets(Row(1, "resolution", targets=each)) for each in [(60, 60), (60, 3600), None]]

    assert said == ["0:01", "0:01 … 1:00", "–"]


def test_a_change_has_a_shape_and_words():
    half = Tally(1, 1)

    assert [change(half, before) for before in (Tally(3, 1), Tally(1, 3), half, Tally())] == [
        "▼ 25.0 points",
        "▲ 25.0 points",
        "as before",
        "nothing to compare with",
    ]


def test_the_ages_of_open_tickets_are_summed_up():
    assert finding_of_ages([4, 0, 2, 1, 2]) == (
        "3 of 9 open tickets have been open for 7 days or longer."
    )
    assert finding_of_ages([0, 0, 0, 0, 0]) == "No ticket is open."


@pytest.mark.parametrize(
    "first, last, said",
    [
        ("2026-11-23", "2026-11-29", "23–29 Nov"),
        ("2026-11-30", "2026-12-06", "30 Nov–6 Dec"),
        ("2026-11-01", "2026-11-01", "1 Nov"),
    ],
)
def test_a_week_is_said_shortly(first, last, said):
    week = Period(date.fromisoformat(first), date.fromisoformat(last), ZoneInfo("UTC"))

    assert days(week) == said
