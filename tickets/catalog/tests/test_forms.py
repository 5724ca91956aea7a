"""Forms built from the catalog."""

import pytest
from django.http import QueryDict

from tickets.catalog import store
from tickets.catalog.conditions import AnswerSpec, visible
from tickets.catalog.models import Question
from tickets.catalog.tests.samples import IMPACT, TEXTS, by_key, details, impact, samples

pytestmark = pytest.mark.django_db

# --- All shipped forms ----------------------------------------------------------------------

FORMS: list[tuple[str, str | None]] = [
    ("statuspage-access", None),
    ("account-cancellation", None),
    ("legal-information", None),
    ("payment", None),
    ("operator-console", None),
    ("patient-family", None),
]
FORMS += [
    ("perfectserve", about)
    for about in (
        "billing",
        "routing",
        "care-team-user",
        "user-access",
        "legal",
        "practitioner",
        "practice",
        "reporting",
        "schedule",
        "information",
    )
]
FORMS += [
    ("clinical-collaboration", about)
    for about in (
        "add-remove-user",
        "assignable-roles",
        "billing",
        "department",
        "directory",
        "legal",
        "message-type",
        "news",
        "patient",
        "provisioning",
        "policy",
        "reporting",
        "schedule",
        "telephony",
        "troubleshooting",
        "user-info",
    )
]


@pytest.mark.parametrize("pick", range(5))
@pytest.mark.parametrize("type_key, about", FORMS)
def test_every_shipped_form_takes_its_answers(type_key, about, pick):
    questions = store.current().questions(type_key, about)
    given = samples(questions, pick)

    form = details(type_key, about, TEXTS | IMPACT | given)

    assert form.errors == {}
    assert form.is_valid()
    answers = {question.key: given[f"q_{question.key}"] for question in questions}
    assert [answer.key for answer in form.answers()] == list(visible(questions, answers))


@pytest.mark.parametrize("type_key, about", FORMS)
def test_every_shipped_form_says_what_is_missing_in_words_of_its_own(type_key, about):
    shown = details(type_key, about).fields["shown"].initial

    form = details(type_key, about, {"shown": shown})

    messages = [message for errors in form.errors.values() for message in errors]
    assert len(messages) == len(set(messages)) >= 2
    assert not [message for message in messages if "This field is required" in message]


def test_every_message_of_a_shipped_question_is_written_out():
    unworded = Question.objects.filter(required=True, error="")

    assert list(unworded) == []


# --- Impact -----------------------------------------------------------------------------------


def test_impact_gives_the_subcategory_and_the_level():
    form = impact({"subcategory": "routing", **IMPACT, "affected": "some", "ability": "no"})

    assert form.is_valid()
    assert (form.subcategory.name, form.level()) == (
        "Call/message routing or message content assistance",
        1,
    )


def test_a_subcategory_of_the_other_product_is_refused():
    form = impact({"subcategory": "telephony", **IMPACT})

    assert form.errors == {"subcategory": ["Choose one of the subjects on the list."]}


def test_impact_says_what_is_missing():
    assert impact({}).errors == {
        "subcategory": ["Choose what it is about"],
        "affected": ["Choose who is affected right now"],
        "ability": ["Choose whether they can message and open the application"],
        "kind": ["Choose whether it is an issue, a request or a question"],
    }


def test_each_subcategory_shows_what_it_means():
    offered = impact().fields["subcategory"].choices

    assert [(value, label, label.hint) for value, label in offered][-2] == (
        "schedule",
        "Schedule assistance",
        "Coverage, permissions and templates of schedules.",
    )


def test_a_type_that_does_not_prompt_asks_all_on_one_page():
    form = details("payment", data={**TEXTS, **IMPACT, "urgent": "on", "affected": "nobody"})

    assert list(form.fields) == [
        "kind",
        "affected",
        "ability",
        "urgent",
        "subject",
        "q_invoice",
        "description",
        "shown",
    ]
    assert form.is_valid()
    assert form.level() == 3


# --- What depends on an answer ------------------------------------------------------------------


def test_what_an_answer_reveals_is_a_next_step_and_no_error():
    shown = details("clinical-collaboration", "add-remove-user").fields["shown"].initial
    given = {"q_action": "Remove a user", "q_person": "Kim Poe", "q_email": "kim@example.com"}

    form = details("clinical-collaboration", "add-remove-user", {**TEXTS, **given, "shown": shown})

    assert not form.is_valid()
    assert (form.errors, form.needs_another_look) == ({}, True)
    assert [question.key for question in form.revealed] == ["end", "cover"]
    assert form["shown"].value() == "action person email end cover"


def test_what_was_revealed_before_and_left_empty_is_an_error():
    given = {"q_action": "Remove a user", "q_person": "Kim Poe", "q_email": "kim@example.com"}

    form = details(
        "clinical-collaboration",
        "add-remove-user",
        {**TEXTS, **given, "shown": "action person email end cover"},
    )

    assert not form.is_valid()
    assert (form.errors, form.needs_another_look) == (
        {"q_end": ["Enter the last day of access"]},
        False,
    )


def test_an_error_and_a_revealed_question_show_only_the_error():
    shown = details("clinical-collaboration", "add-remove-user").fields["shown"].initial

    form = details(
        "clinical-collaboration",
        "add-remove-user",
        {**TEXTS, "q_action": "Remove a user", "q_email": "kim", "shown": shown},
    )

    assert form.errors == {
        "q_person": ["Enter the full name of the user"],
        "q_email": ["Enter an e-mail address like name@example.com"],
    }
    assert not form.needs_another_look
    assert "q_end" in form.fields


def test_without_the_list_of_what_was_shown_only_missing_answers_are_a_next_step():
    given = {"q_action": "Remove a user", "q_person": "Kim Poe", "q_email": "kim@example.com"}

    first = details("clinical-collaboration", "add-remove-user", {**TEXTS, **given})
    second = details(
        "clinical-collaboration", "add-remove-user", {**TEXTS, **given, "q_end": "2026-11-27"}
    )

    assert [question.key for question in first.revealed] == ["end"]
    assert second.is_valid()


def test_what_is_hidden_is_dropped():
    given = {
        "q_action": "Remove a user",
        "q_person": "Kim Poe",
        "q_email": "kim@example.com",
        "q_end": "2026-11-27",
        "q_role": "Nurse",
        "q_no_such_question": "x",
    }

    form = details("clinical-collaboration", "add-remove-user", {**TEXTS, **given})

    assert form.is_valid()
    assert list(by_key(form)) == ["action", "person", "email", "end"]


def test_an_answer_may_lead_to_another_subcategory_whatever_else_is_missing():
    form = details("perfectserve", "reporting", {"q_legal_case": "Yes"})

    assert not form.is_valid()
    assert (form.leads_to, form.errors, form.needs_another_look) == ("legal", {}, False)


def test_a_chosen_answer_that_is_not_offered_is_refused():
    form = details(
        "perfectserve", "practitioner", {**TEXTS, "q_practitioner": "Kim", "q_need": "Everything"}
    )

    assert form.errors == {"q_need": ["Choose one of the answers on the list."]}


# --- Answers ------------------------------------------------------------------------------------


PATIENT = {
    **TEXTS,
    "q_integration": " Main   EHR ",
    "q_direction": "Both",
    "q_seen": "2026-11-27T14:30",
    "q_no_phi": "on",
}


def test_answers_are_kept_as_asked_and_as_read():
    form = details("clinical-collaboration", "patient", PATIENT)

    assert form.is_valid()
    ids = {question.key: question.id for question in form.questions}
    assert form.answers() == (
        AnswerSpec(
            ids["integration"],
            "integration",
            "Integration or system concerned",
            "text",
            "Main EHR",
            "Main EHR",
        ),
        AnswerSpec(
            ids["direction"], "direction", "Which way does the data flow?", "select", "Both", "Both"
        ),
        AnswerSpec(
            ids["seen"],
            "seen",
            "When was it last seen?",
            "datetime",
            "2026-11-27T19:30:00+00:00",
            "Fri 27 Nov 2026, 2:30 pm EST",
        ),
        AnswerSpec(
            ids["no_phi"],
            "no_phi",
            "I have left out all patient-identifying information",
            "checkbox",
            True,
            "Yes",
        ),
    )


def test_several_answers_are_kept_in_the_order_of_the_form():
    data = QueryDict(mutable=True)
    data.update(
        TEXTS
        | {
            "q_whose": "Kim",
            "q_now": "Poe",
            "q_name": "Doe",
            "q_account": "Doe Clinic",
            "q_from": "2026-11-27",
        }
    )
    data.setlist("q_what", ["Account name", "Name"])

    form = details("perfectserve", "information", data)

    assert form.is_valid()
    what, day = by_key(form)["what"], by_key(form)["from"]
    assert (what.value, what.display) == (["Name", "Account name"], "Name, Account name")
    assert (day.value, day.display) == ("2026-11-27", "Fri 27 Nov 2026")


def test_patient_information_must_be_left_out():
    given = samples(store.current().questions("clinical-collaboration", "patient"))
    del given["q_no_phi"]

    form = details("clinical-collaboration", "patient", TEXTS | given)

    assert form.errors == {
        "q_no_phi": ["Take out all patient-identifying information, then tick the box"]
    }


def test_records_cannot_end_before_they_begin():
    given = samples(store.current().questions("perfectserve", "legal"))

    form = details("perfectserve", "legal", TEXTS | given | {"q_to": "2026-11-26"})

    assert form.errors == {"q_to": ["“Records to” can't be before “Records from”."]}


def test_named_checks_are_made():
    billing = details(
        "perfectserve", "billing", {**TEXTS, "q_topic": "An invoice", "q_invoice": "no. 5"}
    )
    practitioner = details(
        "perfectserve",
        "practitioner",
        {**TEXTS, "q_practitioner": "Kim", "q_need": "Information", "q_npi": "1234567890"},
    )

    assert billing.errors == {
        "q_invoice": [
            "Enter the invoice number as 3 to 20 letters, digits, hyphens (-) or slashes (/)."
        ]
    }
    assert practitioner.errors == {"q_npi": ["Check the NPI: one of its ten digits is wrong."]}


@pytest.mark.parametrize(
    "wall, stored",
    [
        ("2026-07-01T09:00", "2026-07-01T13:00:00+00:00"),
        ("2026-11-01T01:30", "2026-11-01T05:30:00+00:00"),  # comes twice, the first counts
    ],
)
def test_a_time_is_on_the_customers_wall_clock(wall, stored):
    given = samples(store.current().questions("perfectserve", "practice")) | {"q_from": wall}

    form = details("perfectserve", "practice", TEXTS | given)

    assert form.is_valid()
    assert by_key(form)["from"].value == stored


@pytest.mark.parametrize(
    "wall, message",
    [
        (
            "2026-03-08T02:30",
            "There is no such time on that day: the clocks go forward. Enter another one.",
        ),
        ("0001-01-01T00:00", "Enter a date and a time, like 2026-11-27 14:30."),
        ("tomorrow", "Enter a date and a time, like 2026-11-27 14:30."),
    ],
)
def test_a_time_that_does_not_exist_is_refused(wall, message):
    given = samples(store.current().questions("perfectserve", "practice")) | {"q_from": wall}

    assert details("perfectserve", "practice", TEXTS | given).errors == {"q_from": [message]}
