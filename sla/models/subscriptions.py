"""Reports that somebody is mailed: which view of the figures, when, and each that was written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from sla.querysets import SubscriptionQuerySet


class Subscription(models.Model):
    """A view that its reader is mailed at an hour of their own clock.

    `next_at` is due at that hour in `zone`, which follows the reader's; a fault puts it off until
    `retry_at`. One that ended by itself says why, for its reader to find.
    """

    class Every(models.TextChoices):
        DAY = "day", _("Every day")
        WEEK = "week", _("Every week")

    class Reason(models.TextChoices):
        ASKED = "asked", _("Stopped by you")
        RIGHT = "right", _("Ended, since you no longer saw broken promises")
        FILTER = "filter", _("Ended, since something that it was filtered by was no longer there")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    filters = models.TextField(
        blank=True, help_text=_("As in the address of the view, but for the days.")
    )
    every = models.CharField(max_length=4, choices=Every.choices)
    weekday = models.PositiveSmallIntegerField(default=0, help_text=_("0 is Monday."))
    hour = models.PositiveSmallIntegerField(default=7)
    zone = models.CharField(max_length=64)
    next_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    stopped_for = models.CharField(max_length=6, choices=Reason.choices, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            # Filters may be longer than what fits into an index.
            models.UniqueConstraint(
                F("user"),
                MD5("filters"),
                F("every"),
                name="subscribed_once",
                condition=Q(stopped_at=None),
            ),
            models.CheckConstraint(
                condition=Q(hour__lt=24, weekday__lt=7), name="subscription_at_an_hour"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="subscription_due", condition=Q(stopped_at=None)
            )
        ]

    def __str__(self):
        return f"{self.user}, {self.get_every_display()}"

    @property
    def is_stopped(self) -> bool:
        return self.stopped_at is not None


class Edition(models.Model):
    """One report of a subscription: its figures as they were, each period once."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="editions")
    first = models.DateField()
    last = models.DateField()
    zone = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "first", "last"], name="each_period_reported_once"
            )
        ]

    def __str__(self):
        return f"{self.subscription_id}: {self.first} to {self.last}"
