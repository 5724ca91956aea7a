"""How many promises of a kind are to be met."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sla.models.metrics import Metric


class Goal(models.Model):
    """What managers want to see met, in percent; a kind without one has `USUAL`."""

    USUAL = 95

    metric = models.CharField(_("promise"), max_length=20, choices=Metric.choices, unique=True)
    percent = models.PositiveSmallIntegerField(_("percent to be met"), default=USUAL)

    class Meta:
        ordering = ["id"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="goal_is_a_percentage"
            )
        ]

    def __str__(self):
        return f"{self.get_metric_display()}: {self.percent} %"
