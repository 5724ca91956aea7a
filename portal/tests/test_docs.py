"""What the documents say is so: variables, log-ins, commands, files and links."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from portal.dev.people import PASSWORD, PEOPLE
from portal.tests.architecture import called, nodes

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [
    "README.md",
    "CHANGELOG.md",
    *sorted(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md")),
]
# Read by bin/demo and bin/test, not by the settings.
OF_THE_TOOLS = {
    *("CHROMIUM", "CI", "DOVECOT", "HYPOTHESIS_PROFILE", "PYTHON"),
    *("MAIL_IN_PORT", "MAILS_PORT", "PORT", "SMTP_PORT"),
}
NAMES_A_FILE = re.compile(r"`([\w./-]+/[\w-]+\.(?:py|yaml|css|html|json|txt)|[\w./-]+/)`")


def read(name):
    return (ROOT / name).read_text()


def variables():
    """The environment variables that the settings read, and those defaults that are plain."""
    read_by = [*nodes(read("portal/settings.py")), *nodes(read("portal/mail_in.py"))]
    calls = [node for node in read_by if isinstance(node, ast.Call)]
    return {
        call.args[0].value: default_of(call)
        for call in calls
        if called(call).split(".")[0] == "env" and call.args
    }


def default_of(call):
    """The default as the document writes it; None where it is computed from something."""
    [value] = [word.value for word in call.keywords if word.arg == "default"]
    if any(isinstance(node, ast.Name | ast.Call | ast.IfExp) for node in ast.walk(value)):
        return None
    found = eval(ast.unparse(value))
    if isinstance(found, bool):
        return "on" if found else "off"
    return ",".join(found) or "empty" if isinstance(found, list) else str(found) or "empty"


def documented():
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", read("docs/configuration.md"), re.M)
    return {name: default.strip("`") for name, default in rows}


def test_every_variable_of_the_settings_is_documented_and_no_other():
    assert sorted(documented()) == sorted(variables().keys() | OF_THE_TOOLS)


def test_documented_defaults_are_those_of_the_settings():
    plain = {
        name: default
        for name, default in variables().items()
        if default is not None and name != "SECRET_KEY"
    }

    assert {name: documented()[name] for name in plain} == plain


def test_the_readme_says_how_to_sign_in_to_a_demo():
    rows = re.findall(r"^\| (\w+) \| `(\S+@\S+)` \| `(\S+)` \|", read("README.md"), re.M)

    assert rows == [(person.role, person.email, PASSWORD) for person in PEOPLE]


def test_the_map_of_tickets_names_each_of_its_modules_once():
    table = read("docs/architecture.md").partition("## Inside `tickets/`")[2].partition("\n## ")[0]
    cells = [row.split(" | ")[1] for row in table.splitlines() if row.startswith("| ")]
    named = [name for cell in cells for name in re.findall(r"`([\w.]+)`", cell)]

    files = [*(ROOT / "tickets").glob("*.py"), *(ROOT / "tickets/desk").glob("*.py")]
    modules = {".".join(file.relative_to(ROOT / "tickets").with_suffix("").parts) for file in files}
    assert sorted(named) == sorted(
        modules - {"__init__", "apps", "urls", "desk.__init__"} | {"models"}
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_is_there(document):
    named = set(re.findall(r"manage\.py (\w+)", read(document)))

    assert named - get_commands().keys() == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_is_there(document):
    links = re.findall(r"\]\((?!http)([^)#]+)\)", read(document))
    paths = [
        ROOT / name
        for name in NAMES_A_FILE.findall(read(document))
        if not name.startswith((".", "/"))
    ]
    paths += [(ROOT / document).parent / link for link in links]

    assert [str(path) for path in paths if not path.exists()] == []
