"""The catalog in memory."""

import pytest
from django.db import transaction

from tickets.catalog import services, store
from tickets.catalog.models import (
    Brand,
    Choice,
    Condition,
    Question,
    RequestType,
    Subcategory,
)

pytestmark = pytest.mark.django_db


def test_what_is_shipped_is_all_there():
    catalog = store.current()

    assert [(spec.key, spec.prompts, len(spec.subcategories)) for spec in catalog.types()] == [
        ("statuspage-access", False, 0),
        ("account-cancellation", False, 0),
        ("legal-information", False, 0),
        ("payment", False, 0),
        ("clinical-collaboration", True, 16),
        ("operator-console", False, 0),
        ("patient-family", False, 0),
        ("perfectserve", True, 10),
    ]
    assert [(level.number, level.contact) for level in catalog.levels.values()] == [
        (1, "phone_instead"),
        (2, "phone_instead"),
        (3, "phone_or_ticket"),
        (4, "ticket"),
    ]


def test_an_unchanged_catalog_costs_one_query(django_assert_num_queries):
    first = store.current()

    with django_assert_num_queries(1):
        assert store.current() is first


def test_reading_takes_the_same_queries_however_much_there_is(django_assert_num_queries):
    services.changed()
    with django_assert_num_queries(14):
        store.current()
    add_forms(3)
    services.changed()

    with django_assert_num_queries(14):
        store.current()


def add_forms(count):
    spec = RequestType.objects.get(key="perfectserve")
    for number in range(count):
        about = Subcategory.objects.create(request_type=spec, key=f"extra-{number}", name="Extra")
        parent = Question.objects.create(
            request_type=spec, subcategory=about, key="parent", label="Parent", kind="select"
        )
        child = Question.objects.create(
            request_type=spec, subcategory=about, key="child", label="Child", kind="text"
        )
        choice = Choice.objects.create(question=parent, label="Yes")
        Condition.objects.create(question=child, parent=parent).choices.add(choice)


def test_a_change_is_seen_at_once():
    before = store.current()
    RequestType.objects.filter(key="payment").update(name="Bills")
    services.changed()

    after = store.current()

    assert after.type("payment").name == "Bills"
    assert after.version > before.version


def test_a_change_that_was_rolled_back_leaves_nothing_behind():
    """The number seen inside must not come again for other rows."""
    before = store.current()
    try:
        with transaction.atomic():
            RequestType.objects.filter(key="payment").update(name="Bills")
            services.changed()
            inside = store.current()
            raise InterruptedError
    except InterruptedError:
        services.changed()

    after = store.current()

    assert (inside.type("payment").name, after.type("payment").name) == (
        "Bills",
        before.type("payment").name,
    )
    assert after.version not in (before.version, inside.version)


def test_what_is_archived_is_not_offered():
    RequestType.objects.filter(key="payment").update(is_active=False)
    Subcategory.objects.filter(key="routing").update(is_active=False)
    Question.objects.filter(subcategory__key="practitioner", key="npi").update(is_active=False)
    Choice.objects.filter(question__key="need", label="Access").update(is_active=False)
    services.changed()

    catalog = store.current()

    assert catalog.type("payment") is None
    assert catalog.type("perfectserve").subcategory("routing") is None
    questions = {each.key: each for each in catalog.questions("perfectserve", "practitioner")}
    assert list(questions) == ["practitioner", "need", "device", "steps"]
    assert [choice.label for choice in questions["need"].choices] == [
        "Information",
        "Troubleshooting",
    ]


def test_a_subcategory_belongs_to_its_own_type_only():
    catalog = store.current()

    assert catalog.type("perfectserve").subcategory("telephony") is None
    assert catalog.type("clinical-collaboration").subcategory("telephony").name == (
        "Telephony update"
    )
    assert catalog.questions("perfectserve", "telephony") == ()


@pytest.mark.parametrize(
    "type_key, brand_key, extension",
    [
        ("statuspage-access", "perfectserve", "5"),
        ("statuspage-access", "clinical-collaboration", "1"),
        ("clinical-collaboration", "perfectserve", "1"),
        ("clinical-collaboration", "clinical-collaboration", "1"),
        ("perfectserve", "perfectserve", "5"),
        ("perfectserve", "clinical-collaboration", "5"),
    ],
)
def test_a_types_own_extension_wins_over_the_hosts(type_key, brand_key, extension):
    catalog = store.current()

    phone = catalog.phone_for(catalog.brand(brand_key), catalog.type(type_key))

    assert (phone.display, phone.tel_url) == (
        f"1.877.844.7727, ext. {extension}",
        f"tel:+18778447727;ext={extension}",
    )


def test_each_brand_says_how_to_reach_it():
    assert [
        (brand.name, brand.formerly, brand.phone_display, brand.tel_url, brand.origin)
        for brand in store.current().contacts
    ] == [
        (
            "PerfectServe",
            "",
            "1.877.844.7727, ext. 5",
            "tel:+18778447727;ext=5",
            "https://support.perfectserve.com",
        ),
        (
            "Clinical Collaboration",
            "Telmediq",
            "1.877.844.7727, ext. 1",
            "tel:+18778447727;ext=1",
            "https://support.telmediq.com",
        ),
    ]


def test_one_person_may_chat_where_the_brand_has_an_address():
    Brand.objects.filter(key="perfectserve").update(chat_url="https://chat.example.com")
    services.changed()
    catalog = store.current()

    ways = [[row.ways(brand) for row in catalog.reminders] for brand in catalog.brands]

    assert ways == [
        [("phone", "chat"), ("phone",), ("phone",)],
        [("phone",), ("phone",), ("phone",)],
    ]


def test_an_answer_leads_to_no_archived_subcategory():
    Subcategory.objects.filter(key="legal").update(is_active=False)
    services.changed()

    question = store.current().questions("perfectserve", "reporting")[0]

    assert [choice.leads_to for choice in question.choices] == [None, None]
