"""What a macro makes of what stands in the field already."""

import pytest

from tickets.macros import Written, added_to, filled_in
from tickets.models import Macro

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
