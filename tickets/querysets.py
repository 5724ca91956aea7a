"""Questions about many tickets, drafts and files; every lookup starts at `visible_to`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from tickets.catalog.models import Brand
from tickets.states import WAITING_FOR_US, WORKING, Outcome, Status

# What no customer sees: what was no request, and what was deleted.
HIDDEN = (Outcome.SPAM, Outcome.DELETED)


class TicketQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The tickets this user may see at all: the one rule behind every page."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        mine = self._theirs(user)
        if not user.has_perm("tickets.view_ticket"):
            return self.filter(mine)
        return self.filter(mine | self._served_by(user))

    def on_desk_of(self, user, *, brands=None):
        """What of `visible_to` this user sees as one of the staff, not by being a customer too.

        The queue reads a range of an index of it, which what is theirs beside would break up.
        `brands` are the keys of those that the user serves, where they are known already. Beside
        keys it asks of a user what `written.Sight` names: a statement is written once for all
        of whom that is the same. Ask for more, and name it there.
        """
        if not user.is_active or not user.has_perm("tickets.view_ticket"):
            return self.none()
        if brands is None:
            return self.filter(self._served_by(user))
        return self.filter(self._not_kept_from(user), brand__in=list(brands))

    def filed_by(self, user):
        return self.filter(requester=user)

    def shared_with(self, user):
        """The organization's tickets, for who may see them; restricted ones are nobody else's."""
        return self.filter(self._shared(user))

    def followed_by(self, user):
        """What somebody else filed and this user watches."""
        return self.filter(watchers__user=user).exclude(requester=user)

    def of_brand(self, brand_id):
        return self.filter(brand=brand_id)

    def newest_change_first(self):
        return self.order_by("-updated_at", "-id")

    def working(self):
        return self.filter(status__in=WORKING)

    def shown_to_customers(self):
        """Leave out what only agents see, by its address."""
        return self.exclude(outcome__in=HIDDEN)

    def waiting_for_requester(self):
        return self.filter(status=Status.PENDING)

    def in_queue_order(self):
        return self.order_by("queue_rank", "next_due_at", "id")

    def free_for(self, user):
        """What waits for us and this agent may claim: nobody's, not put off, no other team's."""
        return self._waiting_for(user).filter(self._free(user)).in_queue_order()

    def in_hand_of(self, user):
        """What waits for us and is this agent's own to do, the most urgent first."""
        return self._waiting_for(user).filter(assignee=user).in_queue_order()

    def _waiting_for(self, user):
        waiting = self.on_desk_of(user).filter(status__in=WAITING_FOR_US, snoozed_until=None)
        return waiting.exclude(requester=user)

    @staticmethod
    def _free(user):
        of_no_other_team = Q(team=None) | Q(team__in=user.teams.values("pk"))
        return Q(of_no_other_team, assignee=None)

    def _theirs(self, user):
        """What this user sees as a customer: own, watched, the organization's."""
        watched = self.model._default_manager.filter(watchers__user=user).values("pk")
        theirs = Q(requester=user) | Q(pk__in=watched) | self._shared(user)
        return theirs & ~Q(outcome__in=HIDDEN)

    @staticmethod
    def _shared(user):
        if user.sees_organization and user.organization_id:
            return Q(organization=user.organization_id, restricted=False)
        return Q(pk__in=[])

    @classmethod
    def _served_by(cls, user):
        served = Q(brand__in=Brand.objects.served_by(user).values("pk"))
        return served & cls._not_kept_from(user)

    @staticmethod
    def _not_kept_from(user):
        if user.has_perm("tickets.view_restricted_ticket"):
            return Q()
        return Q(restricted=False)


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user, cookie_hash: str):
        """A draft is its owner's; before anybody owns it, the browser's that began it."""
        begun_here = Q(owner__isnull=True, cookie_hash=cookie_hash)
        if not user.is_authenticated:
            return self.filter(begun_here) if cookie_hash else self.none()
        return self.filter(Q(owner=user) | begun_here if cookie_hash else Q(owner=user))

    def to_warn_of(self, *, now):
        """Drafts that are about to expire, whose owner can be told and was not yet."""
        if settings.DRAFT_WARNING_DAYS >= settings.DRAFT_DAYS:
            return self.none()  # each would be warned of as soon as it is begun
        soon = now + timedelta(days=settings.DRAFT_WARNING_DAYS)
        return (
            self.filter(expires_at__gt=now, expires_at__lte=soon)
            .filter(owner__is_active=True, warned_at=None)
            .select_related("owner__organization", "brand")
            .order_by("expires_at")
        )


class ConfirmationQuerySet(models.QuerySet):
    def waiting(self):
        """Those that people sent; what a machine left in the trap waits for nobody."""
        return self.filter(trapped_at=None)

    def to_remind(self, before):
        """Those that wait since `before`, whose senders were not reminded yet."""
        return self.waiting().filter(reminded_at=None, asked_at__lt=before)

    def visible_to(self, user):
        """What waits for somebody, for who works on tickets of its brand and kind."""
        if not user.is_active or not user.has_perm("tickets.work_ticket"):
            return self.none()
        served = self.waiting().filter(draft__brand__in=Brand.objects.served_by(user).values("pk"))
        if user.has_perm("tickets.view_restricted_ticket"):
            return served
        return served.filter(restricted=False)


class AttachmentQuerySet(models.QuerySet):
    def of_visible_messages(self, tickets, *, notes: bool):
        """Files of messages on these tickets; those of notes only for who reads notes."""
        files = self.filter(message__ticket__in=tickets)
        return files if notes else files.exclude(message__kind="note").exclude(withheld=True)

    def lost(self, before):
        """Files that belong to nothing since `before`: their draft went away."""
        return self.filter(draft=None, message=None, token_hash="", created_at__lt=before)

    def staged(self):
        """Files that wait under a token for the form they were sent with."""
        return self.exclude(token_hash="")


class MacroQuerySet(models.QuerySet):
    def offered_to(self, user, ticket):
        """What this user may use on this ticket: of their teams or of all, of its brand or any."""
        of_brand = Q(brand=None) | Q(brand=ticket.brand_id)
        return self.for_teams_of(user).filter(of_brand).prefetch_related("tags")

    def for_teams_of(self, user):
        """What this user may use on one ticket or another."""
        return self.filter(Q(team=None) | Q(team__in=user.teams.all()), archived_at=None)


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An agent's own views and those of their teams."""
        return self.filter(Q(owner=user) | Q(team__in=user.teams.all()))


class CallbackQuerySet(models.QuerySet):
    def of_visible_tickets(self, tickets):
        """Calls that are asked for on these tickets, which are those that somebody sees."""
        return self.filter(ticket__in=tickets)

    def on_desk_of(self, user):
        """Calls on the tickets that this user sees as one of the staff."""
        of_it: Any = self.model._meta.get_field("ticket").related_model
        return self.of_visible_tickets(of_it.objects.on_desk_of(user))

    def waiting(self):
        return self.filter(ended_at=None)

    def to_make(self):
        """Those that wait, of tickets about which somebody can still be called."""
        return self.waiting().exclude(ticket__status=Status.CLOSED)

    def late(self, *, now):
        """Those whose time to call went by."""
        return self.filter(call_before__lt=now)

    def due(self, *, now):
        """Those whose time to call has come and is not over."""
        return self.filter(call_after__lte=now, call_before__gte=now)

    def later(self, *, now):
        return self.filter(call_after__gt=now, call_before__gte=now)
