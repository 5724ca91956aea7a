"""The document on what the product must do leaves out no demand, and names tests that exist."""

from portal.tests.proofs import Row, rows, unknown

DOCUMENT = "what-it-must-do.md"
DEMANDS = [*range(3, 70), 73]
PARTLY = ["S5", "S49", "S66", "S69", "S73"]


def test_every_demand_has_one_row_in_order():
    found = [row.name for row in rows(DOCUMENT, name=r"S\d+")]

    assert found == [f"S{number}" for number in DEMANDS]


def test_every_demand_is_shown_by_tests_that_exist(request):
    found = rows(DOCUMENT, name=r"S\d+")

    assert [row.name for row in found if not row.tests] == []
    assert unknown(found, request.session) == set()


def test_what_is_only_partly_there_says_what_is_missing():
    assert [row.name for row in rows(DOCUMENT, name=r"S\d+") if row.last] == PARTLY


def test_a_test_that_does_not_exist_is_seen(request):
    made_up = "portal/tests/test_what_it_must_do.py::test_that_nobody_wrote"
    case = "portal/tests/test_shipped_forms.py::test_a_request_is_filed_by_its_own_form"

    row = Row("S1", (made_up, case, f"{case}[payment]", f"{case}[nothing]"), "")
    found = unknown([row], request.session)

    assert found == {made_up, f"{case}[nothing]"}


def test_every_statement_about_people_is_shown_by_tests_that_exist(request):
    found = rows(DOCUMENT, name=r"U\d+")

    assert [row.name for row in found] == [f"U{number}" for number in range(1, 9)]
    assert [row.name for row in found if not row.tests] == []
    assert unknown(found, request.session) == set()
