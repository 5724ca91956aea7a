"""Audits the whole site and writes docs/audit.md.

usage: python -m portal.dev.audit [--offline] (by bin/audit)
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.dev import chromium
from portal.dev.audit import report, tools

ROOT = Path(__file__).resolve().parents[3]
REPORT = ROOT / "docs/audit.md"
PAGES = (sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider")


def main(arguments: list[str]) -> int:
    if set(arguments) - {"--offline"}:
        print("usage: bin/audit [--offline]", file=sys.stderr)
        return 2
    try:
        place = tools.install()
        versions = tools.versions(place)
    except tools.Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        # CI: without a browser this fails instead of leaving pages out.
        surroundings = {**os.environ, "AUDIT_TOOLS": str(place), "AUDIT_FOUND": folder, "CI": "1"}
        pages = subprocess.run(
            [*PAGES, "portal/tests/audit_pages.py"], cwd=ROOT, env=surroundings, check=False
        )
        if pages.returncode != 0:
            print("The pages could not be looked at.", file=sys.stderr)
            return 2
        found = {file.stem: json.loads(file.read_text()) for file in Path(folder).glob("*.json")}
    print("pip-audit, ruff …", flush=True)
    found["packages"] = tools.packages(place, offline="--offline" in arguments)
    found["code"] = tools.unsafe_code()
    text, missed = report.write(found, versions)
    REPORT.write_text(text)
    print(f"docs/audit.md written. {f'Missed: {missed}' if missed else 'Every target is met'}.")
    return 1 if missed else 0


if __name__ == "__main__":
    if chromium.find() is None:
        print(chromium.ADVICE, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
