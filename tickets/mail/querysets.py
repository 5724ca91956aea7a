"""Questions about many notices and mails: what is to be done now, in which order."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from tickets.catalog.models import Brand
from tickets.models import Ticket


class NoticeQuerySet(models.QuerySet):
    def to_expand(self, now):
        """What must be turned into mails now, in the order in which it happened."""
        return self.filter(expanded_at=None, next_try_at__lte=now).order_by("next_try_at", "id")


class PutOffQuerySet(models.QuerySet):
    def after_quiet_hours(self, now):
        """What waited for the end of quiet hours that are over now."""
        waiting = self.filter(over_at=None, until__isnull=False, until__lte=now)
        return waiting.select_related("notice", "user__organization").order_by("until", "id")

    def for_digests(self):
        return self.filter(over_at=None, until=None)


class OutboundEmailQuerySet(models.QuerySet):
    def queued(self):
        return self.filter(state="queued")

    def failed(self):
        return self.filter(state="failed")

    def to_nobody(self):
        """What only looks like a mail while it is written: see backend.py."""
        return self.filter(recipient="")

    def to_somebody(self):
        return self.exclude(recipient="")

    def to_send(self, now):
        """What may be sent now: about one ticket, nobody gets a later mail before an earlier."""
        earlier = (
            OutboundEmailQuerySet(self.model)
            .queued()
            .filter(
                ticket=OuterRef("ticket"), recipient=OuterRef("recipient"), id__lt=OuterRef("id")
            )
        )
        return (
            self.queued()
            .to_somebody()
            .filter(~Exists(earlier), next_try_at__lte=now)
            .order_by("next_try_at", "id")
        )


class InboundEmailQuerySet(models.QuerySet):
    def on_desk_of(self, user):
        """Mails of the tickets that this user sees as one of the staff, and of their brands.

        A mail of no brand is for who may see mails as they came; what became of a mail of ours
        goes with its ticket. Nobody sees as staff what is on their own request.
        """
        if not user.is_active or not user.has_perm("mail.view_inboundemail"):
            return self.none()
        tickets = Ticket.objects.on_desk_of(user).exclude(requester=user)
        # Asked of each mail by its ticket's key: there are many more tickets than mails on a page.
        on_theirs = Exists(tickets.filter(pk=OuterRef("ticket")))
        about_theirs = Exists(tickets.filter(pk=OuterRef("about__ticket")))
        served = Q(brand__in=Brand.objects.served_by(user).values("pk"))
        if user.has_perm("mail.view_raw_mail"):
            served |= Q(brand=None)
        told = Q(about__ticket=None) | Q(about_theirs)
        return self.filter(Q(on_theirs) | Q(served, told, ticket=None))

    def quarantined(self):
        return self.filter(state="quarantined")

    def waiting(self):
        return self.filter(state="waiting")

    def to_read(self, now):
        """What may be read now, the oldest first."""
        return self.waiting().filter(next_try_at__lte=now).order_by("next_try_at", "id")

    def held(self):
        """What waits on a ticket until somebody says that it is from whom it claims to be."""
        return self.filter(outcome="held")
