"""What a ticket is about and whose it is, as far as promises depend on it, and its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organization, User
from accounts.services import join
from tickets.catalog.models import RequestType, Subcategory
from tickets.conversation import Stale
from tickets.events import Moment, hold, record
from tickets.models import Event, Ticket
from tickets.permissions import can_see_restricted
from tickets.services import Refused, check_works
from tickets.states import Actor

COLUMNS = ("request_type", "subcategory", "product", "organization")


@dataclass(frozen=True)
class About:
    """All of it; `dataclasses.replace(About.of(ticket), ...)` is the same with some of it changed.

    Raises `Refused` for a subcategory of another request type.
    """

    request_type: RequestType
    subcategory: Subcategory | None
    product: str
    organization: Organization | None

    def __post_init__(self) -> None:
        about = self.subcategory
        if about is not None and about.request_type_id != self.request_type.pk:
            raise Refused(
                _("“%(subcategory)s” does not belong to “%(type)s”. Choose one that does.")
                % {"subcategory": about, "type": self.request_type}
            )

    @classmethod
    def of(cls, ticket: Ticket) -> About:
        return cls(**{name: getattr(ticket, name) for name in COLUMNS})

    @classmethod
    def filed_as(
        cls, ticket: Ticket, request_type: RequestType, subcategory: Subcategory | None = None
    ) -> About:
        """Return what it would be about, had it been filed as this: the product follows."""
        product = request_type.product or ticket.brand.default_product
        return cls(request_type, subcategory, product, ticket.organization)

    @property
    def restricted(self) -> bool:
        about = self.subcategory
        return self.request_type.restricted or (about is not None and about.restricted)


def set_attributes(
    ticket: Ticket,
    *,
    by: User,
    about: About,
    version: int | None = None,
    moment: Moment | None = None,
) -> Ticket:
    """Change what a ticket is about or whose it is; its promises follow, and so does who sees it.

    What it says already is no change and no event. `version` is the ticket's version that `by`
    saw; a newer one raises `Stale`. Raises `Refused` where `by` may not work on it, where it is
    merged, spam or deleted, and where its agent would not see it any more.
    """
    with hold(ticket, moment) as moment:
        ticket = moment.ticket
        if version is not None and version != ticket.version:
            raise Stale(_("This ticket changed meanwhile. Look at it, then save again."))
        before = About.of(ticket)
        changed = [name for name in COLUMNS if getattr(before, name) != getattr(about, name)]
        if not changed:
            return ticket
        _check(ticket, by=by, about=about)
        for name in changed:
            setattr(ticket, name, getattr(about, name))
        if {"request_type", "subcategory"} & {*changed}:
            ticket.restricted = about.restricted
        ticket.save(update_fields=[*changed, "restricted"])
        record(
            moment,
            Event.Type.ATTRIBUTES_CHANGED,
            by=by,
            actor=Actor.AGENT,
            data=_told(before, about, changed=changed),
        )
        return ticket


def confirm_organization(
    ticket: Ticket, *, by: User, organization: Organization, all_theirs: bool
) -> list[Ticket]:
    """Make the requester of a ticket, who belongs to none, one of an organization's people.

    Their new tickets are its, too, and with `all_theirs` those being worked on that are nobody's
    yet, as far as `by` sees them. Returns these others.
    """
    join(ticket.requester, organization)
    if not all_theirs:
        return []
    theirs = Ticket.objects.on_desk_of(by).working().exclude(pk=ticket.pk)
    others = list(theirs.filter(requester=ticket.requester, organization=None).order_by("pk"))
    return [
        set_attributes(each, by=by, about=replace(About.of(each), organization=organization))
        for each in others
    ]


def attributes_of(ticket: Ticket, about: About) -> dict[str, Any]:
    """Return what promises would depend on, were the ticket about this."""
    return {
        "organization": about.organization.pk if about.organization else None,
        "brand": ticket.brand_id,
        "product": about.product,
        "request_type": about.request_type.pk,
    }


def _check(ticket: Ticket, *, by: User, about: About) -> None:
    check_works(by, ticket)
    if ticket.outcome:
        raise Refused(_("%(number)s is over: nothing changes on it.") % {"number": ticket.number})
    agent = ticket.assignee
    if about.restricted and agent is not None and not can_see_restricted(agent):
        raise Refused(
            _("%(agent)s may not see such requests. Give the ticket back to everybody first.")
            % {"agent": agent}
        )


def _told(before: About, after: About, *, changed: list[str]) -> dict[str, Any]:
    """Say what changed: as ids for the promises, and in the words of now for the timeline."""
    return {
        "from": _ids(before, changed),
        "set": _ids(after, changed),
        "words": {
            name: [str(getattr(before, name) or ""), str(getattr(after, name) or "")]
            for name in changed
        },
    }


def _ids(about: About, names: list[str]) -> Mapping[str, Any]:
    values = {name: getattr(about, name) for name in names}
    return {name: getattr(value, "pk", value) for name, value in values.items()}
