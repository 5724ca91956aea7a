"""The report of met and broken promises as a file."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

from sla.tests.managers import signed_in
from sla.tests.outcomes import outcomes

# A week before the Monday on which tests begin, and a moment in it.
WEEK = {"first": "2025-12-29", "last": "2026-01-04", "zone": "America/New_York"}
WITHIN = datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_the_file_has_the_tables_of_the_page(make_ticket, morgan, time):
    ticket = make_ticket()
    outcomes(ticket, [{"at": WITHIN, "took": 90}, {"at": WITHIN, "over": timedelta(hours=2)}])

    response = signed_in(morgan).get("/admin/sla/compliance.csv", WEEK)

    lines = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert [(line["Table"], line["Part"]) for line in lines] == [
        ("By level", "Level 3"),
        ("By request type", ticket.request_type.name),
    ]
    assert lines[0] == {
        "From": "2025-12-29T00:00:00-05:00",
        "Until": "2026-01-05T00:00:00-05:00",
        "Table": "By level",
        "Part": "Level 3",
        "Promise": "Resolution",
        "Ended": "2",
        "Met": "1",
        "Broken": "1",
        "Share met": "50.0 %",
        "Before": "–",
        "Target": "1:00",
        "Half within": "0:01",
        "90 % within": "0:01",
        "Longest": "0:01",
        "Half over by": "2:00",
        "90 % over by": "2:00",
        "Most over by": "2:00",
        "Half within (seconds)": "75",
        "90 % within (seconds)": "87",
        "Longest (seconds)": "90",
        "Half over by (seconds)": "7200",
        "90 % over by (seconds)": "7200",
        "Most over by (seconds)": "7200",
        "Note": "too few to judge",
    }
    assert response["Content-Disposition"] == (
        'attachment; filename="compliance-2025-12-29-2026-01-04.csv"'
    )
