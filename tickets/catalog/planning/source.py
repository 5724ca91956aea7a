"""A catalog file as text: read as YAML whose parts know on which line they stand, and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, and where; line 0 is the file as a whole."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class Refused(Exception):
    """A catalog that can't be loaded, with every reason in the order of the lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class Block(dict[str, Any]):
    """A mapping of the file; `line` is its own, `lines` those of its keys."""

    line = 0
    lines: dict[Any, int] = {}


class Items(list[Any]):
    """A list of the file; `line` is its own, `lines` those of its items."""

    line = 0
    lines: list[int] = []


def read(text: str) -> Block:
    """Return the file as data, or raise `Refused`; nothing is checked but that it is YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Refused(
            [Problem(mark.line + 1 if mark else 0, f"this is not YAML: {error.problem}")]
        ) from None
    except yaml.YAMLError as error:
        raise Refused([Problem(0, f"this is not YAML: {error}")]) from None
    data = _Reader().read(root) if root is not None else None
    if not isinstance(data, Block):
        raise Refused([Problem(1, "the file must start with keys like 'brands:'")])
    return data


def write(data: Mapping[str, Any]) -> str:
    """Return data as a file that is good to edit and to compare: one thing a line, lists short."""
    parts = (
        yaml.dump(
            {key: value}, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=float("inf")
        )
        for key, value in data.items()
    )
    return "\n".join(parts)


class _Writer(yaml.SafeDumper):
    """Writes lists of plain values in one line, everything else as a block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _write_list(writer: _Writer, data: list[Any]) -> yaml.Node:
    is_plain = not any(isinstance(item, dict | list) for item in data)
    return writer.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=is_plain)


_Writer.add_representer(list, _write_list)


class _Reader:
    """Turns YAML nodes into data; a part that is named twice (`&name`, `*name`) is read once."""

    def __init__(self) -> None:
        self.done: dict[int, Any] = {}
        self.scalar = yaml.SafeLoader("")

    def read(self, node: yaml.Node) -> Any:
        if id(node) not in self.done:
            readers: dict[type, Callable[[Any], Any]] = {
                yaml.MappingNode: self.block,
                yaml.SequenceNode: self.items,
            }
            self.done[id(node)] = None  # a part that holds itself
            self.done[id(node)] = readers.get(type(node), self.value)(node)
        return self.done[id(node)]

    def block(self, node: yaml.MappingNode) -> Block:
        block = Block()
        block.line, block.lines = _line(node), {}
        for key_node, value_node in node.value:
            key = self.read(key_node)
            if not isinstance(key, str):
                raise Refused(
                    [Problem(_line(key_node), f"put the key {key_node.value!r} in quotes")]
                )
            if key in block:
                raise Refused(
                    [
                        Problem(
                            _line(key_node),
                            f"'{key}' stands here a second time; it "
                            f"was given on line {block.lines[key]}",
                        )
                    ]
                )
            block[key] = self.read(value_node)
            block.lines[key] = _line(key_node)
        return block

    def items(self, node: yaml.SequenceNode) -> Items:
        items = Items(map(self.read, node.value))
        items.line, items.lines = _line(node), list(map(_line, node.value))
        return items

    def value(self, node: yaml.Node) -> Any:
        try:
            return self.scalar.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            problem = Problem(_line(node), f"{node.value!r} can't be read: {error}")
            raise Refused([problem]) from None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
