"""What forms do with too much, with what cannot be kept, and with what a draft kept."""

import pytest
from django.http import QueryDict

from tickets.catalog import services, store
from tickets.catalog.models import Question, RequestType
from tickets.catalog.tests.samples import IMPACT, TEXTS, by_key, details, impact, samples

pytestmark = pytest.mark.django_db


# --- Limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, length", [("subject", 200), ("q_authority", 200), ("description", 10_000)]
)
def test_too_long_a_text_says_by_how_much(name, length):
    data = TEXTS | IMPACT | samples(store.current().questions("account-cancellation", None))

    fits = details("account-cancellation", data=data | {name: "x" * length})
    too_long = details("account-cancellation", data=data | {name: "x" * (length + 1)})

    assert fits.errors == {}
    assert too_long.errors == {
        name: [f"Shorten this to {length} characters or fewer. It has {length + 1}."]
    }


def test_a_line_break_counts_as_one_character():
    form = details("payment", data=TEXTS | IMPACT | {"description": "x\r\n" * 5000 + "y"})

    assert form.errors == {
        "description": ["Shorten this to 10000 characters or fewer. It has 10001."]
    }


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("name", ["subject", "description", "q_invoice"])
def test_what_no_database_can_keep_is_refused_politely(name, text):
    form = details("payment", data=TEXTS | IMPACT | {name: text})

    assert form.errors == {
        name: ["This text has characters that can't be stored. Type it, or paste it as plain text."]
    }
    assert form.kept()[name] == ["ab"]


def test_browsers_do_not_cut_off_what_is_pasted():
    assert "maxlength" not in str(details("payment"))


def test_a_subject_is_one_line():
    form = details("payment", data=TEXTS | IMPACT | {"subject": "a\r\nBcc: b"})

    assert form.is_valid()
    assert form.cleaned_data["subject"] == "a Bcc: b"


# --- Questions that administrators add -----------------------------------------------------------


def add_question(**columns):
    Question.objects.create(
        request_type=RequestType.objects.get(key="payment"), key="extra", **columns
    )
    services.changed()


@pytest.mark.parametrize(
    "kind, message",
    [
        ("text", "Fill in “Anything else”"),
        ("email", "Fill in “Anything else”"),
        ("integer", "Fill in “Anything else”"),
        ("date", "Enter the date for “Anything else”"),
        ("datetime", "Enter the date and time for “Anything else”"),
        ("select", "Choose an answer for “Anything else”"),
        ("multiselect", "Choose at least one answer for “Anything else”"),
        ("checkbox", "Tick “Anything else” to go on"),
    ],
)
def test_a_question_without_message_gets_a_plain_one(kind, message):
    add_question(label="Anything else", kind=kind)

    form = details("payment", data=TEXTS | IMPACT)

    assert form.errors == {"q_extra": [message]}


@pytest.mark.parametrize(
    "typed, message",
    [
        ("12", None),
        ("-3", None),
        ("1.5", "Enter a whole number, like 12"),
        ("9" * 5000, "Enter a whole number, like 12"),
        ("1000000001", "Enter a number below one billion"),
    ],
)
def test_a_number_is_whole_and_bounded(typed, message):
    add_question(label="How many?", kind="integer")

    form = details("payment", data=TEXTS | IMPACT | {"q_extra": typed})

    assert form.errors == ({"q_extra": [message]} if message else {})


def test_zero_is_an_answer():
    add_question(label="How many?", kind="integer")

    form = details("payment", data=TEXTS | IMPACT | {"q_extra": "0"})

    assert form.is_valid()
    assert by_key(form)["extra"].value == 0


def test_a_hint_is_text_and_never_markup():
    add_question(label="How many?", kind="integer", hint="<script>alert(1)</script>")

    assert "<script>" not in str(details("payment"))


# --- Drafts -------------------------------------------------------------------------------------


def test_a_draft_gives_back_what_was_typed():
    data = QueryDict(mutable=True)
    data.update(TEXTS | {"q_whose": "Kim", "csrfmiddlewaretoken": "x"})
    data.setlist("q_what", ["Account name", "Name"])
    kept = details("perfectserve", "information", data).kept()

    form = details("perfectserve", "information", initial=kept)

    assert "csrfmiddlewaretoken" not in kept
    assert form["q_what"].value() == ["Account name", "Name"]
    assert form["q_whose"].value() == "Kim"
    assert [question.key for question in form.questions] == [
        "what",
        "whose",
        "now",
        "name",
        "account",
        "from",
    ]
    assert form.errors == {}


def test_a_draft_is_checked_like_a_post():
    kept = impact({"subcategory": "routing", **IMPACT}).kept()

    form = impact(kept)

    assert form.is_valid()
    assert (form.cleaned_data["urgent"], form.level()) == (False, 3)
