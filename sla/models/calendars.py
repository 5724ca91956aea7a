"""When time counts: calendars, whose hours are in their versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Calendar(models.Model):
    """A named set of opening hours; which hours those are is in its versions."""

    key = models.SlugField(_("key"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def __str__(self):
        return self.name


class CalendarVersion(models.Model):
    """The opening hours of a calendar from some moment on; never edited.

    `weekly`, `holidays` and `exceptions` are written as `sla.opening.calendar_of` reads them.
    """

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    zone = models.CharField(_("time zone"), max_length=50)
    always_open = models.BooleanField(_("open around the clock"), default=False)
    weekly = models.JSONField(_("weekly hours"), default=dict, blank=True)
    holidays = models.JSONField(_("holidays"), default=dict, blank=True)
    exceptions = models.JSONField(_("exceptions"), default=dict, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    comment = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        ordering = ["calendar", "-number"]
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once")
        ]

    def __str__(self):
        return f"{self.calendar}, version {self.number}"

    def as_said(self) -> dict[str, Any]:
        """Return the hours as `sla.opening.calendar_of` reads them."""
        return {
            "tz": self.zone,
            "always_open": self.always_open,
            "weekly": self.weekly,
            "holidays": self.holidays,
            "exceptions": self.exceptions,
        }
