"""The promises under way: clocks, and the breaches they ended in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from sla.models.calendars import CalendarVersion
from sla.models.metrics import Metric
from sla.models.policies import EscalationStep, PolicyVersion
from sla.models.reasons import Action, Reason
from sla.querysets import BreachQuerySet, ClockQuerySet
from tickets.catalog.models import Brand, PriorityLevel
from tickets.models import Ticket

# How a clock can stand; whatever contradicts it was not folded from a log.
STANDS = (
    models.CheckConstraint(condition=Q(cycle__gt=0), name="clock_cycle_positive"),
    models.CheckConstraint(
        condition=Q(paused_since__isnull=True)
        | Q(due_at__isnull=True, stopped_at__isnull=True, breached_at__isnull=True),
        name="paused_is_neither_due_nor_over",
    ),
    models.CheckConstraint(
        condition=Q(due_at__isnull=False)
        | Q(paused_since__isnull=False)
        | Q(stopped_at__isnull=False),
        name="running_is_due",
    ),
    models.CheckConstraint(
        condition=~Q(stop_kind="void") | Q(due_at__isnull=True) | Q(breached_at__isnull=False),
        name="void_is_due_only_if_breached",
    ),
    models.CheckConstraint(
        condition=~Q(stop_kind="met") | Q(due_at__isnull=False), name="met_was_due"
    ),
    models.CheckConstraint(
        condition=Q(stopped_at__gte=F("started_at")) | Q(stopped_at__isnull=True),
        name="stopped_after_started",
    ),
    models.CheckConstraint(
        condition=Q(paused_since__gte=F("started_at")) | Q(paused_since__isnull=True),
        name="paused_after_started",
    ),
    models.CheckConstraint(
        condition=Q(stopped_at__gte=F("breached_at"))
        | Q(stopped_at__isnull=True)
        | Q(breached_at__isnull=True),
        name="breached_before_stopped",
    ),
    models.CheckConstraint(
        condition=Q(effective_from__gte=F("started_at")), name="effective_after_started"
    ),
    models.CheckConstraint(
        condition=Q(due_at__gt=F("started_at")) | Q(due_at__isnull=True), name="due_after_started"
    ),
    models.CheckConstraint(
        condition=Q(warn_at__lte=F("due_at")) | Q(warn_at__isnull=True) | Q(due_at__isnull=True),
        name="warned_before_due",
    ),
)


class Clock(models.Model):
    """One promise on one ticket: a cache of the fold over the ticket's events."""

    class StopKind(models.TextChoices):
        MET = "met", _("Met")
        VOID = "void", _("Void")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="clocks")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    cycle = models.PositiveIntegerField(default=1)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    # An index of all that ever was on a level would look cheap to a query, and be read whole.
    level = models.ForeignKey(PriorityLevel, models.PROTECT, db_index=False, related_name="+")
    # The ticket's, which never changes it: what counts open promises by brand reads no tickets.
    brand = models.ForeignKey(Brand, models.PROTECT, db_index=False, related_name="+")
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
            *STANDS,
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
                    warned_at__isnull=True,
                    breached_at__isnull=True,
                    stopped_at__isnull=True,
                    paused_since__isnull=True,
                ),
            ),
            # The managers' lists, each in its order: see ClockQuerySet.
            models.Index(
                fields=["due_at", "id"],
                name="clock_due_next",
                include=["level", "metric", "brand"],
                condition=Q(stopped_at__isnull=True),
            ),
            # The same by level, so that counting one stops where its number ends: see sla.matrix.
            models.Index(
                fields=["level", "due_at", "id"],
                name="clock_due_by_level",
                include=["metric", "brand"],
                condition=Q(stopped_at__isnull=True),
            ),
            # How long tickets are open: each has one promise of a resolution that has not ended.
            models.Index(
                fields=["started_at", "id"],
                name="clock_open_since",
                include=["brand", "level"],
                condition=Q(metric=Metric.RESOLUTION, stopped_at__isnull=True),
            ),
            # First responses that never came, though the ticket was solved.
            models.Index(
                fields=["-stopped_at", "-id"],
                name="clock_unanswered",
                include=["brand", "level"],
                condition=Q(metric=Metric.FIRST_RESPONSE, stop_kind="void"),
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
    next_step_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the next escalation step is due.")
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, db_index=False, related_name="breaches"
    )
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, db_index=False, related_name="breaches"
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
            models.CheckConstraint(
                condition=Q(retracted_at__isnull=True, retraction_reason="")
                | Q(retracted_at__isnull=False, retracted_at__gte=F("detected_at"))
                & ~Q(retraction_reason=""),
                name="retracted_later_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                & Q(acknowledged_at__gte=F("detected_at")),
                name="acknowledged_later_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, reason=None, action=None)
                | Q(acknowledged_at__isnull=False, reason__isnull=False, action__isnull=False),
                name="acknowledged_with_reason_and_action",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-breached_at", "-id"],
                name="breach_latest",
                condition=Q(retracted_at__isnull=True),
            ),
            models.Index(
                fields=["next_step_at"],
                name="breach_to_escalate",
                condition=Q(retracted_at__isnull=True, next_step_at__isnull=False),
            ),
            models.Index(
                fields=["reason", "-breached_at"],
                name="breach_by_reason",
                condition=Q(retracted_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.clock_id} at {self.breached_at:%Y-%m-%d %H:%M:%S}"


class Escalation(models.Model):
    """A step that was taken about a breach: once, whoever finds that it is due."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="escalations")
    step = models.ForeignKey(EscalationStep, models.PROTECT, db_index=False, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(fields=["breach", "step"], name="escalate_once_per_step")
        ]

    def __str__(self):
        return f"{self.breach_id}: {self.step}"
