"""Named checks of answers."""

from datetime import date

import pytest

from tickets.catalog import formats
from tickets.catalog.formats import WrongFormat


@pytest.mark.parametrize("text", ["1234567893", " 1234-567-893 ", "1245319599"])
def test_an_npi_with_its_check_digit_passes(text):
    assert formats.check_npi(text) == "".join(filter(str.isdigit, text))


@pytest.mark.parametrize("text", [f"123456789{digit}" for digit in "012456789"])
def test_an_npi_with_another_check_digit_does_not(text):
    with pytest.raises(WrongFormat, match="one of its ten digits is wrong"):
        formats.check_npi(text)


@pytest.mark.parametrize("text", ["", "123456789", "12345678930", "12345678AB", "\uff11234567893"])
def test_an_npi_is_ten_digits(text):
    with pytest.raises(WrongFormat, match="ten digits"):
        formats.check_npi(text)


@pytest.mark.parametrize("text", ["INV", "2026/10-0042", "A" * 20])
def test_an_invoice_number_passes(text):
    assert formats.check_invoice(f" {text} ") == text


@pytest.mark.parametrize("text", ["", "A1", "A" * 21, "INV 42", "INV_42", "ÄÖÜ"])
def test_what_is_no_invoice_number_does_not(text):
    with pytest.raises(WrongFormat, match="3 to 20 letters"):
        formats.check_invoice(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.877.844.7727",
        "+1 (877) 844-7727",
        "877-844-7727 ext. 5",
        "877 844 7727 x5",
        "8448448, extension 12",
        "5551234",
    ],
)
def test_a_phone_number_may_be_written_in_many_ways(text):
    assert formats.check_phone(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "123456", "call me", "877-844-7727 or 8", "+", "1" * 21, "5 " * 40, "555123 ext. 4567890"],
)
def test_what_cannot_be_dialed_is_no_phone_number(text):
    with pytest.raises(WrongFormat, match="Enter a phone number like"):
        formats.check_phone(text)


def test_a_date_may_equal_the_earlier_one_but_not_precede_it():
    first, second = date(2026, 11, 27), date(2026, 11, 28)
    labels = {"label": "Records to", "earlier_label": "Records from"}

    formats.check_after(second, first, **labels)
    formats.check_after(first, first, **labels)
    with pytest.raises(WrongFormat, match="“Records to” can't be before “Records from”"):
        formats.check_after(first, second, **labels)


@pytest.mark.parametrize(
    "name, kind, reason",
    [
        ("npi", "text", None),
        ("after:from", "date", None),
        ("npi", "date", "the check 'npi' is only for questions of kind text"),
        (
            "zip",
            "text",
            "'zip' is no check; use npi, invoice, or after: and the key of an earlier date",
        ),
        ("after:to", "date", "'to' is not an earlier question of the same form and of kind date"),
        (
            "after:from",
            "datetime",
            "'from' is not an earlier question of the same form and of kind datetime",
        ),
    ],
)
def test_a_check_must_fit_its_question(name, kind, reason):
    assert formats.why_not(name, kind, {"from": "date"}) == reason
