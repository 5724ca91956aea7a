"""Why a promise was broken, and what is done about it: what a breach is acknowledged with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Choosable(models.Model):
    """A name to choose from a list; what was chosen once is archived, never deleted."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_archived = models.BooleanField(
        _("archived"),
        default=False,
        help_text=_("No longer offered; what it was chosen for stays."),
    )

    class Meta:
        abstract = True
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class Reason(Choosable):
    """Why a promise was broken."""

    class Meta(Choosable.Meta):
        verbose_name = _("reason of breaches")
        verbose_name_plural = _("reasons of breaches")


class Action(Choosable):
    """What is done, so that it does not happen again."""

    class Meta(Choosable.Meta):
        verbose_name = _("action on breaches")
        verbose_name_plural = _("actions on breaches")
