"""A table in which something worse would be less urgent is refused, wherever it comes from."""

import pytest

from tickets.catalog.models import ImpactRule
from tickets.catalog.tests.desk import url
from tickets.catalog.tests.files import edited, refusal

pytestmark = pytest.mark.django_db

NOBODY = 'nobody: {"yes": [4, 3], partly: [4, 3], "no": [4, 3]}'
ONE = 'one:    {"yes": [4, 3], partly: [3, 3], "no": [3, 3]}'
# One case for each axis: more people, less ability, urgency. What it is set to, and what is said.
BROKEN = [
    (
        ("one", "yes", False),
        (NOBODY, NOBODY.replace('"yes": [4, 3]', '"yes": [3, 3]')),
        (("nobody", "yes", False), 3),
        "one affected, can work: yes gives level 4, less urgent than level 3 for "
        "nobody affected, can work: yes",
    ),
    (
        ("one", "no", False),
        (ONE, ONE.replace('"no": [3, 3]', '"no": [4, 3]')),
        (("one", "no", False), 4),
        "one affected, can work: no gives level 4, less urgent than level 3 for "
        "one affected, can work: partly",
    ),
    (
        ("one", "partly", True),
        (ONE, ONE.replace("partly: [3, 3]", "partly: [3, 4]")),
        (("one", "partly", True), 4),
        "one affected, can work: partly, urgent gives level 4, less urgent than level 3 for "
        "one affected, can work: partly",
    ),
]


@pytest.mark.parametrize(("case", "edit", "changed", "said"), BROKEN)
def test_a_file_is_refused(case, edit, changed, said):
    assert said in refusal(edited(edit))


@pytest.mark.parametrize(("case", "edit", "changed", "said"), BROKEN)
def test_the_desk_refuses_the_same(desk, case, edit, changed, said):
    address = url(ImpactRule, page="changelist")
    formset = desk.get(address).context["cl"].formset
    wanted, level = changed
    data = {"_save": "Save"} | {bound.html_name: bound.value() for bound in formset.management_form}
    for form in formset.forms:
        rule = form.instance
        is_it = (rule.affected, rule.ability, rule.urgent) == wanted
        data[form["id"].html_name] = rule.pk
        data[form["level"].html_name] = level if is_it else rule.level_id

    response = desk.post(address, data)

    messages = response.context["cl"].formset.non_form_errors()
    assert f"Not saved: {said}." in messages
    assert (
        ImpactRule.objects.get(affected=wanted[0], ability=wanted[1], urgent=wanted[2]).level_id
        != level
    )
