"""Checks that a question can name: NPI, invoice number, phone number, not before another date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

NPI_PREFIX = "80840"  # the card issuer prefix that the check digit of an NPI is computed with
AFTER = "after:"
PHONE_LENGTH = 60
# What each named check may stand on.
KINDS = {"npi": ("text",), "invoice": ("text",), AFTER: ("date", "datetime")}

_INVOICE = re.compile(r"[A-Za-z0-9/-]{3,20}", re.ASCII)
_PHONE = re.compile(
    r"[0-9+().\s-]*[0-9)]\s*(?:(?:,|;)?\s*(?:extension|ext\.?|x)\s*[0-9]{1,10})?",
    re.ASCII | re.IGNORECASE,
)


class WrongFormat(ValueError):
    """An answer that does not pass its check; the text says in plain words what to do."""


def check_npi(text: str) -> str:
    """Return a National Provider Identifier as ten digits, or raise `WrongFormat`."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise WrongFormat(_("Enter the NPI as ten digits, like 1234567893."))
    if not passes_luhn(NPI_PREFIX + digits):
        raise WrongFormat(_("Check the NPI: one of its ten digits is wrong."))
    return digits


def check_invoice(text: str) -> str:
    """Return an invoice number, or raise `WrongFormat`."""
    number = text.strip()
    if not _INVOICE.fullmatch(number):
        raise WrongFormat(
            _("Enter the invoice number as 3 to 20 letters, digits, hyphens (-) or slashes (/).")
        )
    return number


def check_phone(text: str) -> str:
    """Return a phone number as it was written, or raise `WrongFormat`.

    Lenient on purpose: people write numbers in many ways, and an agent reads them.
    """
    number = " ".join(text.split())[: PHONE_LENGTH + 1]
    dialed = re.split(r"[ex,;]", number, maxsplit=1, flags=re.IGNORECASE)[0]
    digits = sum(character.isdigit() for character in dialed)
    if len(number) > PHONE_LENGTH or not _PHONE.fullmatch(number) or not 7 <= digits <= 20:
        raise WrongFormat(_("Enter a phone number like 877-844-7727 or 877-844-7727 ext. 5."))
    return number


def check_after(value: date, earlier: date, *, label: str, earlier_label: str) -> None:
    """Raise `WrongFormat` if a date, or a time with its zone, is before an earlier one."""
    if value < earlier:
        raise WrongFormat(
            _("“%(label)s” can't be before “%(earlier)s”.")
            % {"label": label, "earlier": earlier_label}
        )


def after_key(name: str) -> str | None:
    """Return the question that an `after:<key>` check compares with, else None."""
    return name.removeprefix(AFTER) if name.startswith(AFTER) else None


def why_not(name: str, kind: str, earlier: Mapping[str, str]) -> str | None:
    """Return why a question of this kind can't name this check, or None if it can.

    `earlier` maps the keys of the form's earlier questions to their kinds.
    """
    family = AFTER if name.startswith(AFTER) else name
    if family not in KINDS:
        return f"'{name}' is no check; use npi, invoice, or after: and the key of an earlier date"
    if kind not in KINDS[family]:
        return f"the check '{name}' is only for questions of kind {' or '.join(KINDS[family])}"
    if family == AFTER and earlier.get(name.removeprefix(AFTER)) != kind:
        return (
            f"'{name.removeprefix(AFTER)}' is not an earlier question of the same form "
            f"and of kind {kind}"
        )
    return None


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit checks all others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
