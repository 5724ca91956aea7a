"""Loading a catalog file: all or nothing, and again without effect."""

import pytest
import yaml

from tickets.catalog import services, store
from tickets.catalog.models import (
    Brand,
    Choice,
    Condition,
    Question,
    RequestType,
    Subcategory,
)
from tickets.catalog.planning import source
from tickets.catalog.tests.files import TEXT, edited, load

pytestmark = pytest.mark.django_db

ALONE = ["nothing to change"]


def test_a_second_load_changes_nothing_and_says_so():
    version = store.version()

    lines = load(TEXT)

    assert [line for line in lines if "left alone" not in line] == ALONE
    assert store.version() == version


def test_every_row_is_what_the_file_says():
    data = yaml.safe_load(TEXT)
    catalog = store.current()

    for told, spec in zip(data["request_types"], catalog.types(), strict=True):
        assert (spec.key, spec.name, spec.meaning, spec.prompts, list(spec.aliases)) == (
            told["key"],
            told["name"],
            told["meaning"],
            told["prompts"],
            told.get("aliases", []),
        )
        for about, row in zip(told.get("subcategories", []), spec.subcategories, strict=True):
            assert (row.key, row.name, row.meaning, row.restricted) == (
                about["key"],
                about["name"],
                about["meaning"],
                about.get("restricted", False),
            )
            assert [as_told(each) for each in about["questions"]] == list(
                map(as_read, row.questions)
            )


def as_told(told):
    return (
        told["key"],
        told["label"],
        told["kind"],
        told.get("required", True),
        told.get("format", ""),
        told.get("choices", []),
        {parent: frozenset(labels) for parent, labels in told.get("show_when", {}).items()},
    )


def as_read(question):
    return (
        question.key,
        question.label,
        question.kind,
        question.required,
        question.format,
        [choice.label for choice in question.choices],
        {condition.parent: condition.answers for condition in question.conditions},
    )


def test_a_changed_label_changes_the_row_with_its_key():
    before = Question.objects.get(request_type__key="payment", key="invoice")

    lines = load(
        edited(
            (
                "key: invoice, label: Invoice number, hint: It stands at the top of the "
                "invoice., kind: text, format: invoice, required: false",
                "key: invoice, label: Number of the bill, hint: It stands at the top of "
                "the invoice., kind: text, format: invoice, required: false",
            )
        )
    )

    after = Question.objects.get(request_type__key="payment", key="invoice")
    assert lines == ["changed question payment/invoice: label"]
    assert (after.pk, after.label) == (before.pk, "Number of the bill")
    assert store.current().type("payment").questions[0].label == "Number of the bill"


def test_a_changed_answer_is_a_new_one_and_the_old_one_is_archived():
    lines = load(
        edited(
            ("choices: [Add a user, Remove a user]", "choices: [Add, Remove a user]"),
            ("show_when: {action: [Add a user]}", "show_when: {action: [Add]}"),
            ("show_when: {action: [Add a user]}", "show_when: {action: [Add]}"),
            ("show_when: {action: [Add a user]}", "show_when: {action: [Add]}"),
        )
    )

    assert sorted(lines) == [
        "changed choice 'Add a user': no longer offered",
        "changed the conditions of 3 questions",
        "created 1 choice",
    ]
    choices = Choice.objects.filter(question__subcategory__key="add-remove-user")
    assert list(choices.values_list("label", "is_active")) == [
        ("Add a user", False),
        ("Add", True),
        ("Remove a user", True),
    ]
    role = store.current().questions("clinical-collaboration", "add-remove-user")[3]
    assert role.conditions[0].answers == frozenset({"Add"})


def test_an_answer_that_comes_back_is_the_same_row():
    ids = set(Choice.objects.values_list("id", flat=True))
    load(edited(("choices: [Active, Pending]", "choices: [Active, Pending, Closed]")))

    load(TEXT)

    assert set(Choice.objects.filter(is_active=True).values_list("id", flat=True)) == ids


def test_what_administrators_added_or_archived_stays():
    spec = RequestType.objects.get(key="perfectserve")
    about = Subcategory.objects.create(request_type=spec, key="own", name="Own", meaning="Own")
    own = Question.objects.create(
        request_type=spec, subcategory=about, key="own", label="Own", kind="text"
    )
    RequestType.objects.filter(key="payment").update(is_active=False)

    lines = load(TEXT)

    assert lines == [
        "nothing to change",
        "left alone 1 subcategory that the file does not name",
        "left alone 1 question that the file does not name",
    ]
    assert Question.objects.filter(pk=own.pk).exists()
    assert not RequestType.objects.get(key="payment").is_active


def test_a_file_may_archive_and_offer_again():
    archived = edited(("  - key: payment\n", "  - key: payment\n    offered: false\n"))

    load(archived)
    assert store.current().type("payment") is None
    load(archived.replace("offered: false", "offered: true"))

    assert store.current().type("payment") is not None


def test_another_brand_may_become_the_default_one():
    lines = load(
        edited(
            (
                "    is_default: true              # answers where the address is only localhost\n",
                "",
            ),
            ("    formerly: Telmediq\n", "    formerly: Telmediq\n    is_default: true\n"),
        )
    )

    assert lines == [
        "changed brand 'PerfectServe': is_default",
        "changed brand clinical-collaboration: is_default",
    ]
    assert list(Brand.objects.filter(is_default=True).values_list("key", flat=True)) == [
        "clinical-collaboration"
    ]


def test_a_brand_may_say_in_mails_what_its_agents_answer():
    line = "    formerly: Telmediq\n"

    lines = load(edited((line, f"{line}    mails_reply_text: true\n")))

    assert lines == ["changed brand clinical-collaboration: mails_reply_text"]
    wanted = {brand.key: brand.mails_reply_text for brand in store.current().brands}
    assert wanted == {"perfectserve": False, "clinical-collaboration": True}
    told = services.dump(dict.fromkeys((1, 2, 3, 4), (1, 8)))["brands"]
    assert [brand.get("mails_reply_text") for brand in told] == [None, True]


def test_a_file_loads_into_an_empty_database():
    for model in (Condition, Choice, Question, Subcategory):
        model.objects.all().delete()

    lines = load(TEXT)

    told = [
        form["questions"]
        for spec in yaml.safe_load(TEXT)["request_types"]
        for form in spec.get("subcategories", [spec])
    ]
    asked = [question for questions in told for question in questions]
    assert lines == [
        "created 26 subcategories",
        f"created {len(asked)} questions",
        f"created {sum(len(each.get('choices', [])) for each in asked)} choices",
        f"created {sum(len(each.get('show_when', [])) for each in asked)} conditions",
    ]


def test_hours_by_level():
    assert services.target_hours(source.read(TEXT)) == {
        1: (1, 24),
        2: (2, 72),
        3: (4, 120),
        4: (48, 240),
    }
