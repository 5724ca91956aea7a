"""What must be told, and each mail that tells it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.mail.querysets import NoticeQuerySet, OutboundEmailQuerySet, PutOffQuerySet
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


def new_message_id() -> str:
    """Return a Message-ID local part that nobody can guess (RFC 5322 3.6.4)."""
    return uuid.uuid4().hex


class OutboundEmail(models.Model):
    """One mail to one person; its Message-ID is fixed before the first try.

    A relay that takes it moves `next_try_at` on first: that is its lease.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    # Mails of accounts hold links that let people in: not shown, and emptied once sent.
    ACCOUNT = "account"
    # Stands in the place of a recipient where a form only had to take its time (backend.py).
    NOBODY = ""

    notice = models.ForeignKey(
        Notice,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="emails",
        verbose_name=_("notice"),
    )
    ticket = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="emails",
        verbose_name=_("ticket"),
    )
    kind = models.CharField(_("kind"), max_length=30)
    recipient = models.EmailField(_("to"), max_length=254)
    sender = models.CharField(_("from"), max_length=320)
    message_id = models.CharField(_("Message-ID"), max_length=255, unique=True)
    headers = models.JSONField(_("more headers"), default=dict)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(_("written"))
    next_try_at = models.DateTimeField(_("next try"))
    attempts = models.PositiveSmallIntegerField(_("refused"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.TextField(_("error"), blank=True)

    objects = OutboundEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        constraints = [
            models.UniqueConstraint(fields=["notice", "recipient"], name="mail_once_per_recipient")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="mail_to_send", condition=Q(state="queued")
            ),
            models.Index(
                fields=["ticket", "recipient", "id"],
                name="mail_to_send_in_order",
                condition=Q(state="queued"),
            ),
            models.Index(fields=["id"], name="mail_failed", condition=Q(state="failed")),
        ]

    def __str__(self):
        return f"{self.kind} to {self.recipient}"

    @property
    def is_of_account(self) -> bool:
        return self.kind == self.ACCOUNT
