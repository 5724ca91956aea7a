"""Calls that customers wait for, and each try to reach them."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import validate_time_zone
from tickets.models.tickets import Ticket
from tickets.querysets import CallbackQuerySet

# A number of North America with its country.
WHOLE = re.compile(r"1[0-9]{10}", re.ASCII)


class Callback(models.Model):
    """Somebody who is to be called on a ticket, between two times that suit them.

    It waits while `ended_at` is empty. Reached is an answer to the customer: the first one meets
    the first-response promise.
    """

    class End(models.TextChoices):
        REACHED = "reached", _("Reached")
        WITHDRAWN = "withdrawn", _("Not wanted any more")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="callbacks")
    number = models.CharField(_("number"), max_length=40)
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    call_after = models.DateTimeField(_("call after"))
    call_before = models.DateTimeField(_("call before"))
    time_zone = models.CharField(
        _("their time zone"), max_length=64, validators=[validate_time_zone]
    )
    reason = models.CharField(_("what about"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("asked for"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end = models.CharField(_("end"), max_length=10, choices=End.choices, blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        ordering = ["call_before", "id"]
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at=None), name="one_callback_waits"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="callback_ended_somehow",
            ),
            models.CheckConstraint(
                condition=Q(call_before__gt=models.F("call_after")), name="callback_window"
            ),
        ]
        indexes = [
            models.Index(
                fields=["call_before", "id"], name="callback_waiting", condition=Q(ended_at=None)
            ),
            models.Index(fields=["ended_at"], name="callback_reached", condition=Q(end="reached")),
        ]

    def __str__(self):
        return f"{self.number}, {self.ticket_id}"

    @property
    def display(self) -> str:
        return f"{self.number}, ext. {self.extension}" if self.extension else self.number

    @property
    def tel_url(self) -> str:
        """Return the link that dials it; a number of this country alone stays one."""
        digits = "".join(character for character in self.number if character.isdecimal())
        is_whole = self.number.lstrip().startswith("+") or WHOLE.fullmatch(digits)
        extension = f";ext={self.extension}" if self.extension else ""
        return f"tel:{'+' if is_whole else ''}{digits}{extension}"


class CallAttempt(models.Model):
    """One try to reach somebody, and what came of it."""

    class Result(models.TextChoices):
        NO_ANSWER = "no_answer", _("No answer")
        VOICEMAIL = "voicemail", _("Left a message")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        REACHED = "reached", _("Reached")

    callback = models.ForeignKey(Callback, models.CASCADE, related_name="attempts")
    result = models.CharField(_("result"), max_length=15, choices=Result.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("called"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("call")
        verbose_name_plural = _("calls")

    def __str__(self):
        return f"{self.get_result_display()}, {self.callback_id}"
