"""Customers are found by an index, however many people there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import finding
from accounts.models import User

MANY = 20_000


@pytest.fixture
def many(db):
    """Very many customers, and one of them whom somebody looks for."""
    User.objects.bulk_create(
        User(email=f"{number:x}@a{number:x}.example", name=f"Number {number}", phone=f"1-{number}")
        for number in range(MANY)
    )
    jo = User.objects.create(
        email="jo.quill@b.example", name="Ana Jo Quill", phone="(212) 555.0101"
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_user")
    return jo


def test_a_part_of_name_address_or_number_is_looked_up_and_people_are_not_read_one_by_one(many):
    for asked in ("quill", "JO QU", "jo", "an", "ill@B", "2125550101", "212 555-01", "555.0101"):
        with CaptureQueriesContext(connection) as queries:
            found = finding.customers(asked)
        [query] = queries

        plan = _plan_of(query["sql"])

        assert (asked, found) == (asked, [many])
        assert "customers_as_looked_for" in plan, plan
        assert "Seq Scan on accounts_user" not in plan, plan


def test_what_begins_no_word_or_is_none_finds_nobody(make_user):
    make_user("Quill")

    for asked in ("u", "--", "ui", "%", "_ _", "1_1"):
        assert (asked, finding.customers(asked)) == (asked, [])


def _plan_of(query):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(line for (line,) in cursor.fetchall())
