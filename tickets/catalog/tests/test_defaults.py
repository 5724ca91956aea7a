"""What stands in a question at first, and what cannot."""

from types import SimpleNamespace

import pytest

from tickets.catalog.conditions import QuestionSpec
from tickets.catalog.defaults import default_of, why_not
from tickets.catalog.tests.desk import problems, question, save
from tickets.catalog.tests.files import edited, refusal

ROBIN = SimpleNamespace(
    name="Robin Vale",
    email="robin@clinic.example",
    phone="1.555.010.0199",
    organization_id=None,
    stated_organization="Uptown ENT",
)
EMAIL = "kind: email, default: requester.email}"


@pytest.mark.parametrize(
    ("default", "user", "stands_there"),
    [
        ("", ROBIN, ""),
        ("Riverside", None, "Riverside"),
        ("requester.name", ROBIN, "Robin Vale"),
        ("requester.email", ROBIN, "robin@clinic.example"),
        ("requester.phone", ROBIN, "1.555.010.0199"),
        ("requester.organization", ROBIN, "Uptown ENT"),
        ("requester.name", None, ""),
    ],
)
def test_a_default_is_fixed_or_what_is_known(default, user, stands_there):
    asked = QuestionSpec(1, "who", "Who?", "text", default=default)

    assert default_of(asked, user=user) == stands_there


@pytest.mark.django_db
def test_an_organization_that_we_confirmed_wins_over_the_stated_one(make_user):
    robin = make_user("Robin", organization="Riverside Clinic", stated_organization="River")
    asked = QuestionSpec(1, "where", "Where?", "text", default="requester.organization")

    assert default_of(asked, user=robin) == "Riverside Clinic"


@pytest.mark.parametrize(
    ("default", "kind", "format"),
    [
        ("requester.phone", "phone", ""),
        ("requester.name", "text", ""),
        ("Yes", "select", ""),
        ("Yes", "multiselect", ""),
        ("12", "integer", ""),
        ("2026-11-27", "date", ""),
        ("dana@example.com", "email", ""),
        ("877-844-7727", "phone", ""),
        ("1234567893", "text", "npi"),
        ("Riverside", "text", ""),
    ],
)
def test_what_the_question_would_take_may_stand_there(default, kind, format):
    assert why_not(default, kind=kind, format=format, choices=["Yes", "No"]) is None


@pytest.mark.parametrize(
    ("default", "kind", "format", "reason"),
    [
        ("requester.age", "text", "", "'requester.age' is nothing we know; use requester.name, "),
        ("requester.name", "email", "", "'requester.name' is only for questions of kind text or "),
        ("Perhaps", "select", "", "'Perhaps' is none of its answers"),
        ("on", "checkbox", "", "a question of kind checkbox can't have one"),
        ("2026-11-27T10:00", "datetime", "", "a question of kind datetime can't have one"),
        ("twelve", "integer", "", "'twelve' is no answer that it would take"),
        ("27 11 2026", "date", "", "'27 11 2026' is no answer that it would take"),
        ("dana", "email", "", "'dana' is no answer that it would take"),
        ("12", "phone", "", "'12' is no answer that it would take"),
        ("1234567890", "text", "npi", "'1234567890' is no answer that it would take"),
    ],
)
def test_what_it_would_refuse_may_not(default, kind, format, reason):
    said = why_not(default, kind=kind, format=format, choices=["Yes", "No"])

    assert said is not None
    assert said.startswith(reason)


@pytest.mark.django_db
def test_a_file_with_such_a_default_is_refused_by_its_line():
    said = refusal(edited((EMAIL, "kind: email, default: requester.name}")))

    assert "'default' of question 'email': 'requester.name' is only for questions of kind " in said


@pytest.mark.django_db
def test_the_desk_refuses_it_as_well(desk):
    typed = save(desk, question("steps", about="practitioner"), default="requester.age")
    chosen = save(desk, question("need", about="practitioner"), default="Tea")

    assert problems(typed)[0].startswith("'requester.age' is nothing we know")
    assert problems(chosen) == ["“Tea” stands there at first, but is none of its answers."]


@pytest.mark.django_db
def test_an_answer_cannot_lead_to_where_it_is_asked(desk):
    legal_case = question("legal_case", about="reporting")

    response = save(desk, legal_case, **{"choices-0-leads_to": str(legal_case.subcategory_id)})

    assert problems(response) == ["This question is asked there already."]
