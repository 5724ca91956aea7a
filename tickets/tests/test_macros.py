"""What a macro makes of what stands in the field already."""

import pytest

from tickets.macros import Written, added_to, filled_in
from tickets.models import Macro, Tag

WORDS = {"first_name": "Dana", "number": "PS-1"}


def test_words_are_filled_in_and_what_has_none_stays_to_be_seen():
    assert filled_in("{{ first_name }}, {{number}}: {{shoe_size}}", WORDS) == (
        "Dana, PS-1: {{shoe_size}}"
    )


@pytest.mark.parametrize(
    "written, kind, text, after",
    [
        (Written("", "public"), "public", "Hi {{first_name}}.", Written("Hi Dana.", "public")),
        (Written("Hello.\n", "public"), "public", "Bye.", Written("Hello.\n\nBye.", "public")),
        (Written("", "note"), "public", "Hi.", Written("Hi.", "public")),
        (Written("Secret.", "note"), "public", "Hi.", Written("Secret.\n\nHi.", "note")),
        (Written("Hello.", "public"), "note", "Why?", Written("Hello.\n\nWhy?", "note")),
        (Written("Hello.", "public"), "note", " ", Written("Hello.", "public")),
    ],
)
def test_a_text_is_added_and_a_note_never_becomes_a_reply(written, kind, text, after):
    assert added_to(written, Macro(kind=kind, text=text), WORDS) == after


def test_the_page_of_a_macro_says_what_is_filled_in(browser_of, morgan):
    page = browser_of(morgan).get("/admin/tickets/macro/add/").text

    assert "{{requester}}, {{first_name}}, {{number}}, {{subject}}, {{brand}}, {{agent}}" in page


def test_a_tag_is_there_once_in_whatever_case(browser_of, morgan):
    tag = Tag.objects.create(name="Pager")
    manager = browser_of(morgan)

    page = manager.post("/admin/tickets/tag/add/", {"name": "pager"})
    manager.post(f"/admin/tickets/tag/{tag.pk}/change/", {"name": "pager"})

    assert page.context["errors"] == [["There is such a tag already."]]
    assert [tag.name for tag in Tag.objects.all()] == ["pager"]
