"""How big things may grow."""

from __future__ import annotations

import ast

from portal.tests.architecture import Tree, is_migration, nodes, python

MODULE, SETTINGS, FUNCTION, CLASS, PARAMETERS, TEMPLATE, SCRIPT = 400, 300, 40, 200, 6, 120, 80

# Lines of `too_big()` that are let pass. Every entry is a debt: split the thing instead.
EXCEPTIONS: tuple[str, ...] = ()


def too_big(tree: Tree) -> list[str]:
    """Everything above its budget; what Django writes (migrations) has none."""
    found = [
        *(line for path, source in tree.items() for line in long_file(path, source)),
        *(
            line
            for path in python(tree)
            if not is_migration(path)
            for line in big_definitions(path, tree[path])
        ),
    ]
    return [line for line in found if line not in EXCEPTIONS]


def long_file(path: str, source: str) -> list[str]:
    lines, budget = len(source.splitlines()), budget_of(path)
    return [f"{path}: {lines} lines, {budget} allowed"] if lines > budget else []


def budget_of(path: str) -> float:
    if is_migration(path):
        return float("inf")
    if path == "portal/settings.py":
        return SETTINGS
    return {"py": MODULE, "js": SCRIPT}.get(path.rpartition(".")[2], TEMPLATE)


def big_definitions(path: str, source: str) -> list[str]:
    found = []
    for node in nodes(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += over(path, node, lines_of(node), FUNCTION, "lines")
            found += over(path, node, len(parameters(node)), PARAMETERS, "parameters")
        elif isinstance(node, ast.ClassDef):
            found += over(path, node, lines_of(node), CLASS, "lines")
    return found


def over(path, node, size, budget, what):
    if size <= budget:
        return []
    return [f"{path}:{node.lineno} {node.name}: {size} {what}, {budget} allowed"]


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """What a caller may name: not the object itself, nor `*args` and `**words` passed through."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [each.arg for each in given if each.arg not in ("self", "cls")]
