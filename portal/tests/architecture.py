"""What may import what: the arrows between apps and inside one, read from source text.

Every function takes a tree, a mapping of path to source, and returns its faults as lines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

Tree = Mapping[str, str]

# An app may import itself and every app of a lower number. Equal numbers ignore each other.
APPS = {
    "accounts": 0,
    "tickets.catalog": 1,
    "tickets": 2,
    "tickets.mail": 3,
    "tickets.knowledge": 3,
    "sla": 4,
    "portal": 5,
}
LABELS = {app.rpartition(".")[2]: app for app in APPS}
# What tests of every app share; it starts servers and knows nothing of the apps.
FOR_ALL_TESTS = "portal.testing"

# Inside an app a module imports what has its own number or a lower one.
LAYERS = {
    "querysets": 1,
    "models": 2,
    "permissions": 3,
    "events": 3,
    "services": 4,
    "forms": 5,
    "views": 6,
    "desk": 6,
    "admin": 6,
    "tasks": 6,
    "management": 6,
    "urls": 7,
}
# The one file that puts apps together by the names of their parts, of whatever layer.
SETTINGS = "portal/settings.py"
# Up to this layer (models, and who may do what) an app lies open to the layers of other apps.
OPEN_TO_OTHERS = 3
# Thinking: these import each other and Python, nothing else of ours and of Django only this.
PURE: dict[str, frozenset[str]] = {
    "sla.calendars": frozenset(),
    "sla.engine": frozenset(),
    "sla.figures": frozenset(),
    "sla.holiday_sources": frozenset(),
    "sla.log": frozenset(),
    "sla.opening": frozenset(),
    "sla.pictures": frozenset(),
    "sla.replay": frozenset(),
    "sla.stopwatch": frozenset(),
    "sla.terms": frozenset(),
    "sla.why": frozenset(),
    "sla.why_json": frozenset(),
    "sla.why_steps": frozenset(),
    "sla.why_watch": frozenset(),
    "sla.why_words": frozenset(),
    "sla.windows": frozenset(),
    "sla.yearly": frozenset(),
    "sla.zones": frozenset(),
    "tickets.catalog.conditions": frozenset(),
    "tickets.catalog.formats": frozenset({"django.utils.translation"}),
    # What reads hostile bytes knows no database, no settings and no password.
    "tickets.mail.inbound.addresses": frozenset(),
    "tickets.mail.inbound.body": frozenset(),
    "tickets.mail.inbound.child": frozenset(),
    "tickets.mail.inbound.content": frozenset(),
    "tickets.mail.inbound.decoding": frozenset(),
    "tickets.mail.inbound.deciding": frozenset(),
    "tickets.mail.inbound.flowed": frozenset(),
    "tickets.mail.inbound.headers": frozenset(),
    "tickets.mail.inbound.mail": frozenset(),
    "tickets.mail.inbound.parse": frozenset(),
    "tickets.mail.inbound.quoting": frozenset(),
    "tickets.mail.inbound.reports": frozenset(),
    "tickets.mail.inbound.senders": frozenset(),
    "tickets.mail.inbound.structure": frozenset(),
    "tickets.mail.recipients": frozenset(),
    "tickets.patient_data": frozenset(),
    "tickets.spreadsheet": frozenset(),
    "tickets.states": frozenset({"django.db.models", "django.utils.translation"}),
}

DOTTED = re.compile(r"[a-z_]\w*(\.\w+)+")
MIGRATION = re.compile(r"\d{4}_|__first__|__latest__")
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


class Arrow(NamedTuple):
    """One module naming another, at a line."""

    line: int
    target: str


def read_tree(root: Path) -> dict[str, str]:
    """Read the Python files of the apps, the templates and our own scripts."""
    wanted = {app.partition(".")[0]: {".py"} for app in APPS}
    wanted |= {"templates": {".html", ".txt"}, "static": {".js"}}
    return {
        str(path.relative_to(root)): path.read_text()
        for folder, endings in wanted.items()
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in endings and "vendor" not in path.parts
    }


def left_arrows(tree: Tree) -> list[str]:
    """Imports, and strings that stand for one, of an app further left."""
    return [
        f"{path}:{arrow.line} {app} -> {arrow.target}"
        for path in python(tree)
        for app in [app_of(module_of(path))]
        for arrow in arrows(path, tree)
        if not may_import(app, arrow.target, from_test=is_test(path))
    ]


def may_import(app: str, target: str, *, from_test: bool) -> bool:
    other = app_of(target)
    if other in (app, ""):
        return True
    if from_test and (target + ".").startswith(FOR_ALL_TESTS + "."):
        return True
    return APPS[other] < APPS[app]


def upward_arrows(tree: Tree) -> list[str]:
    """Imports of a higher layer, be it through modules that belong to no layer."""
    return [
        f"{path}:{arrow.line} {module} -> {target}"
        for path in code(tree)
        for module in [module_of(path)]
        if layer_of(module) is not None
        for arrow in arrows(path, tree)
        for target in layered_targets(arrow.target, tree)
        if is_above(target, module)
    ]


def is_above(target: str, module: str) -> bool:
    """Whether `target` is in a layer that `module` must not know."""
    mine, other = layer_of(module) or 0, layer_of(target) or 0
    return other > (mine if app_of(target) == app_of(module) else max(mine, OPEN_TO_OTHERS))


def layered_targets(target: str, tree: Tree) -> list[str]:
    """The first modules with a layer that importing `target` leads to."""
    found, seen, ahead = [], set(), [target]
    while ahead:
        module = ahead.pop()
        if module in seen:
            continue
        seen.add(module)
        if layer_of(module) is not None:
            found.append(module)
        elif (path := modules(tree).get(module)) is not None:
            ahead += [arrow.target for arrow in arrows(path, tree)]
    return sorted(found)


def impure_thinking(tree: Tree) -> list[str]:
    """What modules that only think import beside Python and each other."""
    return [
        f"{path}:{arrow.line} {module} -> {arrow.target}"
        for path in code(tree)
        for module in [module_of(path)]
        if module in PURE
        for arrow in (*arrows(path, tree), *foreign(path, tree))
        if arrow.target not in PURE and not is_within(arrow.target, PURE[module])
    ]


def foreign(path: str, tree: Tree) -> Iterator[Arrow]:
    """Imports of Django and what comes with it."""
    for arrow in imports(path, tree[path]):
        if arrow.target.partition(".")[0] in {"django", "allauth", "celery", "crispy_forms"}:
            yield arrow


def is_within(name: str, prefixes: frozenset[str]) -> bool:
    return any((name + ".").startswith(prefix + ".") for prefix in prefixes)


# --- Reading one file -------------------------------------------------------------------


def arrows(path: str, tree: Tree) -> tuple[Arrow, ...]:
    """Every module of ours that a file names, once a line."""
    return arrows_of(path, tree[path], tuple(tree))


@cache
def arrows_of(path: str, source: str, paths: tuple[str, ...]) -> tuple[Arrow, ...]:
    known = modules(paths)
    found = {
        Arrow(arrow.line, nearest(arrow.target, known))
        for arrow in imports(path, source)
        if app_of(arrow.target)
    }
    if path != SETTINGS:
        for node in nodes(source):
            found.update(Arrow(line_of(node), target) for target in named_by(node, known))
    if is_migration(path):
        found.update(dependencies(source))
    return tuple(sorted(found))


def imports(path: str, source: str) -> Iterator[Arrow]:
    """Every import statement, wherever it stands."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from (Arrow(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, (parent_of(path, node.level), node.module)))
            yield from (Arrow(node.lineno, f"{base}.{alias.name}") for alias in node.names)


def named_by(node: ast.AST, known: Mapping[str, str]) -> Iterator[str]:
    """Modules that a string stands for: "app.Model", a dotted path, get_model's arguments."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if DOTTED.fullmatch(node.value):
            label, _, rest = node.value.partition(".")
            if label in LABELS and rest[0].isupper() and "." not in rest:
                yield f"{LABELS[label]}.models"
            elif app_of(node.value) and "." in (module := nearest(node.value, known)):
                yield module
    elif isinstance(node, ast.Call):
        name = called(node).rpartition(".")[2]
        if name in RELATIONS or name == "get_model":
            yield from (f"{LABELS[label]}.models" for label in labels_in(node) if label in LABELS)


def labels_in(call: ast.Call) -> set[str]:
    """App labels among the strings that a call is given, in whatever case the model is."""
    values = [
        *call.args,
        *(word.value for word in call.keywords if word.arg in {"to", "through", "app_label"}),
    ]
    texts = [str(value.value) for value in values if isinstance(value, ast.Constant)]
    whole = called(call).endswith("get_model")
    return {text.partition(".")[0] for text in texts if "." in text or whole}


def dependencies(source: str) -> Iterator[Arrow]:
    """What a migration says must run before it."""
    for node in nodes(source):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            label, name = (getattr(each, "value", None) for each in node.elts)
            if label in LABELS and MIGRATION.match(str(name)):
                yield Arrow(node.lineno, f"{LABELS[label]}.migrations")


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


def line_of(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def called(node: ast.Call) -> str:
    return dotted(node.func)


def dotted(node: ast.AST) -> str:
    """The name that an expression spells, as far as it is one: `a.b.c`, `().c` is `.c`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


# --- Names ------------------------------------------------------------------------------


def python(tree: Iterable[str]) -> list[str]:
    return [path for path in tree if path.endswith(".py")]


def code(tree: Tree) -> list[str]:
    """Python that runs for people: neither tests nor migrations."""
    return [path for path in python(tree) if not is_test(path) and not is_migration(path)]


def is_test(path: str) -> bool:
    return "tests" in path.split("/") or path.startswith("portal/testing")


def is_migration(path: str) -> bool:
    return "migrations" in path.split("/")


def modules(paths: Iterable[str]) -> dict[str, str]:
    return _modules(tuple(paths))


@cache
def _modules(paths: tuple[str, ...]) -> dict[str, str]:
    """Asked for each of thousands of lines, so once for all."""
    return {module_of(path): path for path in python(paths)}


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def parent_of(path: str, level: int) -> str:
    """The package that so many dots mean in the file at `path`."""
    return ".".join(path.split("/")[:-level]) if level else ""


@cache
def app_of(module: str) -> str:
    """The app a module belongs to: of the prefixes that are apps, the longest."""
    fitting = [app for app in APPS if (module + ".").startswith(app + ".")]
    return max(fitting, key=len, default="")


def nearest(name: str, known: Mapping[str, str]) -> str:
    """The longest prefix of a dotted name that is a module; the app where there is none."""
    while name not in known and name not in APPS and "." in name:
        name = name.rpartition(".")[0]
    return name


def layer_of(module: str) -> int | None:
    if module in PURE:
        return 0
    inside = module.removeprefix(app_of(module)).removeprefix(".")
    return LAYERS.get(inside.partition(".")[0])
