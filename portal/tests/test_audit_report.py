"""The report of the audit: what it says is missed is missed, and nothing else is."""

import copy

import pytest

from portal.dev.audit import excused, report

VERSIONS = {"axe-core": "1.0"}
GOOD = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 90}
CLEAN = {
    "pages": {"day": "2026-11-24", "states": {"as they stand": 2, "failed": 1}, "found": []},
    "speed": {
        "scores": {"Form": GOOD, "Home": GOOD},
        "weights": {"Form": [60000, 6], "Home": [80000, 6]},
    },
    "packages": {"offline": False, "checked": 3, "unchecked": 0, "weak": []},
    "code": [],
}


def written(**changed):
    return report.write({**copy.deepcopy(CLEAN), **changed}, VERSIONS)


def pages(*found):
    return {**CLEAN["pages"], "found": [list(finding) for finding in found]}


def packages(**changed):
    return {**CLEAN["packages"], **changed}


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
        ({"pages": pages(("axe", "/ (dana)", "x"))}, "axe"),
        ({"pages": pages(("browser", "/ (dana)", "x"), ("axe", "/ (dana)", "x"))}, "axe, browser"),
        ({"speed": speed(scores=GOOD | {"seo": 89})}, "Lighthouse seo of Form"),
        ({"speed": speed(scores=GOOD | {"accessibility": 99})}, "Lighthouse accessibility of Form"),
        ({"speed": speed(weight=(60001, 6))}, "weight of Form"),
        ({"speed": speed(weight=(60000, 7))}, "weight of Form"),
        (
            {"packages": packages(checked=2, unchecked=1)},
            "packages that could not be checked",
        ),
        (
            {"packages": packages(weak=["a 1: CVE"])},
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
    found = [("axe", f"/{page} (dana)", "light: no name") for page in ("a", "b", "c")]

    text, _missed = written(pages=pages(*found))

    assert "| axe | 0 | 3 |" in text
    assert "- axe: `light: no name` on /a (dana) and 2 more\n" in text


def test_pages_are_counted_by_state_and_each_is_looked_at_four_times():
    text, _missed = written()

    assert "3 pages and states of portal and desk" in text
    assert "| as they stand | 2 |\n| failed | 1 |\n" in text
    assert "12 looks" in text


@pytest.mark.parametrize(
    "offline, why, missed",
    [
        (True, "the audit ran with `--offline`", ""),
        (
            False,
            "no public list of known weaknesses answered",
            "packages that could not be checked",
        ),
    ],
)
def test_packages_that_nobody_knows_of_are_not_checked_and_never_nothing(offline, why, missed):
    text, named = written(packages=packages(offline=offline, checked=0, unchecked=3))

    assert named == missed
    assert text.split("## Packages\n\n")[1].split("\n\n## Code")[0].rstrip() == (
        f"**Not checked**: {why}. Nothing is known of the 3 pinned packages; "
        "run `bin/audit` where pypi.org answers."
    )
    assert text.split("do not edit. ")[1].split("\n")[0] == (
        "Every target is met. Packages were not checked." if offline else f"Missed: {missed}."
    )


READ_ONLY = 'method="post" id="notice_form" novalidate=""><input'
SNIFFED = "WCAG2AA.Principle3.Guideline3_2.3_2_2.H32.2: This form does not contain a submit button"
LINES = [
    ("HTML_CodeSniffer", f'{SNIFFED}. <form id="changelist-form" method="post" novalidate="">'),
    ("HTML_CodeSniffer", f"{SNIFFED}. <form {READ_ONLY}"),
    ("html-validate", "wcag/h32: <form> element must have a submit button #changelist-form"),
    ("html-validate", "wcag/h32: <form> element must have a submit button #notice_form"),
    ("html-validate", 'no-redundant-for: Redundant "for" attribute #id_rights > div > label'),
]


@pytest.mark.parametrize("tool, line", LINES)
def test_an_excuse_is_for_the_desk_alone_and_its_reason_stands_in_the_report(tool, line):
    desk, desk_missed = written(pages=pages((tool, "/admin/x/ (robin)", line)))
    portal, portal_missed = written(pages=pages((tool, "/x/ (robin)", line)))

    assert (desk_missed, portal_missed) == ("", tool)
    assert f"| {tool} | 0 | 0 |" in desk
    assert f"| {tool} | 0 | 1 |" in portal
    assert [each.why for each in excused.EXCUSES if f"| 1 | {each.why} |" in desk] != []
    assert [each.why for each in excused.EXCUSES if f"| 1 | {each.why} |" in portal] == []


@pytest.mark.parametrize(
    "tool, line",
    [
        ("HTML_CodeSniffer", f'{SNIFFED}. <form class="filters" method="get">'),
        ("html-validate", "wcag/h32: <form> element must have a submit button #main > form"),
        ("html-validate", 'no-redundant-for: Redundant "for" attribute #notice_form > label'),
        ("axe", "wcag/h32: <form> element must have a submit button #changelist-form"),
    ],
)
def test_an_excuse_is_for_nothing_else_on_the_desk(tool, line):
    _text, missed = written(pages=pages((tool, "/admin/x/ (robin)", line)))

    assert missed == tool
