"""The catalog as a file: what is written can be loaded, and then nothing is to change."""

import re

import pytest
from django.core.management import CommandError, call_command

from sla.models import EscalationStep, Policy, Target
from sla.services import load_policy
from tickets.catalog.models import Choice, Question, RequestType, Subcategory
from tickets.catalog.planning import source
from tickets.catalog.planning.whole import plan_of
from tickets.catalog.tests.files import TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def dump(capsys):
    def dump():
        call_command("dump_catalog")
        return capsys.readouterr().out

    return dump


@pytest.fixture
def load(tmp_path, capsys):
    def load(text):
        """Load a text and return what the command says, line by line."""
        file = tmp_path / "catalog.yaml"
        file.write_text(text)
        call_command("load_catalog", file)
        return capsys.readouterr().out.splitlines()

    return load


def test_the_shipped_catalog_comes_out_as_it_went_in(dump):
    assert plan_of(source.read(dump())) == plan_of(source.read(TEXT))


def test_loading_what_was_written_changes_nothing(dump, load):
    assert load(dump()) == ["nothing to change", "SLA policy “Standard”: unchanged"]


def test_what_administrators_changed_comes_out_too(dump, load):
    RequestType.objects.filter(key="payment").update(name="Bills", is_active=False)
    Subcategory.objects.filter(key="news").update(is_active=False)
    Question.objects.filter(key="invoice").update(is_active=False)
    load_policy({1: (1, 12), 2: (2, 24), 3: (3, 48), 4: (4, 96)})

    data = source.read(dump())

    payment = next(each for each in data["request_types"] if each["key"] == "payment")
    assert (payment["name"], payment["offered"]) == ("Bills", False)
    assert [question["asked"] for question in payment["questions"]] == [False]
    assert [
        (level["first_response_hours"], level["resolution_hours"]) for level in data["priorities"]
    ] == [(1, 12), (2, 24), (3, 48), (4, 96)]
    assert load(dump()) == ["nothing to change", "SLA policy “Standard”: unchanged"]


def test_a_question_that_only_archived_answers_would_show_is_told_as_not_asked(dump):
    Choice.objects.filter(label="Add a user", question__subcategory__key="add-remove-user").update(
        is_active=False
    )

    text = dump()

    plan_of(source.read(text))
    types = {each["key"]: each for each in source.read(text)["request_types"]}
    about = next(
        each
        for each in types["clinical-collaboration"]["subcategories"]
        if each["key"] == "add-remove-user"
    )
    asked = {each["key"]: each.get("asked", True) for each in about["questions"]}
    assert {key for key, is_asked in asked.items() if not is_asked} == {
        "role",
        "department",
        "start",
    }


def test_it_is_written_into_a_file_where_one_is_named(tmp_path, capsys, dump):
    file = tmp_path / "ours.yaml"

    call_command("dump_catalog", file)

    assert capsys.readouterr().out == f"{file} written\n"
    assert file.read_text() == dump()


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("dump_catalog", tmp_path / "nowhere" / "ours.yaml")


def test_targets_that_are_no_whole_hours_are_said():
    Target.objects.filter(level=1, metric="first_response").update(seconds=90)

    with pytest.raises(CommandError, match=re.escape("“Standard, version 1” is no whole hour.")):
        call_command("dump_catalog")


def test_what_a_policy_says_beside_hours_is_named_and_not_left_out():
    version = Policy.objects.get().versions.get()
    Target.objects.create(version=version, level_id=1, metric="next_response", seconds=3600)
    EscalationStep.objects.create(version=version, minutes=30, audience="leads")

    with pytest.raises(
        CommandError,
        match=re.escape(
            "“Standard, version 1” says more than hours (a next response, escalation steps), "
            "which a file cannot."
        ),
    ):
        call_command("dump_catalog")


def test_a_catalog_that_a_file_cannot_say_is_not_written(tmp_path):
    file = tmp_path / "ours.yaml"
    RequestType.objects.filter(key="payment").update(aliases=["bill", "bill"])

    with pytest.raises(
        CommandError, match="Mend this on the desk first:\\n.*'bill' stands there twice"
    ):
        call_command("dump_catalog", file)

    assert not file.exists()
