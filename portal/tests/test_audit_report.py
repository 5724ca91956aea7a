"""The report of the audit: what it says is missed is missed, and nothing else is."""

import copy

import pytest

from portal.dev.audit import report

VERSIONS = {"axe-core": "1.0"}
GOOD = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 90}
CLEAN = {
    "pages": {"day": "2026-11-24", "count": 2, "found": []},
    "speed": {
        "scores": {"Form": GOOD, "Home": GOOD},
        "weights": {"Form": [60000, 6], "Home": [80000, 6]},
    },
    "packages": {"checked": 3, "unchecked": 0, "weak": []},
    "code": [],
}


def written(**changed):
    return report.write({**copy.deepcopy(CLEAN), **changed}, VERSIONS, excepted=())


def speed(*, scores=GOOD, weight=(60000, 6)):
    return {"scores": {"Form": scores}, "weights": {"Form": list(weight)}}


def test_a_site_that_just_meets_every_target_misses_none():
    text, missed = written()

    assert missed == ""
    assert text.startswith(
        "# Audit\n\nWritten by `bin/audit` on 24 November 2026; do not edit. Every target is met."
    )


@pytest.mark.parametrize(
    "changed, missed",
    [
        ({"pages": {**CLEAN["pages"], "found": [["axe", "/ (dana)", "x"]]}}, "axe"),
        ({"speed": speed(scores=GOOD | {"seo": 89})}, "Lighthouse seo of Form"),
        ({"speed": speed(scores=GOOD | {"accessibility": 99})}, "Lighthouse accessibility of Form"),
        ({"speed": speed(weight=(60001, 6))}, "weight of Form"),
        ({"speed": speed(weight=(60000, 7))}, "weight of Form"),
        (
            {"packages": {"checked": 2, "unchecked": 1, "weak": []}},
            "packages that could not be checked",
        ),
        (
            {"packages": {"checked": 3, "unchecked": 0, "weak": ["a 1: CVE"]}},
            "packages with known weaknesses",
        ),
        ({"code": ["a.py:1: S608"]}, "code"),
    ],
)
def test_each_target_that_is_missed_is_named(changed, missed):
    text, named = written(**changed)

    assert named == missed
    assert f"Missed: {missed}." in text


def test_the_same_line_on_many_pages_stands_once():
    found = [["axe", f"/{page} (dana)", "light: no name"] for page in ("a", "b", "c")]

    text, _missed = written(pages={**CLEAN["pages"], "found": found})

    assert "| axe | 0 | 3 |" in text
    assert "- axe: `light: no name` on /a (dana) and 2 more\n" in text
