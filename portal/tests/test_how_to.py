"""The how-to's data: each piece of a catalog file that it shows does what it says."""

import re

import pytest
import yaml
from django.conf import settings

from sla.promise import promised
from sla.services import load_policy, shipped_hours
from tickets import clock
from tickets.catalog import services, store
from tickets.catalog.planning import source
from tickets.catalog.tests.samples import details

pytestmark = pytest.mark.django_db

TEXT = (settings.BASE_DIR / "docs/how-to.md").read_text()
BLOCKS = {
    int(number): yaml.safe_load(block)
    for number, block in re.findall(r"^## (\d+)\. .*?```yaml\n(.*?)```", TEXT, re.M | re.S)
}


@pytest.fixture
def file():
    """The catalog as it would be written, to be edited and loaded."""
    return services.dump(shipped_hours())


def load(file):
    data = source.read(source.write(file))
    services.load(data)
    load_policy(services.target_hours(data))
    return store.current()


def by_key(items, key):
    return next(item for item in items if item["key"] == key)


def test_every_recipe_for_the_catalog_is_tried_here():
    assert sorted(BLOCKS) == [1, 2, 3, 4, 5, 6]


def test_a_question_is_asked_where_its_condition_holds(file):
    type_spec = by_key(file["request_types"], "perfectserve")
    by_key(type_spec["subcategories"], "user-access")["questions"].append(BLOCKS[1])

    load(file)

    asked = {
        answer: "q_handover" in details("perfectserve", "user-access", {"q_action": answer}).fields
        for answer in ("Create a user", "Deactivate a user")
    }
    assert asked == {"Create a user": True, "Deactivate a user": False}


def test_a_subcategory_is_offered(file):
    by_key(file["request_types"], "perfectserve")["subcategories"].append(BLOCKS[2])

    spec = load(file).type("perfectserve").subcategory("paging-test")

    assert [question.key for question in spec.questions] == ["device", "when"]


def test_a_request_type_stands_in_the_list(file):
    file["request_types"].insert(4, BLOCKS[3])

    assert load(file).types()[4].name == "Training"


def test_a_brand_answers_on_its_host(file, client):
    file["brands"].append(BLOCKS[4])

    load(file)

    page = client.get("/contact/", headers={"host": "help.afterhours.example"})
    assert page.status_code == 200
    assert "tel:+18778447727;ext=9" in page.content.decode()


def test_hours_are_promised_to_tickets_filed_from_then_on(file):
    file["priorities"][2] = BLOCKS[5]

    load(file)

    assert [promise.seconds for promise in promised(level=3, attributes={}, at=clock.now())] == [
        3 * 3600,
        96 * 3600,
    ]


def test_answers_lead_to_another_level(file):
    file["impact_rules"] |= BLOCKS[6]

    catalog = load(file)

    assert catalog.level_for(affected="one", ability="no", urgent=False) == 2
