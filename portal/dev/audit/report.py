"""docs/audit.md: what was found, against what was aimed at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

SCORES = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 90}
FORM_BYTES, FORM_REQUESTS = 60_000, 6
PAGE_BYTES = 80_000
TOOLS = ("status", "axe", "HTML_CodeSniffer", "html-validate", "browser")
NOTHING = "Nothing."
MOST_LINES = 60

Found = Mapping[str, Any]


def write(
    found: Found, versions: Mapping[str, str], *, excepted: Sequence[tuple[str, str]]
) -> tuple[str, str]:
    """Return the report, and in one line which targets were missed (empty: none)."""
    missed = [
        *_missed_on_pages(found["pages"]),
        *_missed_speed(found["speed"]),
        *_missed_packages(found["packages"]),
        *(["code"] if found["code"] else []),
    ]
    parts = [
        _head(versions, day=date.fromisoformat(found["pages"]["day"]), missed=missed),
        _pages(found["pages"], excepted),
        _speed(found["speed"]),
        _packages(found["packages"]),
        _listed("Code", found["code"], "ruff's security rules (S), on all code but tests."),
    ]
    return "\n".join(parts), ", ".join(missed)


def _head(versions: Mapping[str, str], *, day: date, missed: Sequence[str]) -> str:
    tools = ", ".join(f"{name} {number}" for name, number in versions.items())
    verdict = f"Missed: {', '.join(missed)}." if missed else "Every target is met."
    return (
        f"# Audit\n\nWritten by `bin/audit` on {day:%d %B %Y}; do not edit. {verdict}\n\n{tools}.\n"
    )


def _missed_on_pages(pages: Found) -> list[str]:
    return sorted({tool for tool, _page, _line in pages["found"]}, key=TOOLS.index)


def _pages(pages: Found, excepted: Sequence[tuple[str, str]]) -> str:
    """Say how much each tool found; the same line on many pages stands once, with one of them."""
    counts = Counter(tool for tool, _page, _line in pages["found"])
    table = "\n".join(f"| {tool} | 0 | {counts[tool]} |" for tool in TOOLS)
    lines: dict[tuple[str, str], list[str]] = {}
    for tool, page, line in pages["found"]:
        lines.setdefault((tool, line), []).append(page)
    told = [
        f"{tool}: `{line.replace('`', ' ')}` on {where[0]}"
        + (f" and {len(where) - 1} more" if len(where) > 1 else "")
        for (tool, line), where in lines.items()
    ]
    reasons = "\n".join(f"- `{code}`: {why}" for code, why in excepted)
    return (
        f"## Pages\n\n{pages['count']} pages and states of portal and desk: visited, sent empty, "
        "denied, failed; axe in light, dark, forced colors and at 320 px, where nothing may be "
        "too wide.\n\n"
        f"| | allowed | found |\n|---|---|---|\n{table}\n\n{_list(told)}\n"
        f"Not counted, because the tool is wrong there:\n\n{reasons or NOTHING}\n"
    )


def _missed_speed(speed: Found) -> list[str]:
    low = [
        f"Lighthouse {category} of {name}"
        for name, scores in speed["scores"].items()
        for category, least in SCORES.items()
        if scores[category] < least
    ]
    return low + [f"weight of {name}" for name in speed["weights"] if _is_heavy(name, speed)]


def _is_heavy(name: str, speed: Found) -> bool:
    size, requests = map(int, speed["weights"][name])
    return size > (FORM_BYTES if name == "Form" else PAGE_BYTES) or requests > FORM_REQUESTS


def _speed(speed: Found) -> str:
    rows = [f"| at least | {' | '.join(map(str, SCORES.values()))} | |"]
    for name, scores in speed["scores"].items():
        size, requests = speed["weights"][name]
        values = " | ".join(str(scores[category]) for category in SCORES)
        rows.append(f"| {name} | {values} | {size / 1000:.1f} kB, {requests} requests |")
    return (
        "## Speed and weight\n\nLighthouse on a phone (simulated slow 4G), and what the first "
        "visit fetches from the server of production, all of it from the site itself. The form "
        f"may weigh {FORM_BYTES // 1000} kB, other pages {PAGE_BYTES // 1000} kB, "
        f"in {FORM_REQUESTS} requests.\n\n"
        f"| | {' | '.join(SCORES)} | weight |\n|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _missed_packages(packages: Found) -> list[str]:
    if packages["weak"]:
        return ["packages with known weaknesses"]
    return ["packages that could not be checked"] if packages["unchecked"] else []


def _packages(packages: Found) -> str:
    note = f"pip-audit, on requirements*.txt: {packages['checked']} packages checked."
    if packages["unchecked"]:
        note += (
            f" {packages['unchecked']} could not be: the package index in use gives no list of "
            "known weaknesses. Run the audit again where pypi.org itself answers."
        )
    return _listed("Packages", packages["weak"], note)


def _listed(title: str, lines: Sequence[str], note: str) -> str:
    return f"## {title}\n\n{note}\n\n{_list(lines)}"


def _list(lines: Sequence[str]) -> str:
    if not lines:
        return f"{NOTHING}\n"
    more = [f"… and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "".join(f"- {line}\n" for line in [*lines[:MOST_LINES], *more])
