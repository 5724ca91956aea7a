"""Requests that are not sent yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.models.choices import PhoneAnswer
from tickets.models.tickets import Ticket
from tickets.querysets import DraftQuerySet


class Draft(models.Model):
    """Answers and files of a request that is not sent yet; its id is the ticket's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    cookie_hash = models.CharField(max_length=64, blank=True)
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    request_type = models.ForeignKey(RequestType, models.CASCADE, related_name="+")
    subcategory = models.ForeignKey(Subcategory, models.CASCADE, null=True, related_name="+")
    follows = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, help_text=_("What was typed, by form field, unchecked."))
    phone_answer = models.CharField(max_length=10, choices=PhoneAnswer.choices, blank=True)
    phone_reference = models.CharField(max_length=100, blank=True)
    told_apart_at = models.DateTimeField(
        null=True, help_text=_("When its sender said that it is none of their open tickets.")
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        indexes = [
            models.Index(fields=["expires_at"], name="draft_by_expiry"),
            models.Index(fields=["owner", "-updated_at"], name="draft_by_owner"),
        ]

    def __str__(self):
        return f"{self.request_type} ({self.id})"

    def get_absolute_url(self):
        return reverse("draft", args=[self.id])

    @property
    def about(self):
        """What it is about, as far as that is said."""
        return self.subcategory or self.request_type

    @property
    def subject(self) -> str:
        """The subject as it was typed so far."""
        return next(iter(self.data.get("subject", [])), "")[:200]
