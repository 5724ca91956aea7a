"""The buttons that send what an agent wrote: each says what it does, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets.models import Message, Ticket
from tickets.states import TRANSITIONS, Actor, Status, after_reply

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# In this order; what keeps the status comes where "" stands.
OF_REPLY = (Status.PENDING, Status.SOLVED, "", Status.ON_HOLD, Status.OPEN)
OF_NOTE = ("", Status.PENDING, Status.ON_HOLD, Status.OPEN, Status.SOLVED)


@dataclass(frozen=True)
class Button:
    """One way to send it; its value says again whether that is a reply or a note."""

    value: str
    label: StrOrPromise


def of_reply(ticket: Ticket, *, wanted: str = "") -> list[Button]:
    """Return the ways to send a reply, the one that a macro wants first."""
    kept = after_reply(ticket.status, actor=Actor.AGENT)
    return [
        Button(f"{Message.Kind.PUBLIC.value}:{to}", _replies(ticket, to, kept=kept))
        for to in _ordered(ticket, OF_REPLY, wanted=wanted)
        if to != kept
    ]


def of_note(ticket: Ticket, *, wanted: str = "") -> list[Button]:
    """Return the ways to add a note; on a closed ticket there is only one."""
    return [
        Button(f"{Message.Kind.NOTE.value}:{to}", _notes(to))
        for to in _ordered(ticket, OF_NOTE, wanted=wanted)
    ]


def _ordered(ticket: Ticket, order: tuple[str, ...], *, wanted: str) -> Iterator[str]:
    may = {"", *TRANSITIONS[Actor.AGENT][ticket.status]}
    yield from sorted((to for to in order if to in may), key=lambda to: to != wanted or not wanted)


def _replies(ticket: Ticket, to: str, *, kept: str) -> str:
    if to == Status.SOLVED:
        return _("Send reply and solve")
    if to or kept != ticket.status:
        return _("Send reply and set %(status)s") % {"status": Status(to or kept).label}
    return _("Send reply and keep %(status)s") % {"status": Status(kept).label}


def _notes(to: str) -> str:
    if to == Status.SOLVED:
        return _("Add note and solve")
    return _("Add note and set %(status)s") % {"status": Status(to).label} if to else _("Add note")
