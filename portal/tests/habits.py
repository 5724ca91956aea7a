"""What nobody does here: signals, clocks of their own, statuses by hand, raw SQL, unsafe pages."""

from __future__ import annotations

import ast
import re

from portal.tests.architecture import (
    PURE,
    Tree,
    called,
    code,
    dotted,
    imports,
    is_migration,
    is_test,
    module_of,
    nodes,
    python,
)

# accounts stands below the clock and stamps its rows as Django does: by the framework's own.
# portal/dev starts the servers: it runs before there is a database to ask.
OWN_TIME = ("tickets/clock.py", "accounts/", "portal/dev/", "portal/tests/test_architecture.py")
CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
CLOCK_IMPORT = "django.utils.timezone.now"
SQL_CLOCK = re.compile(r"\bnow\(\)|\bclock_timestamp\(\)|\bcurrent_timestamp\b", re.IGNORECASE)

# Where one statement says what the ORM cannot: locks, sweeps, counters, the clock; and those that
# the ORM writes itself, once, because that takes longer than to answer them (tickets/written.py).
RAW_SQL = (
    "accounts/limits.py",
    "sla/sweep.py",
    "tickets/clock.py",
    "tickets/mail/expand.py",
    "tickets/written.py",
)
SQL_CALLS = {"execute", "executemany", "raw", "extra", "RawSQL"}

VERBS = ("tickets/services.py", "tickets/ending.py")
DATABASE_DRIVERS = {"psycopg"}

UNSAFE_NAMES = {"mark_safe", "SafeString", "SafeText"}
UNSAFE_TEMPLATE = re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape off")
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|<script\b(?![^>]*\ssrc=)|<[^>]*\son[a-z]+\s*=|javascript:",
    re.IGNORECASE,
)


def signals(tree: Tree) -> list[str]:
    """Signals sent or received: consequences stand in a list of settings instead."""
    return [
        f"{path}:{line} {name}"
        for path in python(tree)
        for line, name in sorted(signals_in(path, tree[path]))
    ]


def signals_in(path: str, source: str) -> set[tuple[int, str]]:
    found = {
        (line, name)
        for line, name in imports(path, source)
        if name.startswith("django.dispatch") or ".signals." in name
    }
    for node in nodes(source):
        if isinstance(node, ast.Call):
            owner, _, name = called(node).rpartition(".")
            if name in ("Signal", "receiver") or (
                name == "connect" and owner not in DATABASE_DRIVERS
            ):
                found.add((node.lineno, called(node)))
    return found


def own_clocks(tree: Tree) -> list[str]:
    """Times taken anywhere but from `tickets.clock.now()`."""
    return [
        f"{path}:{line} {name}"
        for path in python(tree)
        if not path.startswith(OWN_TIME) and not is_migration(path)
        for line, name in sorted(clocks_in(path, tree[path]))
    ]


def clocks_in(path: str, source: str) -> set[tuple[int, str]]:
    found = {(line, name) for line, name in imports(path, source) if name == CLOCK_IMPORT}
    prose, defaults = docstrings(source), column_defaults(source)
    for node in nodes(source):
        if isinstance(node, ast.Attribute):
            name = ".".join(dotted(node).split(".")[-2:])
            if name in CLOCKS:
                found.add((node.lineno, name))
        elif isinstance(node, ast.Call) and node not in defaults:
            found |= {(node.lineno, "Now") for name in [called(node)] if name.endswith("Now")}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            found.update((node.lineno, hit) for hit in SQL_CLOCK.findall(node.value))
    return found


def docstrings(source: str) -> set[ast.AST]:
    """Strings that stand alone: prose, whatever it says."""
    return {node.value for node in nodes(source) if isinstance(node, ast.Expr)}


def column_defaults(source: str) -> set[ast.AST]:
    """What the database itself fills in, where SQL leaves a column out."""
    return {
        node.value
        for node in nodes(source)
        if isinstance(node, ast.keyword) and node.arg == "db_default"
    }


def statuses_by_hand(tree: Tree) -> list[str]:
    """A status written outside the verbs; what only thinks has no ticket to write to."""
    return [
        f"{path}:{line} status"
        for path in code(tree)
        if path not in VERBS and module_of(path) not in PURE
        for line in sorted(statuses_in(tree[path]))
    ]


def statuses_in(source: str) -> set[int]:
    found = set()
    for node in nodes(source):
        if isinstance(node, ast.Attribute) and node.attr == "status":
            if isinstance(node.ctx, ast.Store):
                found.add(node.lineno)
        elif isinstance(node, ast.Call) and called(node).rpartition(".")[2] == "update":
            found |= {node.lineno for word in node.keywords if word.arg == "status"}
        elif isinstance(node, ast.Call) and called(node) == "setattr":
            found |= {
                node.lineno for each in node.args[1:2] if getattr(each, "value", None) == "status"
            }
    return found


def raw_sql(tree: Tree) -> list[str]:
    """SQL written by hand, outside the few files that need it and tests that prove them."""
    return [
        f"{path}:{line} {name}"
        for path in python(tree)
        if path not in RAW_SQL
        and not path.startswith("portal/dev/")
        and not is_test(path)
        and not is_migration(path)
        for line, name in sql_in(tree[path])
    ]


def sql_in(source: str) -> list[tuple[int, str]]:
    calls = [node for node in nodes(source) if isinstance(node, ast.Call)]
    return sorted(
        (node.lineno, name)
        for node in calls
        if (name := called(node).rpartition(".")[2]) in SQL_CALLS
    )


def unsafe_markup(tree: Tree) -> list[str]:
    """Text declared to be HTML. Plain-text templates have nothing to escape."""
    return [
        f"{path}:{line} {name}"
        for path, source in tree.items()
        for line, name in (
            unsafe_names(source)
            if path.endswith(".py")
            else hits(UNSAFE_TEMPLATE, source)
            if path.endswith(".html")
            else []
        )
    ]


def unsafe_names(source: str) -> list[tuple[int, str]]:
    found = []
    for node in nodes(source):
        if isinstance(node, ast.ImportFrom):
            found += [(node.lineno, each.name) for each in node.names]
        elif isinstance(node, ast.Attribute):
            found.append((node.lineno, node.attr))
    return sorted(each for each in found if each[1] in UNSAFE_NAMES)


def inline_code(tree: Tree) -> list[str]:
    """Styles and scripts inside pages, which the policy of the site forbids. Mails need styles."""
    return [
        f"{path}:{line} {found}"
        for path, source in tree.items()
        if path.endswith(".html") and not path.startswith("templates/mail/")
        for line, found in hits(INLINE, source)
    ]


def hits(pattern: re.Pattern[str], source: str) -> list[tuple[int, str]]:
    return [
        (source.count("\n", 0, hit.start()) + 1, hit.group().strip())
        for hit in pattern.finditer(source)
    ]
