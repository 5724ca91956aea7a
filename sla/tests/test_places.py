"""Where a page of the managers' lists ends, as an address says it."""

from __future__ import annotations

import pytest

from sla.places import BreachedPlace, DuePlace, LatestPlace, SlowestPlace


@pytest.mark.parametrize(
    "place",
    [
        BreachedPlace(False, 3, 1_767_607_200_000_001, 12345),
        BreachedPlace(True, 1, 3_600_000_000, 1),
        DuePlace(False, 1_767_607_200_000_001, 12345),
        DuePlace(True, 0, 7),
        LatestPlace(1_767_607_200_000_001, 12345),
        SlowestPlace(False, 3600, 7),
        SlowestPlace(True, 0, 7),
    ],
)
def test_a_place_reads_what_it_wrote(place):
    assert type(place).read(str(place)) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1-2-3",
        "1-2-3-4-5",
        "2-1-1-1",
        "1-5-1-1",
        "1-1-1-" + "9" * 18,
        "٣-1-1-1",
        "-1-1-1-1",
    ],
)
def test_an_address_that_names_no_place_is_the_beginning(text):
    assert BreachedPlace.read(text) is None


@pytest.mark.parametrize("text", ["", "0-1", "0-1-2-3", "2-1-1", "0-x-1", "0-" + "9" * 18 + "-1"])
def test_the_same_for_what_is_due(text):
    assert DuePlace.read(text) is None
