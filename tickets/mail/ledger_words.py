"""The codes of the ledger of mails in words for staff: what was told, and why to this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tickets.mail.recipients import (
    ACCOUNT,
    ASKED,
    ASSIGNED,
    COPIED,
    DAILY,
    ESCALATED,
    REPORTED,
    REQUESTER,
    SUBSCRIBED,
    WATCHING,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WHY: dict[str, StrOrPromise] = {
    REQUESTER: _("The request is theirs"),
    COPIED: _("They read along"),
    ASSIGNED: _("The ticket is assigned to them"),
    WATCHING: _("They watch the ticket"),
    REPORTED: _("Breaches of this team or brand are reported to them"),
    ESCALATED: _("A step of the promise goes to them"),
    DAILY: _("They hear of their tickets once a day"),
    SUBSCRIBED: _("They subscribed to it"),
    ASKED: _("They asked for it"),
    ACCOUNT: _("Their address was given for it"),
}
KINDS: dict[str, StrOrPromise] = {
    "received": _("Request received"),
    "replied": _("We replied"),
    "solved": _("Solved"),
    "level_changed": _("The level changed"),
    "assigned": _("Assigned"),
    "customer_replied": _("The customer replied"),
    "endangered": _("A promise is nearly over"),
    "breached": _("A promise is broken"),
    "escalated": _("A broken promise was escalated"),
    "digest": _("Digest"),
    "report": _("Report"),
    "export": _("A file is there"),
    "account": _("About an account, or a link"),
}


def why(code: str) -> str:
    """Return why somebody was told; mails of before this was kept do not say."""
    return str(WHY.get(code, code))


def kind(code: str) -> str:
    """Return what a mail of this kind tells; a kind that nobody knows as it is."""
    return str(KINDS.get(code, code))
