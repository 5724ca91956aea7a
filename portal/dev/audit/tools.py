"""The tools of the audit: installed into the user's cache at pinned versions, and run."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from portal.dev import chromium

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NPM_FILES = ("package.json", "package-lock.json")
SHOWN = ("axe-core", "html_codesniffer", "html-validate", "lighthouse")
PIP_AUDIT = "pip-audit==2.9.0"
REQUIREMENTS = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


class Missing(Exception):
    """Something the audit needs is not there; the text says what to do."""


def install() -> Path:
    """Return the folder of the tools, made once for each state of their lock file."""
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("The audit needs Node 20 with npm, which was not found.")
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in NPM_FILES))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "turnaround-audit" / digest.hexdigest()[:16]
    if (place / "complete").exists():
        return place
    print(f"Installing the tools of the audit into {place} …", flush=True)
    place.mkdir(parents=True, exist_ok=True)
    for name in NPM_FILES:
        shutil.copy(HERE / name, place)
    # Chromium is there; puppeteer, which Lighthouse brings along, must not fetch its own.
    surroundings = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
    _run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=place, env=surroundings)
    venv.create(place / "venv", with_pip=True)
    _run([str(place / "venv/bin/pip"), "install", "--quiet", PIP_AUDIT], cwd=place)
    (place / "complete").touch()
    return place


def _run(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"{Path(command[0]).name} failed:\n{done.stderr or done.stdout}")


def versions(place: Path) -> dict[str, str]:
    found = {
        name: json.loads((place / f"node_modules/{name}/package.json").read_text())["version"]
        for name in SHOWN
    }
    program = chromium.find() or ""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found["Chromium"] = next(word for word in told.stdout.split() if word[0].isdigit())
    found["pip-audit"] = PIP_AUDIT.partition("==")[2]
    found["ruff"] = importlib.metadata.version("ruff")
    return found


def invalid_html(place: Path, folder: Path) -> dict[str, list[str]]:
    """Return what html-validate says of each file of a folder that holds pages."""
    program = place / "node_modules/html-validate/bin/html-validate.mjs"
    rules = shutil.copy(HERE / "htmlvalidate.json", folder / ".htmlvalidate.json")
    # Into a file: it ends before a pipe has taken all it says.
    with tempfile.TemporaryFile("w+") as told:
        done = subprocess.run(
            ["node", str(program), "--config", rules, "--formatter", "json", f"{folder}/*.html"],
            stdout=told,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        told.seek(0)
        text = told.read()
    if done.returncode not in (0, 1):
        raise Missing(f"html-validate failed:\n{done.stderr}")
    return {
        Path(page["filePath"]).name: [
            f"{said['ruleId']}: {said['message']} {said.get('selector') or ''}".rstrip()
            for said in page["messages"]
            if said["severity"] == 2
        ]
        for page in json.loads(text)
    }


def lighthouse(place: Path, url: str, *, cookies: str = "") -> dict[str, int]:
    """Return the four scores of a page on a phone, 0 to 100."""
    flags = " ".join(["--headless=new", "--disable-dev-shm-usage", *chromium.arguments()])
    command = [
        *("node", str(place / "node_modules/lighthouse/cli/index.js"), url, "--quiet"),
        *("--output=json", f"--only-categories={','.join(CATEGORIES)}"),
        f"--chrome-flags={flags}",
    ]
    if cookies:
        command.append("--extra-headers=" + json.dumps({"Cookie": cookies}))
    surroundings = {**os.environ, "CHROME_PATH": chromium.find() or ""}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"Lighthouse failed on {url}:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout)["categories"]
    return {name: round(100 * (told[name]["score"] or 0)) for name in CATEGORIES}


def packages(place: Path, *, offline: bool) -> dict[str, Any]:
    """Return which pinned packages have known weaknesses, and how many could (not) be checked."""
    checked = [] if offline else _checked(place)
    pinned = {
        name.lower()
        for file in REQUIREMENTS
        for name in re.findall(r"^([\w.-]+)==", (ROOT / file).read_text(), re.MULTILINE)
    }
    return {
        "offline": offline,
        "checked": len(checked),
        "unchecked": len(pinned) - len(checked),
        "weak": [
            f"{each['name']} {each['version']}: {weakness['id']}"
            for each in checked
            for weakness in each["vulns"]
        ],
    }


def _checked(place: Path) -> list[dict[str, Any]]:
    """Return what pip-audit could look up, each package once; none where nobody answers it."""
    named = [part for name in REQUIREMENTS for part in ("-r", name)]
    done = subprocess.run(
        [
            *(str(place / "venv/bin/pip-audit"), *named, "--disable-pip", "--require-hashes"),
            *("--progress-spinner", "off", "--format", "json"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        print(f"pip-audit said:\n{done.stderr[-2000:]}", file=sys.stderr)
        return []
    told = {each["name"]: each for each in json.loads(done.stdout)["dependencies"]}
    return [each for each in told.values() if "skip_reason" not in each]


def unsafe_code() -> list[str]:
    """Return what ruff's security rules say of the code, with the exceptions of pyproject.toml."""
    done = subprocess.run(
        # Not --select, which would set aside what pyproject.toml leaves out with its reasons.
        [sys.executable, "-m", "ruff", "check", "--output-format", "concise", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if re.search(r"\.py:\d+:\d+: S\d", line)]
