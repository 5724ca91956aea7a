"""Check the request types and subcategories of a catalog file."""

from __future__ import annotations

from typing import Any

from tickets.catalog.models import RequestType, Subcategory
from tickets.catalog.planning.checking import Checker, Key
from tickets.catalog.planning.plans import SubcategoryPlan, TypePlan
from tickets.catalog.planning.questions import Form, Plans, questions
from tickets.catalog.planning.source import Block

TYPE_KEYS = {
    "key": Key(str, required=True, default=""),
    "name": Key(str, required=True, default=""),
    "meaning": Key(str, required=True, default=""),
    "aliases": Key(list),
    "prompts": Key(bool, required=True, default=False),
    "product": Key(str, default=""),
    "extension": Key(str, default=""),
    "restricted": Key(bool, default=False),
    "offered": Key(bool),
    "questions": Key(list),
    "subcategories": Key(list),
}
TYPE_COLUMNS = {
    "key": "key",
    "name": "name",
    "meaning": "meaning",
    "aliases": "aliases",
    "product": "product",
    "phone_extension": "extension",
}
SUBCATEGORY_KEYS = {
    "key": Key(str, required=True, default=""),
    "name": Key(str, required=True, default=""),
    "meaning": Key(str, required=True, default=""),
    "restricted": Key(bool, default=False),
    "offered": Key(bool),
    "questions": Key(list),
}
SUBCATEGORY_COLUMNS = {name: name for name in ("key", "name", "meaning")}


def types(checker: Checker, value: Any, *, line: int) -> dict[str, TypePlan]:
    """Return the plans of all request types by key."""
    found: dict[str, TypePlan] = {}
    for item, at in checker.items(value, what="'request_types'", line=line):
        name = item.get("key") if isinstance(item, dict) else None
        what = f"request type '{name}'" if name else "a request type"
        block = checker.block(item, TYPE_KEYS, what=what, line=at)
        if block["key"] in found:
            checker.refuse(block.lines["key"], f"two request types have the key '{block['key']}'")
            continue
        found[block["key"]] = _type(checker, block, what=what, position=len(found))
    return found


def _type(checker: Checker, block: Block, *, what: str, position: int) -> TypePlan:
    values = {
        name: block[name] for name in ("key", "name", "meaning", "prompts", "product", "restricted")
    }
    values |= {
        "aliases": checker.texts(
            block["aliases"], what=f"'aliases' of {what}", line=block.lines["aliases"]
        ),
        "phone_extension": block["extension"],
        "position": position,
        **_active(block),
    }
    checker.fits(RequestType, values, block=block, names=TYPE_COLUMNS, what=what)
    if block["prompts"] and not block["subcategories"]:
        checker.refuse(block.line, f"{what} prompts and needs 'subcategories'")
    if block["subcategories"] and not block["prompts"]:
        checker.refuse(
            block.lines["subcategories"], f"{what} has 'subcategories' but does not prompt"
        )
    asked = questions(
        checker,
        block["questions"],
        line=block.lines["questions"],
        form=Form(what, earlier={}, may_depend=block["prompts"]),
    )
    return TypePlan(values, asked, _subcategories(checker, block, what=what, earlier=asked))


def _subcategories(
    checker: Checker, block: Block, *, what: str, earlier: Plans
) -> dict[str, SubcategoryPlan]:
    found: dict[str, SubcategoryPlan] = {}
    listed = list(
        checker.items(
            block["subcategories"],
            what=f"'subcategories' of {what}",
            line=block.lines["subcategories"],
        )
    )
    keys = [str(item.get("key")) for item, _line in listed if isinstance(item, dict)]
    for item, at in listed:
        about = checker.block(item, SUBCATEGORY_KEYS, line=at, what=f"a subcategory of {what}")
        if about["key"] in found:
            checker.refuse(
                about.lines["key"], f"{what} has two subcategories with the key '{about['key']}'"
            )
            continue
        form = Form(
            f"subcategory '{about['key']}'",
            earlier=earlier,
            subcategories=[key for key in keys if key != about["key"]],
        )
        found[about["key"]] = _subcategory(checker, about, form=form, position=len(found))
    return found


def _subcategory(checker: Checker, block: Block, *, form: Form, position: int) -> SubcategoryPlan:
    values = {name: block[name] for name in (*SUBCATEGORY_COLUMNS, "restricted")}
    values |= {"position": position, **_active(block)}
    checker.fits(Subcategory, values, block=block, names=SUBCATEGORY_COLUMNS, what=form.what)
    return SubcategoryPlan(
        values, questions(checker, block["questions"], form=form, line=block.lines["questions"])
    )


def _active(block: Block) -> dict[str, bool]:
    """Only a file that says so offers or archives; what an administrator set stays."""
    return {} if block["offered"] is None else {"is_active": block["offered"]}
