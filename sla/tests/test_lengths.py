"""Lengths of time: what people type is read, and written so that it is read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.lengths import LONGEST, NotALength, read_length, write_length
from sla.readback import in_words


@pytest.mark.parametrize(
    "said, seconds",
    [
        ("1 h", 3600),
        ("1h", 3600),
        (" 90 MIN ", 5400),
        ("90m", 5400),
        ("1.5 h", 5400),
        ("1,5 hours", 5400),
        ("1.1 h", 3960),
        ("1.005 h", 3618),
        ("0.1 h 54 min", 3600),
        ("4.35 h", 15_660),
        ("1:30", 5400),
        ("2 d", 172_800),
        ("1 day 4 hours", 100_800),
        ("365 d", LONGEST),
    ],
)
def test_what_people_type_is_read(said, seconds):
    assert read_length(said) == seconds


@pytest.mark.parametrize(
    "said, words",
    [
        ("soon", "“soon” is no length of time; write one like “1 h”, “90 min” or “2 d”."),
        (
            "4",
            "“4” of what? Say minutes, hours or days: write one like “1 h”, “90 min” or “2 d”.",
        ),
        ("4 w", "“w” is no unit of time; write one like “1 h”, “90 min” or “2 d”."),
        ("-1 h", "“-1 h” is no length of time; write one like “1 h”, “90 min” or “2 d”."),
        ("0 h", "“0 h” is less than a minute; write one like “1 h”, “90 min” or “2 d”."),
        ("30 s", "“30 s” is less than a minute; write one like “1 h”, “90 min” or “2 d”."),
        ("366 d", "“366 d” is more than 365 days; promise less."),
    ],
)
def test_what_is_no_length_is_said_with_what_to_write(said, words):
    with pytest.raises(NotALength) as refused:
        read_length(said)

    assert str(refused.value) == words


@given(st.integers(60, LONGEST))
def test_what_is_written_is_read_again(seconds):
    assert read_length(write_length(seconds)) == seconds


@pytest.mark.parametrize(
    "seconds, short, words",
    [
        (3600, "1 h", "1 hour"),
        (5400, "90 min", "90 minutes"),
        (86_400, "24 h", "24 hours"),
        (172_800, "2 d", "2 days"),
        (10_800, "3 h", "3 hours"),
        (9000, "2 h 30 min", "150 minutes"),
    ],
)
def test_lengths_read_well(seconds, short, words):
    assert (write_length(seconds), in_words(seconds)) == (short, words)
