"""How often people may have others asked to read along, and what they hear of who was not asked.

Limits are counted before the transaction that files a request and asks, never inside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts import limits


def knock(email: str, *, by: str) -> limits.Verdict:
    """Count that somebody, named by their own address, has another one asked, and judge it."""
    verdict = limits.hit("copy", f"by:{by}")
    return limits.hit("copy", f"address:{email}") if verdict.allowed else verdict


def let_through(emails: Sequence[str], *, by: str) -> list[str]:
    """Count each address as asked, and return those that the limits let through."""
    return [email for email in emails if knock(email, by=by).allowed]


def tell(request, *, wished: Sequence[str], asked: Sequence[str]) -> None:
    """Say who was not asked; the request is filed all the same."""
    left_out = [email for email in wished if email not in asked]
    if left_out:
        words = _(
            "Not asked to read along: %(emails)s. Too many people were asked within a short time. "
            "Copy them on the ticket later."
        )
        messages.warning(request, words % {"emails": ", ".join(left_out)})
