"""What was promised: policies, their versions, targets and steps, and who gets which."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from sla.models.calendars import Calendar
from sla.models.metrics import Metric
from tickets.catalog.models import Brand, PriorityLevel, RequestType


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
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: a catalog file."),
    )
    comment = models.CharField(max_length=500, blank=True, default="", db_default="")

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
    """How long a policy version allows for a metric at a level, in open time of its calendar."""

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="targets")
    level = models.ForeignKey(PriorityLevel, models.PROTECT, related_name="+")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    seconds = models.PositiveIntegerField()
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Whose open time counts; empty: around the clock."),
    )

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


class EscalationStep(models.Model):
    """Who is told when a broken promise is still not kept some time after its deadline."""

    class Audience(models.TextChoices):
        ASSIGNEE = "assignee", _("the assignee")
        LEADS = "leads", _("the team's leads")
        MANAGERS = "managers", _("the brand's managers")
        ADMINISTRATORS = "administrators", _("the administrators")
        PERSON = "person", _("one person")

    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="steps")
    level = models.ForeignKey(
        PriorityLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: every level."),
    )
    metric = models.CharField(
        max_length=20, choices=Metric.choices, blank=True, help_text=_("Empty: every promise.")
    )
    minutes = models.PositiveIntegerField(
        _("minutes after the deadline"), help_text=_("Elapsed minutes, around the clock.")
    )
    audience = models.CharField(_("who is told"), max_length=15, choices=Audience.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["version", "minutes", "id"]
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gt=0), name="step_after_the_deadline"),
            models.CheckConstraint(
                condition=Q(audience="person", person__isnull=False)
                | ~Q(audience="person") & Q(person__isnull=True),
                name="step_names_a_person_or_a_part",
            ),
        ]

    def __str__(self):
        return f"{self.minutes} min: {self.get_audience_display()}"


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
