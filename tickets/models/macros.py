"""What agents say and do again and again: macros, and the tags that mark tickets."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from tickets.catalog.models import Brand, PriorityLevel
from tickets.models.messages import Message
from tickets.querysets import MacroQuerySet
from tickets.states import Status


class Tag(models.Model):
    """A word that agents mark tickets with; customers never see it."""

    name = models.CharField(_("name"), max_length=50)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_whatever_its_case")]

    def __str__(self):
        return self.name


class Macro(models.Model):
    """A text with what it does to the ticket: shown before it is sent, never sent by itself.

    What is left empty stays as it is. Without a team it is for all of them, without a brand for
    all brands.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(
        _("what it writes"),
        max_length=10,
        choices=Message.Kind.choices,
        default=Message.Kind.PUBLIC,
    )
    text = models.TextField(_("text"), blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        blank=True,
        choices=[
            (status.value, status.label)
            for status in Status
            if status not in (Status.NEW, Status.CLOSED)
        ],
    )
    level = models.ForeignKey(
        PriorityLevel, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("why the level changes"), max_length=200, blank=True)
    takes = models.BooleanField(_("assigns to who uses it"), default=False)
    gives_to = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gives to team"),
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="+", verbose_name=_("adds tags"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = MacroQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("macro")
        verbose_name_plural = _("macros")

    def __str__(self):
        return self.name
