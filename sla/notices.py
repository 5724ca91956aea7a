"""Who hears of a broken promise, and what they read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership, User
from accounts.roles import ROLES
from sla.models import Breach
from sla.words import LABELS, spell
from tickets import clock
from tickets.catalog.models import Brand
from tickets.mail.notices import Announcement
from tickets.models import Ticket

DESK = "admin:tickets_ticket_change"


def breached(subject_ids: Sequence[int]) -> dict[int, Announcement | None]:
    """Announce breaches, in a constant number of queries; None for one that was retracted.

    The leads of the ticket's team hear of it; where there are none, the managers who serve
    the brand; where there are none either, the administrators. Never nobody.
    """
    breaches = Breach.objects.filter(pk__in=subject_ids).select_related(
        "clock__ticket__brand", "clock__ticket__request_type"
    )
    found = {breach.pk: breach for breach in breaches}
    whom, now = _Recipients(breach.clock.ticket for breach in found.values()), clock.now()
    return {pk: _announcement(found.get(pk), whom=whom, now=now) for pk in subject_ids}


def _announcement(
    breach: Breach | None, *, whom: _Recipients, now: datetime
) -> Announcement | None:
    if breach is None or breach.retracted_at:
        return None
    of, ticket = breach.clock, breach.clock.ticket
    late = (of.stopped_at or now) - breach.breached_at
    return Announcement(
        ticket=ticket,
        recipients=whom.of(ticket),
        template="breached",
        path=reverse(DESK, args=[ticket.pk]),
        context={
            "what": LABELS[of.metric],
            "level": of.level_id,
            "due": breach.breached_at,
            "late": spell(late),
            "open": of.stopped_at is None,
        },
    )


class _Recipients:
    """The people who may have to hear, loaded once for many tickets."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        tickets = list(tickets)
        self.leads = _leads({ticket.team_id for ticket in tickets})
        self.serving = _serving({ticket.brand_id for ticket in tickets})
        self.managers = _people(groups__name=ROLES["manager"].group)
        self.administrators = _people(
            Q(groups__name=ROLES["administrator"].group) | Q(is_superuser=True)
        )

    def of(self, ticket: Ticket) -> list[User]:
        leads = self.leads.get(ticket.team_id, [])
        return leads or self._managers_of(ticket.brand_id) or self.administrators

    def _managers_of(self, brand: int) -> list[User]:
        """A brand that no team serves is everybody's."""
        serving = self.serving[brand]
        return [manager for manager in self.managers if not serving or manager.pk in serving]


def _leads(teams: Iterable[int | None]) -> Mapping[int | None, list[User]]:
    leads: dict[int | None, list[User]] = defaultdict(list)
    memberships = Membership.objects.filter(
        team__in=teams, is_lead=True, user__is_active=True, user__is_staff=True
    )
    for membership in memberships.select_related("user__organization").order_by("user__email"):
        leads[membership.team_id].append(membership.user)
    return leads


def _serving(brands: Iterable[int]) -> Mapping[int, set[int]]:
    """The keys of the users in teams of each of these brands; nobody: a brand without teams."""
    serving: dict[int, set[int]] = defaultdict(set)
    pairs = Brand.objects.filter(pk__in=brands, teams__isnull=False).values_list(
        "pk", "teams__memberships__user"
    )
    for brand, user in pairs:
        serving[brand].add(user)
    return serving


def _people(*conditions: Q, **more) -> list[User]:
    """Active staff; customers never hear of a breach, whatever group they were left in."""
    staff = User.objects.filter(*conditions, is_active=True, is_staff=True, **more)
    return list(staff.select_related("organization").order_by("email").distinct())
