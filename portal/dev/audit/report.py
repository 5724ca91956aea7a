"""docs/audit.md: what was found, against what was aimed at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.dev.audit.excused import Excuse, Finding, sorted_out

SCORES = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 90}
FORM_BYTES, FORM_REQUESTS = 60_000, 6
PAGE_BYTES = 80_000
TOOLS = ("status", "axe", "HTML_CodeSniffer", "html-validate", "browser")
NOTHING = "Nothing."
LOOKS = 4  # light, dark, on a phone, in forced colors
MOST_LINES = 60

Found = Mapping[str, Any]


def write(found: Found, versions: Mapping[str, str]) -> tuple[str, str]:
    """Return the report, and in one line which targets were missed (empty: none)."""
    counting, excuses = sorted_out(found["pages"]["found"])
    missed = [
        *sorted({tool for tool, _page, _line in counting}, key=TOOLS.index),
        *_missed_speed(found["speed"]),
        *_missed_packages(found["packages"]),
        *(["code"] if found["code"] else []),
    ]
    parts = [
        _head(found, versions, missed=missed),
        _pages(found["pages"]["states"], counting),
        _excused(excuses),
        _speed(found["speed"]),
        _packages(found["packages"]),
        _listed("Code", found["code"], "ruff's security rules (S), on all code but tests."),
    ]
    return "\n".join(parts), ", ".join(missed)


def _head(found: Found, versions: Mapping[str, str], *, missed: Sequence[str]) -> str:
    tools = ", ".join(f"{name} {number}" for name, number in versions.items())
    verdict = f"Missed: {', '.join(missed)}." if missed else "Every target is met."
    if found["packages"]["offline"]:
        verdict += " Packages were not checked."
    day = date.fromisoformat(found["pages"]["day"])
    return (
        f"# Audit\n\nWritten by `bin/audit` on {day:%d %B %Y}; do not edit. {verdict}\n\n{tools}.\n"
    )


def _pages(states: Mapping[str, int], counting: Sequence[Finding]) -> str:
    """Say how much each tool found; the same line on many pages stands once, with one of them."""
    counts = Counter(tool for tool, _page, _line in counting)
    table = "\n".join(f"| {tool} | 0 | {counts[tool]} |" for tool in TOOLS)
    lines: dict[tuple[str, str], list[str]] = {}
    for tool, page, line in counting:
        lines.setdefault((tool, line), []).append(page)
    told = [
        f"{tool}: `{line.replace('`', ' ')}` on {where[0]}"
        + (f" and {len(where) - 1} more" if len(where) > 1 else "")
        for (tool, line), where in lines.items()
    ]
    number = sum(states.values())
    rows = "\n".join(f"| {state} | {count} |" for state, count in states.items())
    return (
        f"## Pages\n\n{number} pages and states of portal and desk, as the people who may open "
        f"them see them.\n\n| state | pages |\n|---|---|\n{rows}\n\naxe looks at each in light, in "
        "the dark, at 320 px (where nothing may be too wide) and in forced colors: "
        f"{number * LOOKS} looks. HTML_CodeSniffer (WCAG 2 AA) and html-validate (its standard and "
        "accessibility rules) read each once. The browser complains when a script fails, the "
        "content security policy is broken, or anything is fetched from elsewhere.\n\n"
        f"| | allowed | found |\n|---|---|---|\n{table}\n\n{_list(told)}"
    )


def _excused(excuses: Sequence[tuple[Excuse, int]]) -> str:
    rows = "\n".join(
        f"| {each.tool}: {each.rule} | {count} | {each.why} |" for each, count in excuses
    )
    return (
        "## Not counted\n\nFound in Django's own markup on the desk, looked at, and left. Nothing "
        "on the portal is left out, and no rule is switched off.\n\n"
        f"| rule | times | why |\n|---|---|---|\n{rows}\n"
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
    if packages["unchecked"] and not packages["offline"]:
        return ["packages that could not be checked"]
    return []


def _packages(packages: Found) -> str:
    if not packages["checked"]:
        why = (
            "the audit ran with `--offline`"
            if packages["offline"]
            else "no public list of known weaknesses answered"
        )
        return (
            f"## Packages\n\n**Not checked**: {why}. Nothing is known of the "
            f"{packages['unchecked']} pinned packages; run `bin/audit` where pypi.org answers.\n"
        )
    note = f"pip-audit, on requirements*.txt: {packages['checked']} packages checked."
    if packages["unchecked"]:
        note += f" **{packages['unchecked']} were not**: the lists do not know them."
    return _listed("Packages", packages["weak"], note)


def _listed(title: str, lines: Sequence[str], note: str) -> str:
    return f"## {title}\n\n{note}\n\n{_list(lines)}"


def _list(lines: Sequence[str]) -> str:
    if not lines:
        return f"{NOTHING}\n"
    more = [f"… and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "".join(f"- {line}\n" for line in [*lines[:MOST_LINES], *more])
