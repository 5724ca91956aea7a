"""Questions about many notices and mails: what is to be done now, in which order."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef


class NoticeQuerySet(models.QuerySet):
    def to_expand(self, now):
        """What must be turned into mails now, in the order in which it happened."""
        return self.filter(expanded_at=None, next_try_at__lte=now).order_by("next_try_at", "id")


class OutboundEmailQuerySet(models.QuerySet):
    def queued(self):
        return self.filter(state="queued")

    def failed(self):
        return self.filter(state="failed")

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
            .filter(~Exists(earlier), next_try_at__lte=now)
            .order_by("next_try_at", "id")
        )
