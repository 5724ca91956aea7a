"""Editing questions, their choices and their conditions at the desk."""

import pytest

from tickets.catalog import store
from tickets.catalog.models import Condition, Question, RequestType, Subcategory
from tickets.catalog.tests.desk import problems, question, save, url

pytestmark = pytest.mark.django_db


def add(desk, **columns):
    spec = RequestType.objects.get(key="perfectserve")
    data = {
        "request_type": spec.pk,
        "required": "on",
        "is_active": "on",
        "position": "0",
        "choices-TOTAL_FORMS": "0",
        "choices-INITIAL_FORMS": "0",
    } | columns
    return desk.post(url(Question, page="add"), data)


def test_a_new_question_comes_last(desk):
    about = Subcategory.objects.get(request_type__key="perfectserve", key="practitioner")

    response = add(desk, subcategory=about.pk, key="pager", label="Pager number", kind="phone")

    assert response.status_code == 302
    assert [each.key for each in store.current().questions("perfectserve", "practitioner")] == [
        "practitioner",
        "npi",
        "need",
        "device",
        "steps",
        "pager",
    ]


def test_a_question_cannot_stand_in_a_subcategory_of_another_type(desk):
    about = Subcategory.objects.get(request_type__key="clinical-collaboration", key="telephony")

    response = add(desk, subcategory=about.pk, key="pager", label="Pager number", kind="phone")

    assert problems(response) == ["This subcategory belongs to another request type."]


def test_a_key_is_one_question_of_a_form(desk):
    about = Subcategory.objects.get(request_type__key="perfectserve", key="practitioner")

    beside = add(desk, subcategory=about.pk, key="npi", label="NPI", kind="text")
    above = add(desk, subcategory="", key="npi", label="NPI", kind="text")

    assert problems(beside)[0] == "Another question of the same form has this key."
    assert problems(above) == ["Another question of the same form has this key."]


def test_a_check_must_fit(desk):
    assert problems(save(desk, question("practitioner"), format="zip")) == [
        "'zip' is no check; use npi, invoice, or after: and the key of an earlier date"
    ]


def test_a_select_needs_choices_and_a_text_has_none(desk):
    assert problems(save(desk, question("practitioner"), kind="select")) == [
        "A question of this kind needs choices."
    ]
    assert problems(
        save(
            desk,
            question("practitioner"),
            **{
                "choices-TOTAL_FORMS": "1",
                "choices-0-label": "A",
                "choices-0-is_active": "on",
                "choices-0-position": "0",
            },
        )
    ) == ["Only “One of several” and “Any of several” have choices."]


def test_a_condition_is_added(desk):
    need = question("need")
    access = need.choices.get(label="Access")

    response = save(desk, question("steps"), **{"conditions-0-choices": [str(access.pk)]})

    assert response.status_code == 302
    assert store.current().questions("perfectserve", "practitioner")[4].conditions[0].answers == (
        frozenset({"Access"})
    )


def test_a_condition_offers_earlier_questions_of_the_same_form_only(desk):
    form = desk.get(url(Question, question("device"))).context["inline_admin_formsets"][1]

    offered = form.formset.forms[0].fields["parent"].choices
    answers = form.formset.forms[0].fields["choices"].choices

    assert [label for _value, label in offered] == ["---------", "What is needed?"]
    assert [(group, [label for _pk, label in each]) for group, each in answers] == [
        ("What is needed?", ["Access", "Information", "Troubleshooting"])
    ]


def test_a_condition_on_a_later_question_is_refused(desk):
    device = question("device")

    response = save(
        desk,
        question("need"),
        **{"conditions-0-parent": device.pk, "conditions-0-choices": [device.choices.first().pk]},
    )

    assert "Select a valid choice" in problems(response)[0]
    assert not Condition.objects.filter(question=question("need")).exists()


def test_a_condition_on_answers_of_another_question_is_refused(desk):
    topic = question("topic", "billing").choices.first()

    response = save(desk, question("steps"), **{"conditions-0-choices": [topic.pk]})

    assert "Select a valid choice" in problems(response)[0]


def test_what_others_wait_for_cannot_be_hidden_moved_or_emptied(desk):
    need = question("need")
    waiting = "“Device”, “What was done and what was seen?”"

    assert problems(save(desk, need, is_active=None)) == [
        f"Other questions wait for its answer: {waiting}."
    ]
    assert problems(save(desk, need, position="9")) == [
        f"It must come before the questions that wait for it: {waiting}."
    ]
    assert problems(save(desk, need, **{"choices-0-is_active": None})) == [
        "Another question waits for this answer."
    ]


def test_an_answer_is_renamed_and_conditions_stay(desk):
    need = question("need")

    save(desk, need, **{"choices-0-label": "Access rights"})

    device = store.current().questions("perfectserve", "practitioner")[3]
    assert device.conditions[0].answers == frozenset({"Access rights", "Troubleshooting"})


def test_an_answer_leads_only_within_its_type(desk):
    other = Subcategory.objects.get(request_type__key="clinical-collaboration", key="legal")

    assert problems(save(desk, question("need"), **{"choices-0-leads_to": other.pk})) == [
        "This subcategory belongs to another request type."
    ]


def test_a_type_that_does_not_prompt_has_no_conditions(desk):
    state = Question.objects.get(request_type__key="legal-information", key="state")
    records = Question.objects.get(request_type__key="legal-information", key="records")

    response = save(
        desk,
        records,
        **{"conditions-0-parent": state.pk, "conditions-0-choices": [state.choices.first().pk]},
    )

    assert problems(response) == ["This type does not prompt, so it asks everything at once."]
