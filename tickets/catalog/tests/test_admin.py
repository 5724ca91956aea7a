"""Editing the catalog at the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tickets.catalog import store
from tickets.catalog.forms import is_given
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, make_user, settings):
    settings.STAFF_MFA = "off"
    client.force_login(make_user("Ada", role="administrator"))
    return client


def url(model, row=None, page="change"):
    name = f"admin:catalog_{model._meta.model_name}_{page}"
    return reverse(name, args=[row.pk] if row else [])


def typed(response):
    """Return what a browser would post back from an admin page."""
    context = response.context
    forms = [context["adminform"].form]
    for formset in (inline.formset for inline in context["inline_admin_formsets"]):
        forms += [formset.management_form, *formset.forms]
    return {bound.html_name: bound.value() for form in forms for bound in form
            if is_given(bound.value())}


def save(desk, row, **changes):
    address = url(type(row), row)
    data = typed(desk.get(address)) | changes
    return desk.post(address, {name: value for name, value in data.items() if value is not None})


def problems(response):
    context = response.context
    found = [*context["adminform"].form.errors.values()]
    for inline in context["inline_admin_formsets"]:
        found += [inline.formset.non_form_errors(),
                  *(errors for form in inline.formset.errors for errors in form.values())]
    return [message for errors in found for message in errors]


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

    desk.post(url(RequestType, page="changelist"),
              {"action": "archive", "_selected_action": [row.pk]})
    archived = store.current().type("payment")
    desk.post(url(RequestType, page="changelist"),
              {"action": "offer", "_selected_action": [row.pk]})

    assert archived is None
    assert store.current().type("payment") is not None


def test_what_a_ticket_uses_cannot_be_deleted(desk, make_ticket):
    ticket = make_ticket()

    answers = [desk.post(url(type(row), row, "delete"), {"post": "yes"}).status_code
               for row in (ticket.brand, ticket.request_type, ticket.subcategory)]

    assert answers == [403, 403, 403]
    assert Subcategory.objects.filter(pk=ticket.subcategory_id).exists()


def test_what_nothing_uses_can_be_deleted(desk):
    about = Subcategory.objects.create(request_type=RequestType.objects.get(key="perfectserve"),
                                       key="mistake", name="Mistake", meaning="Mistake")
    assert store.current() is not None

    desk.post(url(Subcategory, about, "delete"), {"post": "yes"})

    assert store.current().type("perfectserve").subcategory("mistake") is None
    assert not Subcategory.objects.filter(pk=about.pk).exists()


# --- Brands -------------------------------------------------------------------------------------


def test_a_color_that_is_hard_to_read_is_refused(desk):
    response = save(desk, Brand.objects.get(key="perfectserve"), color_light="#7CC7E8")

    assert problems(response) == ["#7CC7E8 is hard to read on #FFFFFF: its contrast is 1.9 to 1, "
                                  "and it takes 4.5 to 1."]


def test_a_brand_gets_another_host(desk):
    response = save(desk, Brand.objects.get(key="perfectserve"),
                    **{"hosts-2-host": "help.example.org"})

    assert response.status_code == 302
    assert store.current().brand_of_host("help.example.org").key == "perfectserve"


def test_what_is_no_host_is_refused(desk):
    response = save(desk, Brand.objects.get(key="perfectserve"),
                    **{"hosts-2-host": "https://help.example.org/"})

    assert problems(response) == ["Write a host in lower-case letters, like support.example.com."]


# --- Questions ----------------------------------------------------------------------------------


def question(key, about="practitioner"):
    return Question.objects.get(request_type__key="perfectserve", subcategory__key=about, key=key)


def add(desk, **columns):
    spec = RequestType.objects.get(key="perfectserve")
    data = {"request_type": spec.pk, "required": "on", "is_active": "on", "position": "0",
            "choices-TOTAL_FORMS": "0", "choices-INITIAL_FORMS": "0"} | columns
    return desk.post(url(Question, page="add"), data)


def test_a_new_question_comes_last(desk):
    about = Subcategory.objects.get(request_type__key="perfectserve", key="practitioner")

    response = add(desk, subcategory=about.pk, key="pager", label="Pager number", kind="phone")

    assert response.status_code == 302
    assert [each.key for each in store.current().questions("perfectserve", "practitioner")] == [
        "practitioner", "npi", "need", "device", "steps", "pager"]


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
        "'zip' is no check; use npi, invoice, or after: and the key of an earlier date"]


def test_a_select_needs_choices_and_a_text_has_none(desk):
    assert problems(save(desk, question("practitioner"), kind="select")) == [
        "A question of this kind needs choices."]
    assert problems(save(desk, question("practitioner"), **{
        "choices-TOTAL_FORMS": "1", "choices-0-label": "A", "choices-0-is_active": "on",
        "choices-0-position": "0"})) == [
        "Only “One of several” and “Any of several” have choices."]


def test_a_condition_is_added(desk):
    need = question("need")
    access = need.choices.get(label="Access")

    response = save(desk, question("steps"), **{
        "conditions-0-choices": [str(access.pk)]})

    assert response.status_code == 302
    assert store.current().questions("perfectserve", "practitioner")[4].conditions[0].answers == (
        frozenset({"Access"}))


def test_a_condition_offers_earlier_questions_of_the_same_form_only(desk):
    form = desk.get(url(Question, question("device"))).context["inline_admin_formsets"][1]

    offered = form.formset.forms[0].fields["parent"].choices
    answers = form.formset.forms[0].fields["choices"].choices

    assert [label for _value, label in offered] == ["---------", "What is needed?"]
    assert [(group, [label for _pk, label in each]) for group, each in answers] == [
        ("What is needed?", ["Access", "Information", "Troubleshooting"])]


def test_a_condition_on_a_later_question_is_refused(desk):
    device = question("device")

    response = save(desk, question("need"), **{
        "conditions-0-parent": device.pk, "conditions-0-choices": [device.choices.first().pk]})

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
        f"Other questions wait for its answer: {waiting}."]
    assert problems(save(desk, need, position="9")) == [
        f"It must come before the questions that wait for it: {waiting}."]
    assert problems(save(desk, need, **{"choices-0-is_active": None})) == [
        "Another question waits for this answer."]


def test_an_answer_is_renamed_and_conditions_stay(desk):
    need = question("need")

    save(desk, need, **{"choices-0-label": "Access rights"})

    device = store.current().questions("perfectserve", "practitioner")[3]
    assert device.conditions[0].answers == frozenset({"Access rights", "Troubleshooting"})


def test_an_answer_leads_only_within_its_type(desk):
    other = Subcategory.objects.get(request_type__key="clinical-collaboration", key="legal")

    assert problems(save(desk, question("need"), **{"choices-0-leads_to": other.pk})) == [
        "This subcategory belongs to another request type."]


def test_a_type_that_does_not_prompt_has_no_conditions(desk):
    state = Question.objects.get(request_type__key="legal-information", key="state")
    records = Question.objects.get(request_type__key="legal-information", key="records")

    response = save(desk, records, **{
        "conditions-0-parent": state.pk, "conditions-0-choices": [state.choices.first().pk]})

    assert problems(response) == ["This type does not prompt, so it asks everything at once."]


def test_subcategories_and_prompts_go_together(desk):
    assert problems(save(desk, RequestType.objects.get(key="perfectserve"), prompts=None)) == [
        "Archive its subcategories first: without prompts, nobody could choose them."]
    response = desk.post(url(Subcategory, page="add"), {
        "request_type": RequestType.objects.get(key="payment").pk, "key": "a", "name": "A",
        "meaning": "A", "position": "0"})
    assert problems(response) == ["This type does not prompt, so it has no subcategories."]


# --- Levels and wordings ------------------------------------------------------------------------


def table(desk, **changes):
    address = url(ImpactRule, page="changelist")
    formset = desk.get(address).context["cl"].formset
    data = {bound.html_name: bound.value() for form in (formset.management_form, *formset.forms)
            for bound in form}
    for rule, form in zip(formset.queryset, formset.forms, strict=True):
        level = changes.get(f"{rule.affected}_{rule.ability}_{rule.urgent}")
        if level:
            data[f"{form.prefix}-level"] = level
    return desk.post(address, data | {"_save": "Save"})


def test_the_table_of_impact_is_changed_as_a_whole(desk):
    response = table(desk, some_partly_False=1, some_partly_True=1, most_partly_False=1,
                     most_partly_True=1)

    assert response.status_code == 302
    assert store.current().level_for(affected="some", ability="partly", urgent=False) == 1


def test_a_table_that_gets_less_urgent_as_things_get_worse_is_refused(desk):
    response = table(desk, most_no_False=2)

    assert response.context["cl"].formset.non_form_errors() == [
        "Not saved: most affected, can work: no gives level 2, less urgent than level 1 for some "
        "affected, can work: no."]
    assert store.current().level_for(affected="most", ability="no", urgent=False) == 1


def test_common_fields_get_other_words_for_the_same_answers(desk):
    field = CommonField.objects.get(key="ability")

    response = save(desk, field, words="yes: Yes\npartly: A bit | Slow, or failing at times\n"
                                       "no: No")

    assert response.status_code == 302
    assert [(each.value, each.label, each.hint)
            for each in store.current().common["ability"].choices] == [
        ("yes", "Yes", ""), ("partly", "A bit", "Slow, or failing at times"), ("no", "No", "")]


def test_common_fields_keep_their_answers(desk):
    field = CommonField.objects.get(key="ability")

    assert problems(save(desk, field, words="yes: Yes\nno: No")) == [
        "Give words for exactly these values: yes, partly, no."]


# --- Queries ------------------------------------------------------------------------------------


def queries(desk, address):
    desk.get(address)
    with CaptureQueriesContext(connection) as captured:
        desk.get(address)
    return len(captured)


@pytest.mark.parametrize("model", [RequestType, Subcategory, Question])
def test_lists_take_the_same_queries_for_one_row_and_for_many(
        desk, model):
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
