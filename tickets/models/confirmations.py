"""Requests that were sent signed out, and wait until their sender confirms by mail."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from tickets.catalog.models import Subcategory
from tickets.models.choices import PhoneAnswer
from tickets.models.drafts import Draft
from tickets.querysets import ConfirmationQuerySet


class Confirmation(models.Model):
    """A request as it was sent, and the link that files it: that, whatever is typed later.

    The link is mailed and only its hash is kept. It goes with its draft.
    """

    draft = models.OneToOneField(Draft, models.CASCADE, related_name="confirmation")
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=150)
    subcategory = models.ForeignKey(Subcategory, models.CASCADE, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"))
    restricted = models.BooleanField(_("restricted"))
    request = models.JSONField(help_text=_("What was sent, checked, as it will be filed."))
    token_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(_("waiting since"))
    sent_at = models.DateTimeField(_("link mailed"), null=True)
    expires_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    trapped_at = models.DateTimeField(
        null=True, help_text=_("When a machine filled in the field that people do not see.")
    )

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["level", "asked_at", "id"]
        verbose_name = _("unconfirmed request")
        verbose_name_plural = _("unconfirmed requests")
        indexes = [
            models.Index(
                fields=["level", "asked_at", "id"],
                name="unconfirmed_by_level",
                condition=Q(trapped_at__isnull=True),
            ),
            models.Index(
                fields=["asked_at"],
                name="unconfirmed_to_remind",
                condition=Q(reminded_at__isnull=True, trapped_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.draft_id} of {self.email}"

    def is_opened_by(self, token_hash: str, *, at: datetime) -> bool:
        """Whether a link with a token of this hash files the request; an empty one never does."""
        if not token_hash or not self.token_hash or self.expires_at is None:
            return False
        return at < self.expires_at and constant_time_compare(token_hash, self.token_hash)

    @property
    def was_edited(self) -> bool:
        """Whether something was typed after it was sent, which is not part of it."""
        return self.draft.updated_at > self.asked_at

    @property
    def copies(self) -> list[str]:
        """The addresses that its sender wants asked whether they read along, once it is filed."""
        return self.request.get("copies", [])

    @property
    def phone_answer(self) -> str:
        """What its sender said about calling first, in words; empty where nobody asked."""
        given = self.request["phone_answer"]
        return str(PhoneAnswer(given).label) if given else ""
