"""Consequences give the level."""

import pytest

from tickets.catalog import impact, store
from tickets.catalog.impact import CASES

# Rows: who is affected; columns: what they can do; pairs: the level, and the level if urgent.
TABLE = {
    "nobody": {"yes": (4, 3), "partly": (4, 3), "no": (4, 3)},
    "one": {"yes": (4, 3), "partly": (3, 3), "no": (3, 3)},
    "some": {"yes": (4, 3), "partly": (2, 2), "no": (1, 1)},
    "most": {"yes": (4, 3), "partly": (2, 2), "no": (1, 1)},
}


@pytest.mark.django_db
@pytest.mark.parametrize("affected, ability, urgent", CASES)
def test_each_of_the_24_cases_gives_the_level_of_the_table(affected, ability, urgent):
    level = store.current().level_for(affected=affected, ability=ability, urgent=urgent)

    assert level == TABLE[affected][ability][urgent]


@pytest.mark.django_db
def test_the_shipped_table_never_gets_less_urgent_as_things_get_worse():
    assert list(impact.problems(store.current().rules)) == []


def test_a_table_that_does_is_named_with_both_cases():
    table = dict.fromkeys(CASES, 3) | {("one", "no", False): 4}

    assert [text for _case, text in impact.problems(table)] == [
        "one affected, can work: no gives level 4, less urgent than level 3 for "
        "nobody affected, can work: no",
        "one affected, can work: no gives level 4, less urgent than level 3 for "
        "one affected, can work: partly",
    ]


def test_a_case_without_level_is_named():
    table = {case: 3 for case in CASES if case != ("most", "no", True)}

    assert list(impact.problems(table)) == [
        (("most", "no", True), "most affected, can work: no, urgent has no level")
    ]
