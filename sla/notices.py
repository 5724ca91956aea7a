"""Who hears of a promise that is near its end, broken or still not kept, and what they read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import Membership, User
from accounts.roles import ROLES
from sla.models import Breach, Clock, Escalation, EscalationStep
from sla.words import ON_DESK, spell
from tickets import clock
from tickets.catalog.models import Brand
from tickets.mail.audience import Audience
from tickets.mail.notices import Announcement, Announcements
from tickets.mail.recipients import REPORTED
from tickets.models import Ticket

DESK = "admin:tickets_ticket_change"
# Their promises are of an hour or so; nobody who has one is left to sleep.
URGENT = (1, 2)
OF_TICKET = ("brand", "request_type", "assignee__organization")


def endangered(subject_ids: Sequence[int]) -> Announcements:
    """Announce clocks that are near their deadline, in a constant number of queries.

    The ticket's assignee hears of it, and who watches it on the desk, as they chose; where there
    is no assignee, whoever would hear of the breach.
    None for what has meanwhile ended, or waits for the customer, or is late: that is a breach.
    """
    clocks = Clock.objects.filter(pk__in=subject_ids).select_related(
        *(f"ticket__{name}" for name in OF_TICKET)
    )
    found = {each.pk: each for each in clocks}
    whom, now = _Recipients(each.ticket for each in found.values()), clock.now()
    return {pk: _near(found.get(pk), whom=whom, now=now) for pk in subject_ids}


def breached(subject_ids: Sequence[int]) -> Announcements:
    """Announce breaches, in a constant number of queries.

    None for one that was retracted, or whose ticket was merged, deleted or marked as spam.

    The leads of the ticket's team hear of it; where there are none, the managers who serve
    the brand; where there are none either, the administrators. Never nobody.
    """
    breaches = Breach.objects.filter(pk__in=subject_ids).select_related(
        *(f"clock__ticket__{name}" for name in OF_TICKET)
    )
    found = {breach.pk: breach for breach in breaches}
    whom, now = _Recipients(breach.clock.ticket for breach in found.values()), clock.now()
    return {pk: _late(found.get(pk), whom=whom, now=now) for pk in subject_ids}


def escalated(subject_ids: Sequence[int]) -> Announcements:
    """Announce steps that were taken, in a constant number of queries.

    Whom the step names hears of it; where that is nobody, whoever heard of the breach. None for
    a breach that was retracted, or a promise that has meanwhile ended.
    """
    steps = Escalation.objects.filter(pk__in=subject_ids).select_related(
        "step__person__organization",
        *(f"breach__clock__ticket__{name}" for name in OF_TICKET),
    )
    found = {step.pk: step for step in steps}
    tickets = (step.breach.clock.ticket for step in found.values())
    whom, now = _Recipients(tickets), clock.now()
    return {pk: _still_late(found.get(pk), whom=whom, now=now) for pk in subject_ids}


def _near(of: Clock | None, *, whom: _Recipients, now: datetime) -> Announcement | None:
    if of is None or of.stopped_at or of.due_at is None or of.due_at < now:
        return None
    heard = whom.warned(of.ticket)
    told = _announcement(
        "endangered",
        of,
        recipients=list(heard),
        due=of.due_at,
        left=spell(of.due_at - now),
    )
    return replace(
        told,
        reasons={user.pk: why for user, why in heard.items()},
        choice="due_soon",
        # At the end of the night it would be too late.
        urgent=of.level_id in URGENT,
    )


def _late(breach: Breach | None, *, whom: _Recipients, now: datetime) -> Announcement | None:
    if breach is None or breach.retracted_at or breach.clock.ticket.outcome:
        return None
    of = breach.clock
    return _announcement(
        "breached",
        of,
        recipients=whom.of(of.ticket),
        due=breach.breached_at,
        late=spell((of.stopped_at or now) - breach.breached_at),
        open=of.stopped_at is None,
    )


def _still_late(
    taken: Escalation | None, *, whom: _Recipients, now: datetime
) -> Announcement | None:
    if taken is None or taken.breach.retracted_at or taken.breach.clock.stopped_at:
        return None
    of, due = taken.breach.clock, taken.breach.breached_at
    return _announcement(
        "escalated",
        of,
        recipients=whom.named_by(taken.step, ticket=of.ticket),
        due=due,
        late=spell(now - due),
        after=spell(timedelta(minutes=taken.step.minutes)),
    )


def _announcement(
    template: str, of: Clock, *, recipients: Sequence[User], **context: Any
) -> Announcement:
    return Announcement(
        ticket=of.ticket,
        recipients=recipients,
        template=template,
        path=reverse(DESK, args=[of.ticket_id]),
        context={"what": ON_DESK[of.metric], "level": of.level_id, **context},
    )


class _Recipients:
    """The people who may have to hear, loaded once for many tickets."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        self.tickets = tickets = list(tickets)
        self.leads = _leads({ticket.team_id for ticket in tickets})
        self.serving = _serving({ticket.brand_id for ticket in tickets})
        self.managers = _people(groups__name=ROLES["manager"].group)
        self.administrators = _people(
            Q(groups__name=ROLES["administrator"].group) | Q(is_superuser=True)
        )

    def of(self, ticket: Ticket) -> list[User]:
        leads = self.leads.get(ticket.team_id, [])
        return leads or self._managers_of(ticket.brand_id) or self.administrators

    @cached_property
    def audience(self) -> Audience:
        return Audience(self.tickets)

    def warned(self, ticket: Ticket) -> dict[User, str]:
        """Return who hears of what is due soon, each with why."""
        duty = {} if self.audience.agent(ticket) else dict.fromkeys(self.of(ticket), REPORTED)
        return {**self.audience.of(ticket), **duty}

    def assignee(self, ticket: Ticket) -> list[User]:
        return _staff(ticket.assignee)

    def named_by(self, step: EscalationStep, *, ticket: Ticket) -> list[User]:
        named = {
            EscalationStep.Audience.ASSIGNEE: lambda: self.assignee(ticket),
            EscalationStep.Audience.LEADS: lambda: self.leads.get(ticket.team_id, []),
            EscalationStep.Audience.MANAGERS: lambda: self._managers_of(ticket.brand_id),
            EscalationStep.Audience.ADMINISTRATORS: lambda: self.administrators,
            EscalationStep.Audience.PERSON: lambda: _staff(step.person),
        }[EscalationStep.Audience(step.audience)]
        return named() or self.of(ticket)

    def _managers_of(self, brand: int) -> list[User]:
        """A brand that no team serves is everybody's."""
        serving = self.serving[brand]
        return [manager for manager in self.managers if not serving or manager.pk in serving]


def _staff(user: User | None) -> list[User]:
    """This one person, unless they have left."""
    return [user] if user and user.is_active and user.is_staff else []


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
