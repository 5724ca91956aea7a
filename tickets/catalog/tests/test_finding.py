"""What customers call things leads to what the catalog calls them."""

import pytest

from tickets.catalog import store
from tickets.catalog.finding import find

pytestmark = pytest.mark.django_db


def found(asked):
    return [
        (each.type.key, [about.key for about in each.subcategories])
        for each in find(store.current(), asked)
    ]


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("Telmediq", [("clinical-collaboration", [])]),
        ("smartcall", [("operator-console", [])]),
        ("CareWire", [("patient-family", [])]),
        ("Reach", [("patient-family", [])]),
    ],
)
def test_old_names_of_products_lead_to_their_types(asked, leads_to):
    assert found(asked) == leads_to


def test_an_everyday_word_leads_to_what_goes_by_it():
    assert ("payment", []) in found("invoices")
    assert ("legal-information", []) in found("SUBPOENA")


def test_a_subcategory_that_fits_stands_under_its_type():
    assert ("perfectserve", ["schedule"]) in found("schedule assistance")


def test_more_words_that_fit_win_over_fewer():
    assert found("please cancel my account cancellation practice") == [("account-cancellation", [])]


@pytest.mark.parametrize("asked", ["", " ", "?", "qqq", "%", ".*", "a" * 10_000, "\\b"])
def test_what_nothing_is_called_finds_nothing(asked):
    assert found(asked) == []
