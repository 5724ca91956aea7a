"""Shares, groups and what is told together: by whatever promises are told apart, sums are equal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sla.figures import ENOUGH, SHOWN, Row, Tally, broken_down, grouped, total, worst_first

TALLIES = st.builds(Tally, st.integers(0, 10**6), st.integers(0, 10**6))
METRICS = st.sampled_from(["first_response", "resolution"])
ROWS = st.lists(
    st.builds(Row, key=st.integers(1, 60), metric=METRICS, tally=TALLIES, before=TALLIES),
    max_size=120,
    unique_by=lambda row: (row.key, row.metric),
)


def test_a_share_is_rounded_to_a_tenth_of_a_percent():
    assert [Tally(324, 24).permille, Tally(2, 1).permille, Tally(1, 2).permille] == [931, 667, 333]


def test_all_and_none_are_said_only_of_all_and_none():
    shares = [Tally(99_999, 1), Tally(1, 99_999), Tally(5, 0), Tally(0, 5), Tally()]

    assert [tally.permille for tally in shares] == [999, 1, 1000, 0, None]


def test_a_change_is_what_a_reader_gets_by_subtracting():
    assert Tally(2, 1).change_from(Tally(1, 2)) == 667 - 333
    assert Tally(2, 1).change_from(Tally()) is None


def test_fewer_than_ten_are_too_few():
    assert [Tally(9, 0).is_too_few, Tally(9, 1).is_too_few] == [True, False]


@given(TALLIES, TALLIES)
def test_tallies_add_up(one, other):
    both = one + other

    assert both.number == one.number + other.number
    assert (both.met, both.broken) == (one.met + other.met, one.broken + other.broken)


@given(TALLIES)
def test_a_share_is_off_by_no_more_than_rounding_and_is_never_full_or_empty_by_it(tally):
    if tally.number:
        exact = 1000 * tally.met / tally.number
        assert abs(tally.permille - exact) <= 1
        assert (tally.permille == 1000) == (tally.broken == 0)
        assert (tally.permille == 0) == (tally.met == 0)


@given(ROWS)
def test_whatever_is_told_together_the_sums_are_those_of_all_rows(rows):
    groups = worst_first(grouped(rows), names={})

    for whole in (False, True):
        shown = broken_down(groups, whole=whole)
        assert total(row.tally for row in shown.rows) == total(row.tally for row in rows)
        assert total(row.before for row in shown.rows) == total(row.before for row in rows)
        assert len(shown.groups) + shown.number_of_rest == len(groups)
        assert shown.number_of_rest != 1


@given(ROWS)
def test_only_what_can_be_judged_is_ranked_the_worst_first(rows):
    groups = worst_first(grouped(rows), names={key: f"{key:03}" for key in range(61)})

    judged = [group for group in groups if group.tally.number >= ENOUGH]
    shares = [group.tally.permille for group in judged]
    assert groups[: len(judged)] == judged
    assert shares == sorted(shares)
    names = [group.key for group in groups[len(judged) :]]
    assert names == sorted(names)


def test_one_more_than_is_shown_is_shown_too():
    groups = grouped([Row(key, "resolution") for key in range(SHOWN + 1)])

    assert [broken_down(groups).number_of_rest, len(broken_down(groups).groups)] == [0, SHOWN + 1]
