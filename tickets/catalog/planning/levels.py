"""Check what a catalog file says of levels, impact, reminders and the fields of every form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tickets.catalog import impact
from tickets.catalog.models import Ability, Affected, CommonField, ImpactReminder, PriorityLevel
from tickets.catalog.planning.checking import Checker, Key
from tickets.catalog.planning.plans import Values
from tickets.catalog.planning.source import Block, Items

LEVEL_KEYS = {
    "level": Key(int, required=True, default=0),
    "meaning": Key(str, required=True, default=""),
    "first_response_hours": Key(int, required=True, default=1),
    "resolution_hours": Key(int, required=True, default=1),
    "contact": Key(str, required=True, default=""),
}
COMMON_KEYS = {
    "key": Key(str, required=True, default=""),
    "label": Key(str, required=True, default=""),
    "hint": Key(str, default=""),
    "error": Key(str, default=""),
    "kind": Key(str),
    "required": Key(bool),
    "choices": Key(object),
}
# What the code knows these answers by; their words are the file's.
VALUES = {
    "kind": ("issue", "request", "question"),
    "affected": impact.AFFECTED,
    "ability": impact.ABILITY,
}
WORDS = {**dict(Affected.choices), **dict(Ability.choices)}
KINDS = {
    "kind": "select",
    "affected": "select",
    "ability": "select",
    "urgent": "checkbox",
    "subject": "text",
    "description": "textarea",
    "files": "files",
}
OPTIONAL = ("urgent", "files")
REMINDER_KEYS = {
    "affected": Key(str, required=True, default=""),
    "contact": Key(list, required=True),
}
WORDING_KEYS = {"label": Key(str, required=True, default=""), "hint": Key(str, default="")}
MOST_HOURS = 10_000


def levels(
    checker: Checker, value: Any, *, line: int
) -> tuple[dict[int, Values], dict[int, tuple[int, int]]]:
    """Return what each level means, and its hours to first response and to resolution."""
    found: dict[int, Values] = {}
    hours: dict[int, tuple[int, int]] = {}
    for item, at in checker.items(value, what="'priorities'", line=line):
        block = checker.block(item, LEVEL_KEYS, what="a level", line=at)
        number = block["level"]
        if number not in (1, 2, 3, 4) or number in found:
            checker.refuse(
                block.lines["level"],
                f"there can't be a level {number} {'again' if number in found else 'but 1 to 4'}",
            )
            continue
        found[number] = {"number": number, "meaning": block["meaning"], "contact": block["contact"]}
        checker.fits(
            PriorityLevel,
            found[number],
            block=block,
            what=f"level {number}",
            names={"meaning": "meaning", "contact": "contact"},
        )
        hours[number] = _hours(checker, block)
    for number in {1, 2, 3, 4} - found.keys():
        checker.refuse(line, f"level {number} is missing")
    return found, hours


def _hours(checker: Checker, block: Block) -> tuple[int, int]:
    for key in ("first_response_hours", "resolution_hours"):
        if not 0 < block[key] <= MOST_HOURS:
            checker.refuse(
                block.lines[key],
                f"{key!r} must be more than 0 and at most {MOST_HOURS}, not {block[key]}",
            )
    if block["resolution_hours"] < block["first_response_hours"]:
        checker.refuse(
            block.lines["resolution_hours"],
            "'resolution_hours' can't be less than 'first_response_hours'",
        )
    return block["first_response_hours"], block["resolution_hours"]


def rules(checker: Checker, value: Any, *, line: int) -> dict[impact.Case, int]:
    """Return the level of each of the 24 cases; none may be less urgent than a milder one."""
    found: dict[impact.Case, int] = {}
    lines: dict[impact.Case, int] = {}
    keys = {affected: Key(dict, required=True) for affected in impact.AFFECTED}
    for affected, row in checker.block(value, keys, what="'impact_rules'", line=line).items():
        keys = {ability: Key(list, required=True) for ability in impact.ABILITY}
        block = checker.block(row, keys, what=f"'{affected}'", line=_line_of(value, affected, line))
        for ability, pair in block.items():
            at = block.lines[ability]
            if not (
                isinstance(pair, list)
                and len(pair) == 2
                and all(type(level) is int and 1 <= level <= 4 for level in pair)
            ):
                checker.refuse(
                    at,
                    f"'{ability}' of '{affected}' must be two levels from 1 to 4, "
                    "like [4, 3]: the level, and the level if urgent",
                )
                continue
            for urgent, level in zip(impact.URGENT, pair, strict=True):
                found[affected, ability, urgent] = level
                lines[affected, ability, urgent] = at
    for case, text in impact.problems(found):
        if case in found:
            checker.refuse(lines[case], text)
    return found


def reminders(checker: Checker, value: Any, *, line: int) -> dict[str, Values]:
    """Return how to reach support, by who is affected."""
    found: dict[str, Values] = {}
    for item, at in checker.items(value, what="'impact_reminder'", line=line):
        block = checker.block(item, REMINDER_KEYS, what="a reminder", line=at)
        ways = checker.texts(
            block["contact"], what="'contact' of a reminder", line=block.lines["contact"]
        )
        if not ways or not set(ways) <= {"phone", "chat"}:
            checker.refuse(
                block.lines["contact"],
                "'contact' of a reminder must be [phone], [chat] or [phone, chat]",
            )
        if block["affected"] in found:
            checker.refuse(at, f"two reminders are for '{block['affected']}'")
        values = {
            "affected": block["affected"],
            "by_phone": "phone" in ways,
            "by_chat": "chat" in ways,
            "position": len(found),
        }
        checker.fits(
            ImpactReminder, values, block=block, names={"affected": "affected"}, what="a reminder"
        )
        found[block["affected"]] = values
    return found


def common(checker: Checker, value: Any, attachments: Any, *, line: int) -> dict[str, Values]:
    """Return the wording of the fields that every form has."""
    found: dict[str, Values] = {}
    for item, at in checker.items(value, what="'common_fields'", line=line):
        block = checker.block(item, COMMON_KEYS, what="a common field", line=at)
        key = block["key"]
        if key not in KINDS or key in found:
            checker.refuse(
                block.lines["key"],
                f"'{key}' is no common field, or there twice; they are {', '.join(KINDS)}",
            )
            continue
        found[key] = _common(checker, block, position=len(found))
    for key in KINDS.keys() - found.keys() - {"files"}:
        checker.refuse(line, f"the common field '{key}' is missing")
    if "files" not in found:
        found["files"] = _files(checker, attachments, position=len(found))
    return found


def _common(checker: Checker, block: Block, *, position: int) -> Values:
    key = block["key"]
    if block["kind"] not in (None, KINDS[key]):
        checker.refuse(block.lines["kind"], f"the common field '{key}' is of kind {KINDS[key]}")
    if block["required"] not in (None, key not in OPTIONAL):
        checker.refuse(
            block.lines["required"], f"the common field '{key}' can't change whether it is required"
        )
    values = {name: block[name] for name in ("key", "label", "hint", "error")}
    values |= {
        "position": position,
        "choices": list(_wordings(checker, block)) if key in VALUES else [],
    }
    checker.fits(
        CommonField,
        values,
        block=block,
        what=f"the common field '{key}'",
        names={name: name for name in ("label", "hint", "error")},
    )
    return values


def _wordings(checker: Checker, block: Block) -> Iterator[dict[str, str]]:
    """Yield the words of each fixed value, from a list in its order or from a block by value."""
    known, given, line = VALUES[block["key"]], block["choices"], block.lines["choices"]
    if isinstance(given, Items) and len(given) == len(known):
        texts = checker.texts(given, what=f"the choices of '{block['key']}'", line=line)
        given = Block(
            {value: str(WORDS.get(text, text)) for value, text in zip(known, texts, strict=False)}
        )
        given.lines = dict.fromkeys(given, line)
    if not isinstance(given, Block) or set(given) != set(known):
        checker.refuse(
            line, f"the choices of '{block['key']}' must be words for {', '.join(map(repr, known))}"
        )
        return
    for value in known:
        words = given[value]
        if isinstance(words, str):
            words = Block(label=words)
        words = checker.block(words, WORDING_KEYS, what=f"'{value}'", line=given.lines[value])
        yield {"value": value, "label": str(words["label"]), "hint": str(words["hint"])}


def _files(checker: Checker, attachments: Any, *, position: int) -> Values:
    examples: list[str] = []
    if attachments is not None:
        block = checker.block(
            attachments, {"examples": Key(list)}, what="'attachments'", line=attachments.line
        )
        examples = checker.texts(block["examples"], what="'examples'", line=block.lines["examples"])
    hint = f"For example {', '.join(examples)}." if examples else ""
    return {
        "key": "files",
        "label": "Files",
        "hint": hint,
        "error": "",
        "position": position,
        "choices": [],
    }


def _line_of(value: Any, key: str, line: int) -> int:
    return value.lines.get(key, line) if isinstance(value, Block) else line
