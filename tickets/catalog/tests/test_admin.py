"""Editing the catalog at the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets.catalog import colors, store
from tickets.catalog.models import (
    Brand,
    Choice,
    CommonField,
    Condition,
    ImpactRule,
    Question,
    RequestType,
    Subcategory,
)
from tickets.catalog.tests.desk import problems, question, save, url

pytestmark = pytest.mark.django_db

MODELS = [Brand, RequestType, Subcategory, Question, CommonField, ImpactRule]


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_page_shows(desk, model):
    assert desk.get(url(model, page="changelist")).status_code == 200
    row = model.objects.first()
    assert desk.get(url(model, row), follow=True).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_agents_find_nothing_to_edit(client, alex, settings, model):
    settings.STAFF_MFA = "off"
    client.force_login(alex)
    row = model.objects.first()

    assert client.post(url(model, row), {}).status_code in (403, 404)
    assert client.get(url(model, page="add")).status_code in (403, 404)


def test_what_is_saved_is_seen_at_once(desk):
    row = RequestType.objects.get(key="payment")

    response = save(desk, row, name="Bills")

    assert response.status_code == 302
    assert store.current().type("payment").name == "Bills"


def test_what_is_archived_in_a_list_is_offered_no_more(desk):
    row = RequestType.objects.get(key="payment")

    desk.post(
        url(RequestType, page="changelist"), {"action": "archive", "_selected_action": [row.pk]}
    )
    archived = store.current().type("payment")
    desk.post(
        url(RequestType, page="changelist"), {"action": "offer", "_selected_action": [row.pk]}
    )

    assert archived is None
    assert store.current().type("payment") is not None


def test_what_a_ticket_uses_cannot_be_deleted(desk, make_ticket):
    ticket = make_ticket()

    answers = [
        desk.post(url(type(row), row, "delete"), {"post": "yes"}).status_code
        for row in (ticket.brand, ticket.request_type, ticket.subcategory)
    ]

    assert answers == [403, 403, 403]
    assert Subcategory.objects.filter(pk=ticket.subcategory_id).exists()


def test_what_nothing_uses_can_be_deleted(desk):
    about = Subcategory.objects.create(
        request_type=RequestType.objects.get(key="perfectserve"),
        key="mistake",
        name="Mistake",
        meaning="Mistake",
    )
    assert store.current() is not None

    desk.post(url(Subcategory, about, "delete"), {"post": "yes"})

    assert store.current().type("perfectserve").subcategory("mistake") is None
    assert not Subcategory.objects.filter(pk=about.pk).exists()


def test_subcategories_and_prompts_go_together(desk):
    assert problems(save(desk, RequestType.objects.get(key="perfectserve"), prompts=None)) == [
        "Archive its subcategories first: without prompts, nobody could choose them."
    ]
    response = desk.post(
        url(Subcategory, page="add"),
        {
            "request_type": RequestType.objects.get(key="payment").pk,
            "key": "a",
            "name": "A",
            "meaning": "A",
            "position": "0",
        },
    )
    assert problems(response) == ["This type does not prompt, so it has no subcategories."]


# --- Brands -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, color, problem",
    [
        (
            "color_light",
            "#7CC7E8",
            "As a link on a shaded part of the page (#F4F7F9), #7CC7E8 is hard to read: its "
            "contrast is 1.7 to 1, and it takes 4.5 to 1. Take a darker shade: #4A778B would do.",
        ),
        (
            "color_dark",
            "#0B5A7A",
            "As a link on a shaded part of the page (#18242C), #0B5A7A is hard to read: its "
            "contrast is 2.0 to 1, and it takes 4.5 to 1. Take a lighter shade: #5C90A6 would do.",
        ),
    ],
)
def test_a_color_that_is_hard_to_read_is_refused(desk, name, color, problem):
    response = save(desk, Brand.objects.get(key="perfectserve"), **{name: color})

    assert problems(response) == [problem]


def test_a_color_that_passes_on_the_page_alone_is_refused(desk):
    """#757575 is 4.6 to 1 on white, and 4.2 to 1 where the page is shaded."""
    response = save(desk, Brand.objects.get(key="perfectserve"), color_light="#757575")

    assert [problem.split(":")[0] for problem in problems(response)] == [
        "As a link on a shaded part of the page (#F4F7F9), #757575 is hard to read"
    ]


@pytest.mark.parametrize(
    "name, theme", [("color_light", colors.LIGHT), ("color_dark", colors.DARK)]
)
@pytest.mark.parametrize(
    "color", ["#7CC7E8", "#0B5A7A", "#FF0000", "#808080", "#FFFFFF", "#000000"]
)
def test_the_shade_that_is_proposed_is_taken(desk, name, theme, color):
    shade = colors.readable_shade(color, theme)

    response = save(desk, Brand.objects.get(key="perfectserve"), **{name: shade})

    assert response.status_code == 302


def test_a_brand_without_a_phone_number_is_refused(desk):
    response = save(desk, Brand.objects.get(key="perfectserve"), phone_number=None)

    assert problems(response) == [
        "Give a phone number: people with a Level 1 or 2 problem are told to call it."
    ]


def test_a_brand_gets_another_host(desk):
    response = save(
        desk, Brand.objects.get(key="perfectserve"), **{"hosts-2-host": "help.example.org"}
    )

    assert response.status_code == 302
    assert store.current().brand_of_host("help.example.org").key == "perfectserve"


def test_what_is_no_host_is_refused(desk):
    response = save(
        desk, Brand.objects.get(key="perfectserve"), **{"hosts-2-host": "https://help.example.org/"}
    )

    assert problems(response) == ["Write a host in lower-case letters, like support.example.com."]


# --- Levels and wordings ------------------------------------------------------------------------


def table(desk, **changes):
    address = url(ImpactRule, page="changelist")
    formset = desk.get(address).context["cl"].formset
    data = {
        bound.html_name: bound.value()
        for form in (formset.management_form, *formset.forms)
        for bound in form
    }
    for rule, form in zip(formset.queryset, formset.forms, strict=True):
        level = changes.get(f"{rule.affected}_{rule.ability}_{rule.urgent}")
        if level:
            data[f"{form.prefix}-level"] = level
    return desk.post(address, data | {"_save": "Save"})


def test_the_table_of_impact_is_changed_as_a_whole(desk):
    response = table(
        desk, some_partly_False=1, some_partly_True=1, most_partly_False=1, most_partly_True=1
    )

    assert response.status_code == 302
    assert store.current().level_for(affected="some", ability="partly", urgent=False) == 1


def test_a_table_that_gets_less_urgent_as_things_get_worse_is_refused(desk):
    response = table(desk, most_no_False=2)

    assert response.context["cl"].formset.non_form_errors() == [
        "Not saved: most affected, can work: no gives level 2, less urgent than level 1 for some "
        "affected, can work: no."
    ]
    assert store.current().level_for(affected="most", ability="no", urgent=False) == 1


def test_common_fields_get_other_words_for_the_same_answers(desk):
    field = CommonField.objects.get(key="ability")

    response = save(
        desk, field, words="yes: Yes\npartly: A bit | Slow, or failing at times\nno: No"
    )

    assert response.status_code == 302
    assert [
        (each.value, each.label, each.hint) for each in store.current().common["ability"].choices
    ] == [("yes", "Yes", ""), ("partly", "A bit", "Slow, or failing at times"), ("no", "No", "")]


def test_common_fields_keep_their_answers(desk):
    field = CommonField.objects.get(key="ability")

    assert problems(save(desk, field, words="yes: Yes\nno: No")) == [
        "Give words for exactly these values: yes, partly, no."
    ]


# --- Queries ------------------------------------------------------------------------------------


def queries(desk, address):
    desk.get(address)
    with CaptureQueriesContext(connection) as captured:
        desk.get(address)
    return len(captured)


@pytest.mark.parametrize("model", [RequestType, Subcategory, Question])
def test_lists_take_the_same_queries_for_one_row_and_for_many(desk, model):
    address = url(model, page="changelist")
    row = Condition.objects.first().question if model is Question else model.objects.first()
    few = queries(desk, f"{address}?id__in={row.pk}")
    many = queries(desk, address)

    assert few == many


def test_a_question_with_many_answers_takes_no_more_queries(desk):
    row = question("device")
    before = queries(desk, url(Question, row))
    Choice.objects.bulk_create(Choice(question=row, label=f"More {n}") for n in range(9))

    assert queries(desk, url(Question, row)) == before
