"""Check parts of a catalog file against what may stand there, and collect what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from tickets.catalog.planning.source import Block, Items, Problem

TYPE_NAMES = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    list: "a list",
    dict: "a block of keys",
}


@dataclass(frozen=True)
class Key:
    """What may stand behind one key."""

    type: type
    required: bool = False
    default: Any = None


@dataclass
class Checker:
    """Collects problems, so that a file is corrected in one go."""

    problems: list[Problem] = field(default_factory=list)

    def refuse(self, line: int, text: str) -> None:
        self.problems.append(Problem(line, text))

    def block(self, value: Any, keys: Mapping[str, Key], *, what: str, line: int) -> Block:
        """Return a block with exactly the known keys; what is wrong in it has its default."""
        if not isinstance(value, Block):
            self.refuse(line, f"{what} must be a block of keys")
            value = Block()
            value.line = line
        elif missing := [key for key, rule in keys.items() if rule.required and key not in value]:
            self.refuse(value.line, f"{what} needs {', '.join(map(repr, missing))}")
        for key in value.keys() - keys.keys():
            self.refuse(
                value.lines[key], f"{what} can't have {key!r}; it can have {', '.join(keys)}"
            )
        checked = Block(
            {key: self._typed(value, key, rule, what=what) for key, rule in keys.items()}
        )
        checked.line = value.line
        checked.lines = {key: value.lines.get(key, value.line) for key in keys}
        return checked

    def texts(self, value: Any, *, what: str, line: int) -> list[str]:
        """Return a list of different texts."""
        found: list[str] = []
        for text, at in self.items(value, what=what, line=line):
            if not isinstance(text, str) or not text.strip():
                self.refuse(at, f"{what}: put {text!r} in quotes, it must be text")
            elif text in found:
                self.refuse(at, f"{what}: '{text}' stands there twice")
            else:
                found.append(text)
        return found

    def items(self, value: Any, *, what: str, line: int) -> Iterator[tuple[Any, int]]:
        """Yield the items of a list with their lines; no list at all is an empty one."""
        if value is None:
            return
        if not isinstance(value, Items):
            self.refuse(line, f"{what} must be a list")
            return
        yield from zip(value, value.lines, strict=True)

    def fits(
        self,
        model: type[models.Model],
        values: Mapping[str, Any],
        *,
        block: Block,
        names: Mapping[str, str],
        what: str,
    ) -> None:
        """Refuse what a row's columns would not take; `names` maps them to the file's keys."""
        for column, key in names.items():
            line = block.lines.get(key, block.line)
            try:
                field_of(model, column).clean(values[column], None)
            except ValidationError as error:
                for message in error.messages:
                    self.refuse(line, f"{key!r} of {what}: {message}")

    def _typed(self, block: Block, key: str, rule: Key, *, what: str) -> Any:
        value = block.get(key, rule.default)
        if key not in block or _is(value, rule.type):
            return value
        advice = (
            "put it in quotes"
            if rule.type is str and not isinstance(value, (list, dict))
            else f"not {value!r}"
        )
        self.refuse(
            block.lines[key], f"{key!r} of {what} must be {TYPE_NAMES[rule.type]}; {advice}"
        )
        return rule.default


def field_of(model: type[models.Model], column: str) -> models.Field[Any, Any]:
    """Return a column of a model's own."""
    found = model._meta.get_field(column)
    assert isinstance(found, models.Field)  # noqa: S101
    return found


def _is(value: Any, wanted: type) -> bool:
    if wanted is object:
        return True
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, wanted)
