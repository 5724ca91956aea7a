"""The level of a request and its promise, as its sender reads them before it is sent."""

import pytest

from tickets.catalog.impact import CASES
from tickets.catalog.models import Brand
from tickets.catalog.services import changed
from tickets.catalog.tests.test_impact import TABLE
from tickets.models import Draft, Ticket

pytestmark = pytest.mark.django_db

ABOUT = {"kind": "issue", "subcategory": "billing"}
ONE_PAGE = {
    "kind": "issue",
    "subject": "Invoice",
    "description": "It is wrong.",
    "shown": "invoice",
}
DETAILS = {
    "subject": "Invoice",
    "description": "It is wrong.",
    "q_topic": "Something else",
    "shown": "topic",
    "send": "",
}
PROMISES = {1: (1, 24), 2: (2, 72), 3: (4, 120), 4: (48, 240)}


def impact(affected, ability, urgent):
    return {"affected": affected, "ability": ability} | ({"urgent": "on"} if urgent else {})


def text_of(response):
    return " ".join(response.content.decode().split())


def hours(response):
    return tuple(int(promise.within.split()[1]) for promise in response.context["promises"])


@pytest.mark.parametrize(("affected", "ability", "urgent"), CASES)
def test_each_of_the_24_answers_shows_its_level_and_files_it(as_dana, affected, ability, urgent):
    level = TABLE[affected][ability][urgent]

    place = as_dana.post("/new/perfectserve/", ABOUT | impact(affected, ability, urgent))[
        "Location"
    ]
    meets_the_phone = place.endswith("/phone/")
    if meets_the_phone:
        place = as_dana.post(place, {"phone_answer": "cannot"})["Location"]
    page = as_dana.get(place)
    as_dana.post(place, DETAILS | {"level": "4", "affected": "nobody", "ability": "yes"})

    assert meets_the_phone == (level <= 2)
    assert f"Level {level}: " in text_of(page)
    assert hours(page) == PROMISES[level]
    assert Ticket.objects.get().level_id == level


@pytest.mark.parametrize(("affected", "ability", "urgent"), CASES)
def test_a_form_of_one_page_decides_the_same_when_it_is_sent(as_dana, affected, ability, urgent):
    level = TABLE[affected][ability][urgent]

    answers = ONE_PAGE | impact(affected, ability, urgent) | {"send": "", "level": "4"}
    place = as_dana.post("/new/payment/", answers)["Location"]
    if level <= 2:
        place = as_dana.post(place, {"phone_answer": "cannot"})["Location"]

    ticket = Ticket.objects.get()
    assert (place, ticket.level_id) == (f"/tickets/{ticket.pk}/?filed", level)
    assert ticket.phone_answer == ("cannot" if level <= 2 else "")


def test_a_form_of_one_page_tells_every_promise_before_anything_is_answered(client):
    page = client.get("/new/payment/")

    told = {
        level.number: tuple(int(promise.within.split()[1]) for promise in promises)
        for level, promises in page.context["levels"]
    }
    assert told == PROMISES
    assert "What a level means and when we answer" in text_of(page)


def test_a_draft_of_one_page_shows_its_own_level_and_where_to_change_it(as_dana):
    place = as_dana.post("/new/payment/", ONE_PAGE | impact("one", "no", False))["Location"]

    page = as_dana.get(place)

    assert "Level 3: " in text_of(page)
    assert hours(page) == PROMISES[3]
    assert '<a href="#id_affected_0">Change' in text_of(page)
    assert 'id="id_affected_0"' in text_of(page)


@pytest.mark.parametrize(("missing", "level"), [("kind", "Level 4: "), ("ability", None)])
def test_the_level_stands_there_as_soon_as_what_gives_it_is_answered(as_dana, missing, level):
    answers = ONE_PAGE | impact("nobody", "yes", False)
    place = as_dana.post("/new/payment/", answers | {missing: ""})["Location"]

    page = as_dana.get(place)

    assert (page.context["level_spec"] is None) == (level is None)
    assert level is None or level in text_of(page)


@pytest.mark.parametrize(
    ("type", "extension"), [("perfectserve", "5"), ("clinical-collaboration", "1")]
)
@pytest.mark.parametrize("host", ["support.perfectserve.com", "support.telmediq.com"])
def test_calling_is_offered_at_level_3_on_the_line_of_the_product(as_dana, host, type, extension):
    about = ABOUT | impact("one", "no", False)
    place = as_dana.post(f"/new/{type}/", about, headers={"host": host})["Location"]

    page = as_dana.get(place, headers={"host": host})

    line = f'<a href="tel:+18778447727;ext={extension}">1.877.844.7727, ext. {extension}</a>'
    assert f"Faster by phone: {line}. Or go on here." in text_of(page)


@pytest.mark.parametrize(
    ("affected", "ability", "offered"), [("one", "no", True), ("some", "partly", False)]
)
def test_chat_is_offered_to_one_person_where_the_brand_has_one(as_dana, affected, ability, offered):
    Brand.objects.filter(key="perfectserve").update(chat_url="https://chat.example/")
    changed()
    about = ABOUT | impact(affected, ability, False)
    as_dana.post("/new/perfectserve/", about)
    draft = Draft.objects.get()
    draft.phone_answer = "called"
    draft.save(update_fields=["phone_answer"])

    pages = [as_dana.get(f"{draft.get_absolute_url()}{page}") for page in ("", "phone/")]

    assert ['href="https://chat.example/"' in text_of(page) for page in pages] == [offered, False]


def test_the_first_form_reminds_of_the_phone_on_the_line_of_its_product(client):
    pages = [
        text_of(client.get(f"/new/{type}/", headers={"host": "support.telmediq.com"}))
        for type in ("payment", "perfectserve")
    ]

    assert [
        [page.count(f'<a href="tel:+18778447727;ext={line}"> Call') for line in (1, 5)]
        for page in pages
    ] == [[1 + 3, 0], [1, 3]]  # the foot of the page has the host's line
