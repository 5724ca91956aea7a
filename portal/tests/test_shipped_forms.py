"""Each request type and subcategory, filed through its pages as the user's document names it."""

import re

import pytest

from portal.tests.shipped import ASKED, RESTRICTED, REVEALED, SUBCATEGORIES, TYPES
from tickets.catalog import store
from tickets.catalog.tests.samples import IMPACT, TEXTS, sample
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def about(form):
    """Return the key of a form's type, and of its subcategory or nothing."""
    type_key, _slash, subcategory = form.partition("/")
    return type_key, subcategory


def details(client, form):
    """Go to a form's details; return their address."""
    type_key, subcategory = about(form)
    if not subcategory:
        return f"/new/{type_key}/"
    response = client.post(f"/new/{type_key}/", IMPACT | {"subcategory": subcategory})
    assert response.status_code == 302, response.context["form"].errors
    return response["Location"]


def question_of(form, key):
    questions = store.current().questions(about(form)[0], about(form)[1] or None)
    return next(question for question in questions if question.key == key)


def asked(page):
    """Return the keys of the questions that a page of details asks, in their order."""
    return [name.removeprefix("q_") for name in page.context["form"].fields if name[:2] == "q_"]


def typed(client, form, address, **given):
    """Answer page after page, as they come, until the request is filed; return the last answer."""
    response = client.get(address)
    for _page in range(3):
        keys = asked(response)
        answers = {f"q_{key}": given.get(key) or sample(question_of(form, key)) for key in keys}
        response = client.post(
            address,
            {**TEXTS, **IMPACT, **answers, "shown": " ".join(keys), "send": ""},
        )
        if response.status_code == 302:
            return response
        assert response.context["form"].errors == {}
    raise AssertionError(f"{form} brings up questions without end.")


def test_eight_types_are_offered_in_this_order_with_their_meanings(as_dana):
    page = as_dana.get("/new/").content.decode()

    offered = re.findall(r'<a href="/new/([a-z-]+)/">(.*?)</a>\s*<p>([^<]+)', page)
    assert [(key, name) for key, name, _meaning in offered] == [
        (key, (name + "*" * starred).replace("&", "&amp;"))
        for key, (name, starred) in TYPES.items()
    ]
    assert all(len(meaning.split()) >= 3 for _key, _name, meaning in offered)


def test_the_star_says_that_everything_is_asked_at_once(as_dana):
    page = as_dana.get("/new/").content.decode()

    assert "* The request form will not prompt additional questions." in page


@pytest.mark.parametrize("type_key", [key for key, (_name, starred) in TYPES.items() if starred])
def test_a_starred_type_asks_everything_on_its_first_page(as_dana, type_key):
    page = as_dana.get(f"/new/{type_key}/")

    assert asked(page) == ASKED[type_key].split()
    assert "All questions are on this page." in page.content.decode()


@pytest.mark.parametrize("type_key", list(SUBCATEGORIES))
def test_a_prompting_type_asks_first_what_it_is_about(as_dana, type_key):
    page = as_dana.get(f"/new/{type_key}/")

    choices = page.context["form"].fields["subcategory"].choices
    assert {key: str(label) for key, label in choices} == SUBCATEGORIES[type_key]
    assert [key for key, _label in choices] == list(SUBCATEGORIES[type_key])
    assert all(label.hint for _key, label in choices)
    assert asked(page) == []


@pytest.mark.parametrize("form", list(ASKED))
def test_a_request_is_filed_by_its_own_form(as_dana, dana, form):
    response = typed(as_dana, form, details(as_dana, form))

    ticket = Ticket.objects.get()
    assert response["Location"] == f"/tickets/{ticket.pk}/?filed"
    type_key, subcategory = about(form)
    assert (
        ticket.request_type.key,
        ticket.subcategory.key if ticket.subcategory else "",
        ticket.requester,
        ticket.kind,
        ticket.restricted,
    ) == (type_key, subcategory, dana, "issue", form in RESTRICTED)
    kept = {answer.key for answer in ticket.answers.all()}
    assert set(ASKED[form].split()) <= kept


@pytest.mark.parametrize(("form", "question", "answer"), list(REVEALED))
def test_an_answer_selects_the_questions_that_follow(as_dana, form, question, answer):
    address = details(as_dana, form)
    before = asked(as_dana.get(address))

    as_dana.post(address, {**TEXTS, f"q_{question}": answer, "shown": question})

    assert sorted(before) == sorted(ASKED[form].split())
    added = set(asked(as_dana.get(address))) - set(before)
    assert added == set(REVEALED[form, question, answer].split())


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("perfectserve", "telephony"),
        ("perfectserve", "troubleshooting"),
        ("clinical-collaboration", "practice"),
        ("clinical-collaboration", "routing"),
    ],
)
def test_a_subcategory_of_the_other_product_is_refused(as_dana, form, other):
    response = as_dana.post(f"/new/{form}/", IMPACT | {"subcategory": other})

    assert list(response.context["form"].errors) == ["subcategory"]
    assert Ticket.objects.count() == 0
