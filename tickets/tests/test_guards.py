"""What is asked about before a reply goes to a customer."""

import pytest

from accounts.models import User
from tickets import guards

ANA = User(pk=1, name="Ana Ruiz", email="ana@desk.example")
BEN = User(pk=2, name="Ben", email="ben@desk.example")


@pytest.mark.parametrize(
    "text, asked",
    [
        ("Hello, it works again.", []),
        ("See [the guide](https://help.example/a) and note [1].", []),
        ("Hello {{first_name}},", ["“{{first_name}}” is not filled in"]),
        ("Your code is [code] and [ code ].", 2),
        ("[1] [_] [2026-01-05] [] [x](https://help.example/b)", []),
        ("@ana ruiz can you look?", ["“@Ana Ruiz” is meant for colleagues"]),
        ("@Ben: what do you think?", ["“@Ben” is meant for colleagues"]),
        ("Ask ANA@desk.example.", ["“ana@desk.example” is meant for colleagues"]),
        ("Write to me: ben@desk.example.", []),
        ("Mail benjamin@customer.example", []),
    ],
)
def test_what_is_not_for_customers_is_asked_about(text, asked):
    found = guards.doubts(text, agents=[ANA, BEN], by=BEN)

    assert (len(found) if isinstance(asked, int) else found) == asked


@pytest.mark.parametrize(
    "text",
    ["[" + "x" * 200_000, "[" * 200_000, "[x" * 100_000, "{{" + "x" * 200_000, "{{x" * 60_000],
    ids=lambda text: text[:3],
)
def test_a_text_of_any_length_is_looked_through_once(text):
    """A pattern that begins anew at each letter would take ten minutes for some of these."""
    assert guards.doubts(text, agents=[ANA, BEN], by=BEN) == []


def test_a_seal_is_of_one_text_alone():
    assert guards.seal("Hello.") == guards.seal("Hello.") != guards.seal("Hello!")
