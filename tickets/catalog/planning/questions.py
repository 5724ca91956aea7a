"""Check the questions of a catalog file: what they ask, when, and where answers lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tickets.catalog import defaults, formats
from tickets.catalog.models import Choice, Question
from tickets.catalog.planning.checking import Checker, Key
from tickets.catalog.planning.plans import QuestionPlan
from tickets.catalog.planning.source import Block

WITH_CHOICES = (Question.Kind.SELECT, Question.Kind.MULTISELECT)
KEYS = {
    "key": Key(str, required=True, default=""),
    "label": Key(str, required=True, default=""),
    "kind": Key(str, required=True, default=""),
    "hint": Key(str, default=""),
    "error": Key(str, default=""),
    "required": Key(bool, default=True),
    "format": Key(str, default=""),
    "default": Key(str, default=""),
    "choices": Key(list),
    "show_when": Key(dict),
    "leads_to": Key(dict),
    "asked": Key(bool),
}
COLUMNS = {name: name for name in ("key", "label", "kind", "hint", "error", "default")}

Plans = Mapping[str, QuestionPlan]


@dataclass(frozen=True)
class Form:
    """Where questions stand: what came before them, and where answers may lead."""

    what: str
    earlier: Plans
    subcategories: Collection[str] = ()
    may_depend: bool = True


def questions(checker: Checker, value: Any, *, form: Form, line: int) -> dict[str, QuestionPlan]:
    """Return the plans of a list of questions by key."""
    found: dict[str, QuestionPlan] = {}
    for item, at in checker.items(value, what=f"the questions of {form.what}", line=line):
        block = checker.block(item, KEYS, what=_name(item, form), line=at)
        key = block["key"]
        if key in found or key in form.earlier:
            checker.refuse(
                block.lines["key"], f"{form.what} has two questions with the key '{key}'"
            )
            continue
        earlier = {**form.earlier, **found}
        found[key] = _question(checker, block, form=form, earlier=earlier, position=len(found))
    return found


def _name(item: Any, form: Form) -> str:
    key = item.get("key") if isinstance(item, dict) else None
    return f"question '{key}'" if key else f"a question of {form.what}"


def _question(
    checker: Checker, block: Block, *, form: Form, earlier: Plans, position: int
) -> QuestionPlan:
    what = f"question '{block['key']}'"
    values = {name: block[name] for name in (*COLUMNS, "required", "format")}
    values["position"] = position
    if block["asked"] is not None:
        values["is_active"] = block["asked"]
    checker.fits(Question, values, block=block, names=COLUMNS, what=what)
    _check_format(checker, block, earlier=earlier, what=what)
    choices = _choices(checker, block, form=form, what=what)
    _check_default(checker, block, choices=choices, what=what)
    return QuestionPlan(
        values=values,
        choices=choices,
        conditions=_conditions(checker, block, form=form, earlier=earlier, what=what),
    )


def _check_format(checker: Checker, block: Block, *, earlier: Plans, what: str) -> None:
    if not block["format"]:
        return
    kinds = {key: plan.values["kind"] for key, plan in earlier.items()}
    if reason := formats.why_not(block["format"], block["kind"], kinds):
        checker.refuse(block.lines["format"], f"'format' of {what}: {reason}")


def _check_default(checker: Checker, block: Block, *, choices: Collection[str], what: str) -> None:
    if not block["default"]:
        return
    kind, check = block["kind"], block["format"]
    reason = defaults.why_not(block["default"], kind=kind, format=check, choices=choices)
    if reason:
        checker.refuse(block.lines["default"], f"'default' of {what}: {reason}")


def _choices(checker: Checker, block: Block, *, form: Form, what: str) -> dict[str, str | None]:
    line = block.lines["choices"]
    labels = checker.texts(block["choices"], what=f"the choices of {what}", line=line)
    for label in labels:
        if len(label) > (Choice._meta.get_field("label").max_length or 0):
            checker.refuse(line, f"the choices of {what}: '{label[:30]}...' is too long")
    if block["kind"] in WITH_CHOICES and not labels:
        checker.refuse(block.line, f"{what} is of kind {block['kind']} and needs 'choices'")
    if labels and block["kind"] not in WITH_CHOICES:
        checker.refuse(line, f"{what} is of kind {block['kind']} and can't have 'choices'")
    leads_to = block["leads_to"] or Block()
    for label, subcategory in leads_to.items():
        if label not in labels:
            checker.refuse(
                leads_to.lines[label],
                f"'leads_to' of {what} names the answer '{label}', which is none of its choices",
            )
        elif subcategory not in form.subcategories:
            checker.refuse(
                leads_to.lines[label],
                f"'leads_to' of {what} names '{subcategory}', "
                "which is no other subcategory of the same request type",
            )
    return {label: leads_to.get(label) for label in labels}


def _conditions(
    checker: Checker, block: Block, *, form: Form, earlier: Plans, what: str
) -> dict[str, tuple[str, ...]]:
    show_when = block["show_when"] or Block()
    if show_when and not form.may_depend:
        checker.refuse(
            block.lines["show_when"],
            f"{what} can't have 'show_when': {form.what} does not prompt additional questions",
        )
    return {
        parent: _answers(checker, show_when, parent, earlier=earlier, what=what)
        for parent in show_when
    }


def _answers(
    checker: Checker, show_when: Block, parent: str, *, earlier: Plans, what: str
) -> tuple[str, ...]:
    line = show_when.lines[parent]
    answers = checker.texts(show_when[parent], what=f"'show_when' of {what}", line=line)
    if parent not in earlier:
        checker.refuse(
            line,
            f"{what} is shown when '{parent}' is answered, but no earlier question has that key",
        )
        return ()
    if not answers:
        checker.refuse(line, f"'show_when' of {what} names no answer of '{parent}'")
    for label in answers:
        if label not in earlier[parent].choices:
            checker.refuse(
                line,
                f"{what} is shown when '{parent}' is '{label}', but that is no "
                f"choice of '{parent}'",
            )
    return tuple(answers)
