"""Where the bars of a picture lie."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from sla.pictures import BROKEN, MET, Amount, Block, Given, Point, bars

NUMBERS = st.integers(0, 10**6)


def picture(*given, **how):
    words = {"name": "trend", "title": "By week", "finding": "It fell.", "heads": ["Week", "Met"]}
    return bars(given, **{**words, **how})


def stacked(met, broken, **more):
    return Given("Week", [Amount(met, MET), Amount(broken, BROKEN)], **more)


def percent(place):
    assert place.endswith("%")
    return float(place.removesuffix("%"))


def test_parts_lie_side_by_side_and_the_longest_bar_fills_the_width():
    drawn = picture(stacked(6, 2), stacked(1, 3))

    assert [list(bar.blocks) for bar in drawn.bars] == [
        [Block(MET, "0.00%", "75.00%"), Block(BROKEN, "75.00%", "25.00%")],
        [Block(MET, "0.00%", "12.50%"), Block(BROKEN, "12.50%", "37.50%")],
    ]
    assert [bar.top for bar in drawn.bars] == [22, 70]
    assert drawn.height == 96


def test_the_goal_stands_at_its_share_of_its_own_bar():
    drawn = picture(stacked(6, 2, goal=0.95), stacked(1, 3, goal=0.5), stacked(0, 0, goal=0.5))

    assert [bar.goal for bar in drawn.bars] == ["95.00%", "25.00%", ""]


def test_what_is_nothing_is_not_drawn():
    drawn = picture(stacked(0, 4), stacked(0, 0))

    assert [list(bar.blocks) for bar in drawn.bars] == [[Block(BROKEN, "0.00%", "100.00%")], []]


def test_the_running_share_ends_at_all_of_them():
    drawn = picture(
        Given("Staffing", [Amount(5)]),
        Given("Vendor", [Amount(3)]),
        Given("Other", [Amount(2)]),
        with_running_share=True,
    )

    assert drawn.line == [Point("50.00%", 30), Point("80.00%", 78), Point("100.00%", 126)]
    assert [(each.start.x, each.end.x) for each in drawn.stretches] == [
        ("50.00%", "80.00%"),
        ("80.00%", "100.00%"),
    ]


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=60))
def test_no_bar_leaves_the_picture_and_each_is_as_long_as_its_number(weeks):
    drawn = picture(*(stacked(*week) for week in weeks), with_running_share=True)

    longest = max((sum(week) for week in weeks), default=0)
    for week, bar in zip(weeks, drawn.bars, strict=True):
        widths = [percent(block.width) for block in bar.blocks]
        assert sum(widths) == pytest.approx(100 * sum(week) / (longest or 1), abs=0.02)
        assert all(percent(block.x) + percent(block.width) <= 100.02 for block in bar.blocks)
    assert all(0 <= percent(point.x) <= 100 for point in drawn.line)


def test_the_page_has_the_finding_the_picture_and_the_same_as_a_table():
    drawn = picture(
        Given("23 Nov", [Amount(6, MET, "/met"), Amount(2, BROKEN, "/broken")], "6 of 8 met", 0.95)
    )

    page = render_to_string("sla/picture.html", {"picture": drawn})

    assert page.count("It fell.") == 2  # read by everybody, and by who cannot see the picture
    assert 'role="img"' in page
    assert '<tspan class="bar-name">23 Nov</tspan> <tspan>6 of 8 met</tspan>' in page
    assert 'fill="url(#trend-hatch)"' in page
    assert '<td class="number"><a href="/met">6</a></td>' in page
    assert '<td class="number"><a href="/broken">2</a></td>' in page


def test_names_are_text_whatever_somebody_wrote():
    page = render_to_string(
        "sla/picture.html", {"picture": picture(Given("<script>x</script>", [Amount(1)]))}
    )

    assert "<script>" not in page
