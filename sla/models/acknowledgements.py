"""What was said of broken promises, each time: a breach itself keeps what was said last."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.models.clocks import Breach
from sla.models.reasons import Action, Reason


class Acknowledgement(models.Model):
    """Somebody said why a promise was broken, and what is done about it."""

    breach = models.ForeignKey(Breach, models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+"
    )
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")

    def __str__(self):
        return f"{self.breach_id}: {self.reason}"
