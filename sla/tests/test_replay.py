"""Worked cases through `sla_replay`: each answered whole, what cannot be read said in words."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CASES = Path(__file__).with_name("cases.json")
FILE = json.loads(CASES.read_text())

STEPS_OF_041 = [
    {
        "kind": "started",
        "at": "2026-01-09T15:00:00Z",
        "cause": {"event": "e01", "type": "created", "by": "requester", "to": None},
        "terms": {"level": 1, "policy": "p", "calendar": "bh", "target": 86400},
        "sentence": "Counting from 2026-01-09T15:00:00Z: "
        "level 1 has 24 h by the calendar bh, says the policy p.",
    },
    {
        "kind": "ran",
        "at": "2026-01-09T15:00:00Z",
        "until": "2026-01-10T12:00:00Z",
        "open": 25200,
        "closed": 50400,
        "total": 25200,
        "left": 61200,
        "days_off": [],
        "how": "counted",
        "sentence": "Counted from 2026-01-09T15:00:00Z to 2026-01-10T12:00:00Z: "
        "7 h, 14 h closed; 7 h in all, 17 h left.",
    },
    {
        "kind": "paused",
        "at": "2026-01-10T12:00:00Z",
        "cause": {"event": "e03", "type": "status", "by": "agent", "to": "pending"},
        "status": "pending",
        "until": "2026-01-11T12:00:00Z",
        "sentence": "Paused from 2026-01-10T12:00:00Z to 2026-01-11T12:00:00Z, "
        "while it was pending.",
    },
    {
        "kind": "ran",
        "at": "2026-01-11T12:00:00Z",
        "until": "2026-01-12T16:01:00Z",
        "open": 7260,
        "closed": 93600,
        "total": 32460,
        "left": 53940,
        "days_off": [],
        "how": "counted",
        "sentence": "Counted from 2026-01-11T12:00:00Z to 2026-01-12T16:01:00Z: "
        "2 h 1 min, 26 h closed; 9 h 1 min in all, 14 h 59 min left.",
    },
    {
        "kind": "ran",
        "at": "2026-01-12T16:01:00Z",
        "until": "2026-01-14T15:00:00Z",
        "open": 53940,
        "closed": 115200,
        "total": 86400,
        "left": 0,
        "days_off": [],
        "how": "ahead",
        "sentence": "Will count from 2026-01-12T16:01:00Z to 2026-01-14T15:00:00Z: "
        "14 h 59 min, 32 h closed; 24 h in all, 0 min left.",
    },
    {
        "kind": "due",
        "at": "2026-01-14T15:00:00Z",
        "since": "2026-01-09T15:00:00Z",
        "target": 86400,
        "calendar": "bh",
        "windows": 1,
        "met": False,
        "sentence": "Due at 2026-01-14T15:00:00Z: "
        "24 h by the calendar bh from 2026-01-09T15:00:00Z on are used up.",
    },
]


def replay(file, **options):
    """What the command prints, a JSON object a line; the database stays shut."""
    out = io.StringIO()
    call_command("sla_replay", str(file), stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture(scope="module")
def answers():
    return {answered["id"]: answered for answered in replay(CASES)}


@pytest.fixture
def case():
    """A case that reads well, to be spoiled."""
    return json.loads(json.dumps(FILE["cases"][0]))


@pytest.fixture
def replay_cases(tmp_path):
    """Replay these cases; returns the lines and what the command said it ended with."""

    def ask(*cases):
        file, out = tmp_path / "cases.json", io.StringIO()
        file.write_text(json.dumps({"cases": cases}))
        try:
            call_command("sla_replay", str(file), stdout=out)
        except CommandError as error:
            said = str(error).removeprefix(f"{file}: ")
        else:
            said = ""
        return [json.loads(line) for line in out.getvalue().splitlines()], said

    return ask


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: f"{case['id']} {case['title']}")
def test_worked_case(case, answers):
    expected = case["expect"] if "error" in case["expect"] else {"clocks": case["expect"]}

    assert answers[case["id"]] == {"id": case["id"], **expected}


def test_asked_why_each_case_says_the_steps_beside_its_clocks(answers):
    explained = {each["id"]: each for each in replay(CASES, why=True)}

    assert {id: {**each, "why": None} for id, each in explained.items()} == {
        id: {**each, "why": None} for id, each in answers.items()
    }
    assert explained["sla-053"]["why"] == (
        "The calendar “bh” is refused. Weekly hours: no day has any, so there comes a day after "
        "which it never opens."
    )
    assert explained["sla-041"]["why"]["resolution"] == [STEPS_OF_041]


def test_cases_are_answered_in_their_order():
    assert [answered["id"] for answered in replay(CASES)] == [case["id"] for case in FILE["cases"]]


def test_a_dash_reads_standard_input(monkeypatch, answers):
    monkeypatch.setattr("sys.stdin", io.StringIO(CASES.read_text()))

    assert replay("-") == list(answers.values())


def spoiled(case, spoil):
    spoil(case)
    return case


@pytest.mark.parametrize(
    "spoil, why",
    [
        (lambda case: case.pop("as_of"), "the case: 'as_of' is missing or unknown"),
        (
            lambda case: case.update(as_of="2026-03-02T09:00:00"),
            "the case: “2026-03-02T09:00:00” has no time zone; write one like 2026-03-02T09:00:00Z",
        ),
        (
            lambda case: case.update(as_of="soon"),
            "the case: Invalid isoformat string: 'soon'",
        ),
        (lambda case: case.pop("calendars"), "calendars: 'calendars' is missing or unknown"),
        (
            lambda case: case["calendars"].clear(),
            "policies: '24x7' is missing or unknown",
        ),
        (
            lambda case: case["calendars"]["24x7"].update(tz="Mars"),
            "calendars: 24x7: Time zone: 'Mars' is none; write one like “America/New_York”.",
        ),
        (
            lambda case: case["policies"]["seed"]["targets"]["L1"]["resolution"].update(seconds=0),
            "policies: a target is a whole number of seconds, more than 0, not 0",
        ),
        (
            lambda case: case["policies"]["seed"].update(reopen="again"),
            "policies: 'again' is none of resume, new_cycle",
        ),
        (
            lambda case: case["policies"]["seed"].update(pausable="resolution"),
            "policies: 'resolution' must be a list",
        ),
        (
            lambda case: case["policies"]["seed"].update(warn_pct=100),
            "policies: 'warn_pct' is a whole number from 1 to 99, not 100",
        ),
        (
            lambda case: case["policies"]["seed"]["targets"]["L1"].update(reply={}),
            "policies: 'reply' is none of first_response, resolution, next_response",
        ),
        (
            lambda case: case["policy_rules"][0].update(policy="gone"),
            "events: 'gone' is missing or unknown",
        ),
        (
            lambda case: case["policy_rules"][0].pop("match"),
            "policy_rules: 'match' is missing or unknown",
        ),
        (lambda case: case["events"][0].pop("at"), "event 1: 'at' is missing or unknown"),
        (
            lambda case: case["events"][0].update(priority="urgent"),
            "event 1: there is no level “urgent”",
        ),
        (
            lambda case: case["events"].append(
                {"id": "e9", "at": "2026-03-02T10:00:00Z", "type": "status", "to": "asleep"}
            ),
            "event 2: there is no status “asleep”",
        ),
        (
            lambda case: case["events"].append(
                {"id": "e9", "at": "2026-03-02T10:00:00Z", "type": "policy"}
            ),
            "event 2: 'to' is missing or unknown",
        ),
    ],
)
def test_a_case_that_cannot_be_read_says_where_and_why(case, replay_cases, spoil, why):
    lines, said = replay_cases(spoiled(case, spoil))

    assert lines == [{"id": "sla-001", "error": f"malformed: {why}"}]
    assert said == "malformed: sla-001. See their lines above."


def test_the_cases_beside_a_malformed_one_are_answered(case, replay_cases, answers):
    lines, said = replay_cases({"id": "bad"}, "no case", case)

    assert lines == [
        {"id": "bad", "error": "malformed: the case: 'as_of' is missing or unknown"},
        {"id": None, "error": "malformed: the case: string indices must be integers, not 'str'"},
        answers["sla-001"],
    ]
    assert said == "malformed: bad, None. See their lines above."


@pytest.mark.parametrize(
    "text, why",
    [
        (None, "{file} cannot be read: No such file or directory."),
        (
            "{",
            "{file} is not JSON: Expecting property name enclosed in double quotes: "
            "line 1 column 2 (char 1)",
        ),
        ("[]", "{file}: the file: list indices must be integers or slices, not str"),
        ("{}", "{file}: the file: 'cases' is missing or unknown"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_in_words(tmp_path, text, why):
    file = tmp_path / "cases.json"
    if text is not None:
        file.write_text(text)

    with pytest.raises(CommandError) as raised:
        replay(file)

    assert str(raised.value) == why.format(file=file)
