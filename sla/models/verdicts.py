"""How promises came out: one row for each that was met or broken, made to be counted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Team
from sla.models.clocks import Breach, Clock
from sla.models.metrics import Metric
from sla.querysets import VerdictQuerySet
from tickets.catalog.models import Brand, PriorityLevel, RequestType, Subcategory
from tickets.models import Ticket


class Verdict(models.Model):
    """What a clock came to, beside what its ticket is about: a cache of both.

    There is one for each clock that was met or broken, unless its ticket is spam or deleted. A
    broken one with no `ended_at` is still open. `team` and `assignee` are those who had the ticket
    when the promise ended, or who have it; everything else about the ticket is as it is now.
    """

    clock = models.OneToOneField(Clock, models.PROTECT, primary_key=True, related_name="verdict")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="verdicts")
    breach = models.OneToOneField(
        Breach, models.PROTECT, null=True, related_name="verdict", help_text=_("Empty: met.")
    )
    metric = models.CharField(max_length=20, choices=Metric.choices)
    # The clock or the ticket refers to these five as well, and holds them in the database: to have
    # it check them for each verdict again would cost a sweep five more lookups a row.
    level = models.ForeignKey(
        PriorityLevel, models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    brand = models.ForeignKey(
        Brand, models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    request_type = models.ForeignKey(
        RequestType, models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    subcategory = models.ForeignKey(
        Subcategory,
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    product = models.CharField(max_length=100, blank=True)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, db_index=False, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    restricted = models.BooleanField(default=False)
    decided_at = models.DateTimeField(help_text=_("When it was met, or broken."))
    ended_at = models.DateTimeField(null=True)
    target_seconds = models.PositiveIntegerField()
    took_seconds = models.PositiveIntegerField(
        null=True,
        help_text=_("What it took of the time that counts: without pauses and closed hours."),
    )

    objects = VerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            models.CheckConstraint(
                condition=Q(breach__isnull=False)
                | Q(ended_at__isnull=False, ended_at=F("decided_at")),
                name="met_when_it_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("decided_at")),
                name="ended_after_broken",
            ),
        ]
        indexes = [
            # Includes what reports of a period count by, which so read no rows.
            models.Index(
                fields=["-decided_at", "-clock"],
                name="verdict_latest",
                include=["brand", "level", "metric", "breach"],
            ),
            models.Index(
                fields=["-decided_at"],
                name="verdict_broken_latest",
                include=["ended_at", "brand", "level", "metric"],
                condition=Q(breach__isnull=False),
            ),
            models.Index(
                fields=["organization", "-decided_at"],
                name="verdict_of_organization",
                condition=Q(organization__isnull=False),
            ),
            models.Index(
                fields=["assignee", "-decided_at"],
                name="verdict_of_agent",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(
                fields=["subcategory", "-decided_at"],
                name="verdict_of_subcategory",
                condition=Q(subcategory__isnull=False),
            ),
            # The list of broken promises in its order, open ones and ended ones apart.
            models.Index(
                fields=["level", "decided_at", "clock"],
                name="verdict_broken_open",
                condition=Q(breach__isnull=False, ended_at__isnull=True),
            ),
            models.Index(
                "level",
                F("decided_at") - F("ended_at"),
                "clock",
                name="verdict_broken_ended",
                condition=Q(breach__isnull=False, ended_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.clock_id} {self.decided_at:%Y-%m-%d %H:%M:%S}"
