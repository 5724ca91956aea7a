"""What must be told, and what of it an agent hears later."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.mail.querysets import NoticeQuerySet, PutOffQuerySet
from tickets.models import Ticket


class Notice(models.Model):
    """Something that must be told, written in the transaction that caused it.

    It has no logic: `kind` names a provider in settings.NOTICE_KINDS, which later turns
    the subject (an event, a clock, a breach, an escalation) into recipients and texts.
    """

    kind = models.CharField(_("kind"), max_length=30)
    subject_id = models.BigIntegerField(_("what it is about"))
    created_at = models.DateTimeField(_("written"), db_default=Now())
    expanded_at = models.DateTimeField(_("made into mails"), null=True)
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("failed tries"), default=0, db_default=0)
    error = models.TextField(_("error"), blank=True, default="", db_default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="notice_to_expand",
                condition=Q(expanded_at__isnull=True),
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.subject_id}"


class Digest(models.Model):
    """What an agent was told of together, on a day of their own clock: one mail, or none."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day")]

    def __str__(self):
        return f"{self.user_id}, {self.day}"


class PutOff(models.Model):
    """A notice of which an agent hears later: after their quiet hours, or in their digest.

    With `until` it waits for the end of quiet hours, without for the digest. It is over when
    it was told, or turned out to be nothing to tell any more.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="put_off")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    digest = models.ForeignKey(Digest, models.SET_NULL, null=True, related_name="items")

    objects = PutOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice put off")
        verbose_name_plural = _("notices put off")
        constraints = [
            models.UniqueConstraint(fields=["notice", "user"], name="put_off_once_for_each")
        ]
        indexes = [
            models.Index(
                fields=["until", "id"],
                name="put_off_by_quiet_hours",
                condition=Q(over_at=None, until__isnull=False),
            ),
            models.Index(
                fields=["user", "created_at"],
                name="put_off_to_digest",
                condition=Q(over_at=None, until=None),
            ),
        ]

    def __str__(self):
        return f"{self.notice_id} for {self.user_id}"
