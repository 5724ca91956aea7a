"""The statuses of a ticket, and which may follow which: a table, not code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Status(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Pending")
    ON_HOLD = "on_hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    NONE = "", _("None")
    SPAM = "spam", _("Spam")
    MERGED = "merged", _("Merged")
    DELETED = "deleted", _("Deleted")


class Actor(models.TextChoices):
    """In which part somebody acted on a ticket."""

    REQUESTER = "requester", _("Requester")
    AGENT = "agent", _("Agent")
    SYSTEM = "system", _("System")


WORKING = frozenset({Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD})
WAITING_FOR_US = frozenset({Status.NEW, Status.OPEN, Status.ON_HOLD})

TRANSITIONS: dict[str, dict[str, frozenset[str]]] = {
    Actor.AGENT: {
        Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
        Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
        Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED}),
        Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED}),
        Status.SOLVED: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD}),
        Status.CLOSED: frozenset(),
    },
    Actor.REQUESTER: {
        Status.NEW: frozenset({Status.SOLVED}),
        Status.OPEN: frozenset({Status.SOLVED}),
        Status.PENDING: frozenset({Status.OPEN, Status.SOLVED}),
        Status.ON_HOLD: frozenset({Status.OPEN, Status.SOLVED}),
        Status.SOLVED: frozenset({Status.OPEN}),
        Status.CLOSED: frozenset(),
    },
    Actor.SYSTEM: {
        Status.NEW: frozenset(),
        Status.OPEN: frozenset(),
        Status.PENDING: frozenset(),
        Status.ON_HOLD: frozenset(),
        Status.SOLVED: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset(),
    },
}

# Where a public message takes a ticket when nobody says otherwise; absent: it stays.
AFTER_REPLY: dict[str, dict[str, str]] = {
    Actor.AGENT: {Status.NEW: Status.OPEN},
    Actor.REQUESTER: {
        Status.PENDING: Status.OPEN,
        Status.ON_HOLD: Status.OPEN,
        Status.SOLVED: Status.OPEN,
    },
    Actor.SYSTEM: {},
}

# What a customer reads.
IN_CUSTOMERS_WORDS: dict[str, StrOrPromise] = {
    Status.NEW: _("Received"),
    Status.OPEN: _("We are working on it"),
    Status.ON_HOLD: _("We are working on it"),
    Status.PENDING: _("Waiting for your reply"),
    Status.SOLVED: _("Solved – tell us if not"),
    Status.CLOSED: _("Closed"),
}
# The same of a ticket that was merged.
PART_OF_ANOTHER: StrOrPromise = _("Part of another ticket")
# What is not the reader's own, and waits for somebody.
WAITING_FOR_REQUESTER: StrOrPromise = _("Waiting for the requester")


def may_become(status: str, to: str, *, actor: str) -> bool:
    """Whether `actor` may take a ticket from `status` to `to`."""
    return to in TRANSITIONS[actor][status]


def after_reply(status: str, *, actor: str) -> str:
    """The status a public message by `actor` leads to when nobody says otherwise."""
    return AFTER_REPLY[actor].get(status, status)
