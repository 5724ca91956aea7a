"""What a ticket's page tells agents of its mails: what came how, what waits, what went astray.

Customers read none of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, JSONObject, Left
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.mail.inbound import reasons
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.models import Ticket
from tickets.panels import looked_up
from tickets.permissions import can_see_notes
from tickets.timeline import Entry
from tickets.written import TICKET, Statement

Outcome, Check = InboundEmail.Outcome, InboundEmail.Check
Fate = OutboundEmail.Fate
# Of more, the page of the ticket's mails tells.
MOST = 200
# So much of what a mail says that waits; its own page has all of it.
SHOWN = 5000
TEMPLATE = "desk/mails/_entry.html"
CAME = (
    *("id", "received_at", "outcome", "reason", "check_of_sender", "sender", "subject"),
    *("became", "settled_at", "raw"),
)
WENT = ("id", "recipient", "state", "error", "created_at", "fate", "fate_at", "fate_words")


@dataclass(frozen=True)
class Mails:
    """The mails of one ticket, as plain rows: those that came in, and those that went astray."""

    came: Sequence[dict[str, Any]]
    astray: Sequence[dict[str, Any]]

    @property
    def held(self) -> list[dict[str, Any]]:
        return [row for row in self.came if row["outcome"] == Outcome.HELD]


class Waits:
    """The panel that says on top of a ticket that mails wait for an agent."""

    template = "desk/mails/_waits.html"

    def load(self, tickets: Sequence[Ticket], user: User) -> dict[int, dict[str, Any]]:
        seen = [ticket for ticket in tickets if can_see_notes(user, ticket)]
        return {pk: {"held": rows} for pk, rows in _held(seen).items()}


def _held(tickets: Sequence[Ticket]) -> dict[int, list[dict[str, Any]]]:
    """Return what waits on each; on one page's ticket that is looked up with its other mails."""
    if len(tickets) == 1:
        [ticket] = tickets
        return {ticket.pk: held} if (held := mails_of(ticket).held) else {}
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    held_there = InboundEmail.objects.held().filter(ticket__in=[ticket.pk for ticket in tickets])
    for row in held_there.order_by("pk").values("ticket", "id", "sender"):
        found[row["ticket"]].append(row)
    return found


waits = Waits()


def told(ticket: Ticket, user: User) -> list[Entry]:
    """Say which mails came, and which of ours did not arrive; nothing to customers."""
    if not can_see_notes(user, ticket):
        return []
    mails = mails_of(ticket)
    came = (_came(row, ticket=ticket, user=user) for row in mails.came)
    return [*came, *map(_astray, mails.astray)]


def mails_of(ticket: Ticket) -> Mails:
    """Return them in one query, asked once for a page."""
    return looked_up(ticket, "mails", lambda: _asked(ticket))


def _asked(ticket: Ticket) -> Mails:
    [lists] = _written().asked({TICKET: ticket.pk})
    return Mails(*([json.loads(row) for row in rows] for rows in lists))


@cache
def _written() -> Statement:
    of_it = {"ticket": OuterRef("pk")}
    astray = Q(state=OutboundEmail.State.FAILED) | Q(fate__in=(Fate.FAILED, Fate.DELAYED))
    came = InboundEmail.objects.annotate(
        words=_words(), mentions=KeyTextTransform("mentions", "told")
    ).order_by("-pk")
    lists = (
        _rows(came.filter(**of_it), *CAME, "words", "mentions"),
        _rows(OutboundEmail.objects.filter(astray, **of_it).order_by("-pk"), *WENT),
    )
    return Statement.of(Ticket.objects.filter(pk=TICKET).values_list(*lists))


def _words() -> Case:
    """The words of those alone that wait: of others a message has them, or nobody needs them."""
    text = Left(Coalesce(KeyTextTransform("text", "told"), Value("")), SHOWN)
    return Case(When(outcome=Outcome.HELD, then=text), default=Value(""))


def _rows(rows: QuerySet, *names: str) -> ArraySubquery:
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in names}))[:MOST])


def _came(row: dict[str, Any], *, ticket: Ticket, user: User) -> Entry:
    urls = {}
    if user.has_perm("mail.view_inboundemail"):
        urls["url"] = reverse("admin:mail_inboundemail_change", args=[row["id"]])
    if row["raw"] and user.has_perm("mail.view_raw_mail"):
        urls["raw_url"] = reverse("admin:mail_raw", args=[row["id"]])
    if row["outcome"] == Outcome.ADDED and row["became"] and not ticket.outcome:
        urls["move_url"] = reverse("admin:mail_move", args=[row["id"]])
    sentence = _sentence(row)
    if row["mentions"]:
        urls["mentions_url"] = reverse("admin:tickets_ticket_change", args=[row["mentions"]])
    context = {"row": row, "said": sentence, "is_held": row["outcome"] == Outcome.HELD, **urls}
    return _entry(row["received_at"], sentence, context)


def _sentence(row: dict[str, Any]) -> str:
    words = {
        "sender": row["sender"] or _("nobody"),
        "why": reasons.words_of(row["reason"]),
        "checked": reasons.CHECKED[row["check_of_sender"]],
    }
    match row["outcome"]:
        case Outcome.HELD:
            return _("A mail from %(sender)s waits: %(checked)s") % words
        case Outcome.OPENED | Outcome.ADDED:
            return _("By e-mail from %(sender)s, %(checked)s. %(why)s") % words
        case Outcome.DISCARDED:
            return _("A mail from %(sender)s was discarded, %(checked)s. %(why)s") % words
    return _("A mail from %(sender)s was kept beside. %(why)s") % words


def _astray(row: dict[str, Any]) -> Entry:
    """Say what became of a mail of ours, in the words of who reported it."""
    words = {"to": row["recipient"], "words": _first_line(row["fate_words"] or row["error"])}
    if row["fate"] == Fate.DELAYED:
        said = _("Mail to %(to)s is delayed: %(words)s") % words
    elif row["fate"] == Fate.FAILED:
        said = _("Mail to %(to)s was not delivered: %(words)s") % words
    else:
        said = _("Mail to %(to)s could not be sent: %(words)s") % words
    return _entry(row["fate_at"] or row["created_at"], said, {"said": said})


def _first_line(words: str) -> str:
    return next(iter(words.splitlines()), "")[:300]


def _entry(at: str, sentence: str, context: dict[str, Any]) -> Entry:
    when = datetime.fromisoformat(at)
    panel = {"template": TEMPLATE, "context": {**context, "at": when}}
    return Entry(when, sentence, "mail", panel=panel)
