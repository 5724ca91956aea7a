"""The proof of promises: when stored rows were last held against the log, and what differed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models.metrics import Metric
from sla.querysets import DifferenceQuerySet, VerificationQuerySet
from tickets.models import Ticket


class Verification(models.Model):
    """One replay check: of which tickets, how far it is, and how many of them differed."""

    class Scope(models.TextChoices):
        NIGHT = "night", _("this night's part")
        ALL = "all", _("all tickets")
        SAMPLE = "sample", _("a sample")
        TICKET = "ticket", _("one ticket")

    scope = models.CharField(max_length=10, choices=Scope.choices)
    part = models.PositiveSmallIntegerField(
        default=0, help_text=_("Of a night: which of the parts that tickets fall into.")
    )
    started_at = models.DateTimeField(_("began"))
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)
    after = models.BigIntegerField(default=0, help_text=_("The last ticket that was checked."))
    checked = models.PositiveIntegerField(_("tickets checked"), default=0)
    differing = models.PositiveIntegerField(_("tickets that differ"), default=0)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("replay check")
        verbose_name_plural = _("replay checks")
        constraints = [
            models.UniqueConstraint(
                fields=["scope"],
                condition=Q(scope="night", finished_at__isnull=True),
                name="one_night_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(differing__lte=models.F("checked")), name="differing_were_checked"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-finished_at"],
                name="verification_latest",
                condition=Q(finished_at__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.scope} {self.started_at:%Y-%m-%d %H:%M:%S}"


class Difference(models.Model):
    """Something stored about a ticket's promises that the fold of its log does not say.

    `what` is a column of the clock or the ticket, or one of `sla.comparison`'s words. It stands
    until a later check finds it gone.
    """

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="differences")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    metric = models.CharField(max_length=20, choices=Metric.choices, blank=True)
    cycle = models.PositiveIntegerField(default=0)
    what = models.CharField(max_length=30)
    stored = models.JSONField(null=True)
    folded = models.JSONField(null=True)
    found_at = models.DateTimeField(_("found"))
    settled_at = models.DateTimeField(_("gone since"), null=True, blank=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "metric", "cycle", "what"],
                condition=Q(settled_at__isnull=True),
                name="difference_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["-id"], name="difference_standing", condition=Q(settled_at__isnull=True)
            )
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.metric} {self.cycle}: {self.what}"
