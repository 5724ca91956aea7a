"""What else can be done with a ticket: links to the pages of its other verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.models import Ticket
from tickets.permissions import can_see_notes, can_work
from tickets.states import Outcome


@dataclass(frozen=True)
class Act:
    """A page that does one thing to a ticket, and when it is offered."""

    name: str
    label: str | Promise
    offered: Callable[[User, Ticket], bool]


@dataclass(frozen=True)
class Link:
    url: str
    label: str | Promise


def links(user: User, ticket: Ticket, *, kept: str = "") -> list[Link]:
    """Return what this user may do to this ticket beside writing, in the order it is shown.

    `kept` is the list that the ticket was opened from: each page leads back into it.
    """
    query = f"?{urlencode({'_changelist_filters': kept})}" if kept else ""
    return [
        Link(url + query, act.label)
        for act in ACTS
        if act.offered(user, ticket)
        for url in _url_of(act, ticket)
    ]


def _url_of(act: Act, ticket: Ticket) -> Iterator[str]:
    """Yield the page's address, if the site has such a page."""
    try:
        yield reverse(f"admin:{act.name}", args=[ticket.pk])
    except NoReverseMatch:
        return


def _works(user: User, ticket: Ticket) -> bool:
    return can_work(user, ticket)


def _goes_on(user: User, ticket: Ticket) -> bool:
    return can_work(user, ticket) and not ticket.outcome


def _is_worked_on(user: User, ticket: Ticket) -> bool:
    return can_work(user, ticket) and ticket.is_working


def _is_merged(user: User, ticket: Ticket) -> bool:
    return can_work(user, ticket) and ticket.outcome == Outcome.MERGED


def _is_or_may_be_spam(user: User, ticket: Ticket) -> bool:
    return can_work(user, ticket) and ticket.outcome in ("", Outcome.SPAM)


def _may_go(user: User, ticket: Ticket) -> bool:
    return can_work(user, ticket) and ticket.outcome not in (Outcome.MERGED, Outcome.DELETED)


ACTS = (
    Act("tickets_watch", _("Watch"), can_see_notes),
    Act("tickets_about", _("Type, product and organization"), _goes_on),
    Act("tickets_snooze", _("Snooze"), _is_worked_on),
    Act("tickets_callback", _("Callback"), _goes_on),
    Act("tickets_merge", _("Merge into another ticket"), _goes_on),
    Act("tickets_unmerge", _("Take out of the other ticket"), _is_merged),
    Act("tickets_split", _("Split"), _goes_on),
    Act("mail_of_ticket", _("Mails"), can_see_notes),
    Act("tickets_redact", _("Remove text or files for good"), _works),
    Act("tickets_spam", _("Spam"), _is_or_may_be_spam),
    Act("tickets_delete", _("Delete"), _may_go),
)
