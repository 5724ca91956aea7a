"""The command that loads a catalog file."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.management.commands.load_catalog import SHIPPED
from tickets.catalog import store
from tickets.catalog.models import RequestType

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("load_catalog", *map(str, args), stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def edited(tmp_path):
    """Write the shipped file with passages replaced, each of which must stand there."""

    def write(*changes):
        text = SHIPPED.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / "catalog.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_it_loads_catalog_and_hours(edited):
    assert run(SHIPPED) == ["nothing to change", "SLA policy “Standard”: unchanged"]
    assert run(edited(("resolution_hours: 240", "resolution_hours: 200"))) == [
        "nothing to change",
        "SLA policy “Standard”: version 2",
    ]


def test_check_says_what_would_change_and_writes_nothing(edited):
    version = store.version()

    lines = run(edited(("name: Payment assistance", "name: Bills")), "--check")

    assert lines == [
        "changed request type payment: name",
        "SLA policy “Standard”: unchanged",
        "only checked, nothing was written",
    ]
    assert RequestType.objects.get(key="payment").name == "Payment assistance"
    assert store.version() == version


def test_without_a_file_the_shipped_one_is_not_loaded_over_what_was_edited():
    RequestType.objects.filter(key="payment").update(name="Bills")

    assert run() == [
        f"There is a catalog already; to load the shipped one over it: load_catalog {SHIPPED}"
    ]
    assert RequestType.objects.get(key="payment").name == "Bills"


@pytest.mark.parametrize("option", [[], ["--check"]])
def test_a_file_with_problems_is_refused_whole(edited, option):
    wrong = edited(("name: Payment assistance", "name: Bills"), ("kind: phone", "kind: fone"))

    with pytest.raises(CommandError, match="nothing was loaded"):
        run(wrong, *option)

    assert RequestType.objects.get(key="payment").name == "Payment assistance"


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="no/such/file.yaml.*No such file"):
        run(Path("no/such/file.yaml"))


def test_a_file_at_odds_with_other_rows_is_refused(edited):
    """A brand made at the desk has the prefix that the file gives to another one."""
    path = edited(
        (
            "  - key: perfectserve\n    name: PerfectServe\n",
            "  - key: new\n    name: PerfectServe\n",
        )
    )

    with pytest.raises(CommandError, match="at odds with rows that it does not name"):
        run(path)
