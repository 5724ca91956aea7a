"""What was promised: policies and their targets; clocks, and the breaches they ended in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from sla.querysets import BreachQuerySet, ClockQuerySet
from tickets.catalog.models import Brand, PriorityLevel, RequestType
from tickets.models import Ticket


class Metric(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("First response")
    RESOLUTION = "resolution", _("Resolution")
    NEXT_RESPONSE = "next_response", _("Next response")


class Policy(models.Model):
    """A named set of promises; what it says is in its versions."""

    key = models.SlugField(_("key"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")

    def __str__(self):
        return self.name


class PolicyVersion(models.Model):
    """What a policy says from some moment on; never edited."""

    class Reopen(models.TextChoices):
        RESUME = "resume", _("the clock goes on")
        NEW_CYCLE = "new_cycle", _("a new clock starts")

    class Retarget(models.TextChoices):
        NO_RETROACTIVE = "no_retroactive", _("never breached by the change")
        FROM_START = "from_start", _("as if it had been so from the start")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    pause_statuses = ArrayField(models.CharField(max_length=10), default=list)
    pausable = ArrayField(models.CharField(max_length=20), default=list)
    reopen = models.CharField(max_length=20, choices=Reopen.choices)
    retarget = models.CharField(max_length=20, choices=Retarget.choices)
    warn_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["policy", "-number"]
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")
        ]

    def __str__(self):
        return f"{self.policy}, version {self.number}"


class Target(models.Model):
    """How long a policy version allows for a metric at a level, around the clock."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="targets")
    level = models.ForeignKey(PriorityLevel, models.PROTECT, related_name="+")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    seconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["version", "level", "metric"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(fields=["version", "level", "metric"], name="target_once"),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="target_is_positive"),
        ]

    def __str__(self):
        return f"{self.level_id} {self.metric}: {self.seconds} s"


class PolicyRule(models.Model):
    """Which policy a ticket gets: the first rule whose stated attributes all match.

    A rule is ended, not edited, so that what a ticket was promised can be told again later.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="rules")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="+"
    )
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="+")
    product = models.CharField(max_length=100, blank=True)
    request_type = models.ForeignKey(
        RequestType, models.CASCADE, null=True, blank=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField(
        null=True, blank=True, help_text=_("For tickets filed from then on; empty: for all.")
    )
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text=_("For tickets filed before; empty: it still counts.")
    )

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("policy rule")
        verbose_name_plural = _("policy rules")

    def __str__(self):
        return f"{self.position}: {self.policy}"


class Clock(models.Model):
    """One promise on one ticket: a cache of the fold over the ticket's events."""

    class StopKind(models.TextChoices):
        MET = "met", _("Met")
        VOID = "void", _("Void")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="clocks")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    cycle = models.PositiveIntegerField(default=1)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    level = models.ForeignKey(PriorityLevel, models.PROTECT, related_name="+")
    target_seconds = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    effective_from = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    warn_at = models.DateTimeField(null=True, blank=True)
    paused_since = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_kind = models.CharField(max_length=10, choices=StopKind.choices, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "metric", "cycle"], name="clock_once"),
            models.CheckConstraint(condition=Q(target_seconds__gt=0), name="clock_target_positive"),
            models.CheckConstraint(
                condition=Q(breached_at__isnull=True)
                | Q(due_at__isnull=False, breached_at=Greatest(F("due_at"), F("effective_from"))),
                name="breached_when_due",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stop_kind="")
                | Q(stopped_at__isnull=False) & ~Q(stop_kind=""),
                name="stopped_for_a_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="clock_armed",
                condition=Q(breached_at__isnull=True, stopped_at__isnull=True),
            ),
            models.Index(
                fields=["warn_at"],
                name="clock_to_warn",
                condition=Q(
                    warned_at__isnull=True, breached_at__isnull=True, stopped_at__isnull=True
                ),
            ),
            # The managers' lists, each in its order: see ClockQuerySet.
            models.Index(
                fields=["due_at", "id"],
                name="clock_due_next",
                include=["level", "metric"],
                condition=Q(stopped_at__isnull=True),
            ),
            models.Index(
                fields=["level", "breached_at", "id"],
                name="clock_breached_open",
                condition=Q(breached_at__isnull=False, stopped_at__isnull=True),
            ),
            models.Index(
                "level",
                F("breached_at") - F("stopped_at"),
                "id",
                name="clock_breached_ended",
                condition=Q(breached_at__isnull=False, stopped_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.ticket_id} {self.metric} {self.cycle}"


class Breach(models.Model):
    """A promise that was broken, dated at its deadline."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="breaches")
    breached_at = models.DateTimeField(_("broken"))
    detected_at = models.DateTimeField(_("noticed"))
    retracted_at = models.DateTimeField(null=True, blank=True)
    retraction_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        constraints = [
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(retracted_at__isnull=True),
                name="one_standing_breach_per_clock",
            ),
            models.CheckConstraint(
                condition=Q(breached_at__lte=F("detected_at")), name="noticed_after_broken"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-breached_at", "-id"],
                name="breach_latest",
                condition=Q(retracted_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.clock_id} at {self.breached_at:%Y-%m-%d %H:%M:%S}"
