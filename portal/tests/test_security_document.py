"""The document on security leaves out no promise, and names tests that exist."""

from portal.tests.proofs import rows, unknown

DOCUMENT = "security.md"
PROMISES = range(1, 56)


def test_every_promise_has_one_row_in_order():
    found = [row.name for row in rows(DOCUMENT, name=r"P\d+")]

    assert found == [f"P{number:02}" for number in PROMISES]


def test_every_promise_is_shown_by_tests_that_exist(request):
    found = rows(DOCUMENT, name=r"P\d+")

    assert [row.name for row in found if not row.tests] == []
    assert unknown(found, request.session) == set()
